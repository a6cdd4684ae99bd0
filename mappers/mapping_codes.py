"""Comparing codes of the shipping system with codes of Xero: exactly, after trimming (contract 6.1)."""

from collections.abc import Iterable, Mapping


def aliased(code: str, aliases: Mapping[str, str]) -> str:
    """The code to look for in Xero: trimmed, and translated where the profile has an alias for it."""
    trimmed = code.strip()
    return aliases.get(trimmed, trimmed).strip()


def folded(code: str) -> str:
    """The key under which the reference data keeps a code."""
    return code.strip().casefold()


def near_misses(code: str, known: Iterable[str]) -> tuple[str, ...]:
    """The folded codes of `known` that differ from `code` in case or in spaces alone, sorted."""
    wanted = _without_spaces(code)
    return tuple(sorted(each for each in known if _without_spaces(each) == wanted))


def _without_spaces(code: str) -> str:
    return "".join(code.split()).casefold()
