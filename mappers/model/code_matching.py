"""Compares the shipping system's codes with Xero's: exactly, after trimming (contract 6.1)."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from mappers.model.text import normalise

Record = TypeVar("Record")


def aliased(code: str, aliases: Mapping[str, str]) -> str:
    """The code to look up in Xero: trimmed, and replaced where the profile has an alias for it."""
    trimmed = normalise(code)
    return normalise(aliases.get(trimmed, trimmed))


def code_key(code: str) -> str:
    """The key under which the reference data keeps the records of a code: trimmed, and without regard to case."""
    return code.strip().casefold()


def is_same_code(theirs: str | None, wanted: str) -> bool:
    """Whether a code of Xero is exactly `wanted`, which is trimmed already."""
    return normalise(theirs or "") == wanted


def with_code(
    index: Mapping[str, tuple[Record, ...]], wanted: str, code_of: Callable[[Record], str | None]
) -> tuple[Record, ...]:
    """The records of `index`, which is keyed by `code_key`, whose code is exactly `wanted`."""
    return tuple(each for each in index.get(code_key(wanted), ()) if is_same_code(code_of(each), wanted))


def with_similar_code(index: Mapping[str, tuple[Record, ...]], wanted: str) -> tuple[Record, ...]:
    """The records of `index` whose code differs from `wanted` in case or spaces alone, sorted by key."""
    similar = sorted(each for each in index if _without_spaces(each) == _without_spaces(wanted))
    return tuple(record for each in similar for record in index[each])


def _without_spaces(code: str) -> str:
    return "".join(code.split()).casefold()
