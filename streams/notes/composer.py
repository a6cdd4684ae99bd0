"""Makes a company's next note of what stands and was not told."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from mappers.model import Cause, Place
from mappers.outbound import MOST_CAUSES, attention_note, is_of_attachments, remedy_for
from streams.notes.ports import Attention
from streams.notes.told import MOST_CAUSES_KEPT, Told, mark_of

INTERVAL: Final = timedelta(minutes=15)
FILES_AFTER: Final = timedelta(minutes=30)
"""How long a document lacks a file before that is told: two more tries may bring it, and nothing stands still."""

Standing = Mapping[str, tuple[Cause, int]]
"""Causes with how many shipments stand under them, by their marks."""


class Composer:
    """Reads the disk: it runs in a thread."""

    def __init__(self, attention: Attention, page_url: str = "", interval: timedelta = INTERVAL) -> None:
        """`page_url` is where the pages are, empty where nobody said; `interval` the least time between two notes."""
        self._attention = attention
        self._page_url = page_url
        self._interval = interval

    def is_due(self, told: Told, now: datetime) -> bool:
        """Whether the company may have a note."""
        return told.is_due(now, self._interval)

    def look(self, told: Told, now: datetime) -> Told:
        """What does not stand any more is forgotten, and what is new becomes a note; `told` itself where neither is."""
        standing = self._standing(told.company_id)
        kept = told.among(standing)
        new = tuple(each for each in kept.new_among(standing) if self._has_stayed(told, standing[each][0], now))
        first = sorted(new, key=lambda each: _rank(*standing[each]))[:MOST_CAUSES]
        pages = (self._attention.affected(told.company_id, standing[each][0], limit=1) for each in first)
        groups = [page.group for page in pages if page.group is not None]
        if not groups:
            return kept
        note = attention_note(told.company_id, now, groups, len(new) - len(groups), self._page_url)
        return kept.opened(note, new, now)

    def _has_stayed(self, told: Told, cause: Cause, now: datetime) -> bool:
        if not is_of_attachments(cause):
            return True
        group = self._attention.affected(told.company_id, cause, limit=1).group
        return group is not None and now - datetime.fromisoformat(group.life.opened_at) >= FILES_AFTER

    def _standing(self, company_id: str) -> Standing:
        """Those that somebody can do something about; time removes the others."""
        found = self._attention.standing(company_id, MOST_CAUSES_KEPT)
        return {mark_of(each): (each, count) for each, count in found.items() if _is_for_people(each)}


def _rank(cause: Cause, shipments: int) -> tuple[int, str, str, str]:
    """The most frequent first."""
    return -shipments, cause.code, cause.field, cause.value


def _is_for_people(cause: Cause) -> bool:
    return set(remedy_for(cause.status, cause.code).where) != {Place.NOTHING}
