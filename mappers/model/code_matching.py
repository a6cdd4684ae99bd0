"""Comparing codes of the shipping system with codes of Xero: exactly, after trimming (contract 6.1)."""

from collections.abc import Iterable, Mapping

from mappers.model.text import normalise


def aliased(code: str, aliases: Mapping[str, str]) -> str:
    """The code to look for in Xero: trimmed, and translated where the profile has an alias for it."""
    trimmed = normalise(code)
    return normalise(aliases.get(trimmed, trimmed))


def folded(code: str) -> str:
    """The key under which the reference data keeps a code."""
    return code.strip().casefold()


def is_same_code(theirs: str | None, wanted: str) -> bool:
    """Whether a code of Xero is exactly `wanted`, which is trimmed already."""
    return normalise(theirs or "") == wanted


def near_misses(code: str, known: Iterable[str]) -> tuple[str, ...]:
    """The folded codes of `known` that differ from `code` in case or in spaces alone, sorted."""
    wanted = _without_spaces(code)
    return tuple(sorted(each for each in known if _without_spaces(each) == wanted))


def _without_spaces(code: str) -> str:
    return "".join(code.split()).casefold()
