"""Pages of what people did, newest first, of one company or of several: as many key ranges, read side by side."""

from collections.abc import Iterable, Iterator
from heapq import merge
from typing import Final

from mappers.model import Act, ActFilter, ActPage
from streams.projection.acts.entries import act_in, narrowest
from streams.projection.encoding import ACTS, first_part, key
from streams.projection.key_value import KeyValue
from streams.projection.place import Place

MOST_PASSED: Final = 10_000
"""Acts that one page looks at: a page ends there, with what it found."""

MOST_COMPANIES: Final = 1000
"""Of those that the store knows, where all are asked for."""


def acts_page(
    disk: KeyValue, companies: Iterable[str] | None, wanted: ActFilter, limit: int, cursor: str | None
) -> ActPage:
    """The acts after the cursor; `companies` None: whatever there is. Raises ValueError for a cursor not given here."""
    after = Place.in_cursor(cursor) if cursor is not None else None
    found: list[Act] = []
    last: Place | None = None
    ids = _companies(disk) if companies is None else companies
    ranges = (_from(disk, narrowest(each, wanted), after, limit + 1) for each in ids)
    for passed, (place, row) in enumerate(merge(*ranges)):
        if passed == MOST_PASSED or len(found) == limit:
            return ActPage(tuple(found), last.cursor() if last is not None else None)
        last = place
        act = act_in(place, row)
        if wanted.kind in {"", act.kind}:
            found.append(act)
    return ActPage(tuple(found), None)


def _from(disk: KeyValue, prefix: bytes, after: Place | None, at_once: int) -> Iterator[tuple[Place, bytes]]:
    """The range's entries after the place; no more are read at once than a page may need of it."""
    start = prefix if after is None else prefix + after.stored() + b"\0"
    while read := list(disk.scan(prefix, start, at_once)):
        for stored, row in read:
            yield Place.read(stored[len(prefix) :]), row
        start = read[-1][0] + b"\0"


def _companies(disk: KeyValue) -> Iterator[str]:
    """Every company of which there is an act, one look for each."""
    start = key(ACTS)
    for _ in range(MOST_COMPANIES):
        first = next(disk.scan(key(ACTS), start, 1), None)
        if first is None:
            return
        company_id = first_part(first[0])
        yield company_id
        start = key(ACTS, company_id) + b"\xff"  # Above the length of any part that follows.
