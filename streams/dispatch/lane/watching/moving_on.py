"""How far an organisation is watched after a page of what changed: nothing may be stepped over."""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from streams.dispatch.ledger import WatchedSince
from xero_client.port import ChangedPage

OVERLAP: Final = timedelta(seconds=60)
"""Lists may lag behind what was changed: the last minute is asked for twice, which takes no call more."""
SECOND: Final = timedelta(seconds=1)
"""If-Modified-Since has whole seconds, and nothing says whether it means from then on, or after it."""


class MovedOn(NamedTuple):
    """Where the next look begins, and whether this round of looks is over."""

    at: WatchedSince
    is_over: bool


def moved_on(at: WatchedSince, page: ChangedPage, held_back: datetime | None) -> MovedOn:
    """Where to go on after the page.

    A full page, the oldest change first, is followed by the first one of what changed since its last document: were
    pages counted, they would shift when somebody changes a document between two of them, and one be stepped over.
    Where that leads no further, as everything on the page changed within a second or is in no order, pages are counted
    after all, but the newest change first: what shifts then is met twice.

    `held_back` is when a document was changed that could not be judged yet: what follows it is looked at again.
    """
    round_from = at.round_from or page.asked_at
    if held_back is not None:
        return MovedOn(WatchedSince(since=min(held_back, page.asked_at) - SECOND), is_over=True)
    if page.is_last:
        return MovedOn(WatchedSince(since=round_from - OVERLAP), is_over=True)
    if at.page is not None:
        return MovedOn(WatchedSince(since=at.since, page=at.page + 1, round_from=round_from), is_over=False)
    if page.in_order and page.newest is not None and page.newest - SECOND * 2 > at.since:
        return MovedOn(WatchedSince(since=page.newest - SECOND), is_over=False)
    return MovedOn(WatchedSince(since=at.since, page=1, round_from=round_from), is_over=False)
