"""How many numbers or ids fit into one address."""

import re
from collections.abc import Iterable, Sequence
from typing import Final
from urllib.parse import quote

CHUNK: Final = 40
ENCODED_LIMIT: Final = 1_900
"""Characters; Xero answers longer query strings with an error (XeroAPI/Xero-OpenAPI issue 534: about 2,000)."""

# Xero splits the list at commas and trims its parts; other marks are left to the filter, which quotes its text.
LISTABLE: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ._/#-]*[A-Za-z0-9])?")


def listable(number: str) -> bool:
    """Whether the number survives in a comma-separated list."""
    return LISTABLE.fullmatch(number) is not None


def chunks(values: Iterable[str]) -> list[tuple[str, ...]]:
    """The values in order, in groups of at most 40 that take at most 1,900 characters when encoded with commas."""
    groups: list[list[str]] = []
    room = 0
    for value in values:
        needed = len(quote(value, safe="")) + len("%2C")
        if not groups or len(groups[-1]) == CHUNK or needed > room:
            groups.append([])
            room = ENCODED_LIMIT
        groups[-1].append(value)
        room -= needed
    return [tuple(group) for group in groups]


def listed_and_single(numbers: Sequence[str]) -> tuple[list[tuple[str, ...]], tuple[str, ...]]:
    """Each number once: those that go into lists, in chunks, and those that must be asked for one by one."""
    distinct = tuple(dict.fromkeys(number for number in numbers if number))
    return chunks(filter(listable, distinct)), tuple(number for number in distinct if not listable(number))
