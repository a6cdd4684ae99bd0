"""Pages of the list: the places after the cursor, looked at one by one, or the few shipments that an id leads to."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from mappers.model import ShipmentFilter, ShipmentLine, ShipmentPage
from streams.projection.encoding import cause_places
from streams.projection.indexes.entries import (
    all_places,
    is_found,
    place_in,
    shipment_in,
    status_places,
    token_range,
)
from streams.projection.indexes.line_moves import NO_LINE, stored_line
from streams.projection.indexes.line_row import LineRow, shown_line
from streams.projection.indexes.matching import matches
from streams.projection.indexes.tokens import token
from streams.projection.key_value import KeyValue
from streams.projection.place import Place, microseconds

FEW: Final = 1000
"""Ids that are looked up one by one; where more begin with the text, every so many shipments have it, and places are
looked at until there are enough."""

MOST_PASSED: Final = 10_000
"""Places that one page looks at: a page ends there, with what it found."""


def shipments_page(
    disk: KeyValue, company_id: str, wanted: ShipmentFilter, limit: int, cursor: str | None
) -> ShipmentPage:
    """The shipments after the cursor, newest first. Raises ValueError for a cursor that was not given here."""
    after = Place.in_cursor(cursor) if cursor is not None else None
    listing = _Listing(disk, company_id, wanted, limit, after)
    few = listing.few()
    return listing.walk() if few is None else listing.of_few(few)


@dataclass(frozen=True, slots=True)
class _Listing:
    """One page being read."""

    disk: KeyValue
    company_id: str
    wanted: ShipmentFilter
    limit: int
    after: Place | None

    @property
    def text(self) -> str:
        """What ids are to begin with, as they are compared."""
        return token(self.wanted.text)

    def few(self) -> list[str] | None:
        """The shipments with an id that begins with the text, where it is given and they are few."""
        if not self.text:
            return None
        found = self.disk.scan(token_range(self.company_id, self.text), b"", FEW + 1)
        ids = [shipment_in(stored, self.company_id) for stored, _ in found]
        return None if len(ids) > FEW else list(dict.fromkeys(ids))

    def of_few(self, ids: list[str]) -> ShipmentPage:
        """The page of those among these shipments that the list has."""
        rows = ((each, stored_line(self.disk, self.company_id, each)) for each in ids)
        found = sorted((Place.of(row.at, each), row) for each, row in rows if self._has(row))
        rest = [each for each in found if self.after is None or each[0] > self.after]
        lines = tuple(shown_line(place.shipment, row) for place, row in rest[: self.limit])
        return ShipmentPage(lines, rest[self.limit - 1][0].cursor() if len(rest) > self.limit else None)

    def walk(self) -> ShipmentPage:
        """The page by looking at places."""
        lines: list[ShipmentLine] = []
        last: Place | None = None
        for passed, (place, searched) in enumerate(self._places()):
            if passed == MOST_PASSED or len(lines) == self.limit:
                return ShipmentPage(tuple(lines), last.cursor() if last is not None else None)
            last = place
            if not self.text or is_found(searched, self.text):
                lines += self._line_at(place)
        return ShipmentPage(tuple(lines), None)

    def _places(self) -> Iterator[tuple[Place, bytes]]:
        """The places of the narrowest order that has them all, from the cursor to the oldest that is wanted."""
        prefix = self._prefix()
        oldest = Place.of(microseconds(self.wanted.since), "").age if self.wanted.since is not None else None
        for stored, searched in self._read(prefix, prefix + self._start()):
            place = place_in(stored, prefix)
            if oldest is not None and place.age > oldest:
                return
            yield place, searched

    def _read(self, prefix: bytes, start: bytes) -> Iterator[tuple[bytes, bytes]]:
        """No more at first than a page needs where nothing is passed over."""
        last = b""
        for stored, searched in self.disk.scan(prefix, start, self.limit + 1):
            yield stored, searched
            last = stored
        if last:
            yield from islice(self.disk.scan(prefix, last + b"\0"), MOST_PASSED)

    def _prefix(self) -> bytes:
        if self.wanted.cause is not None:
            cause = self.wanted.cause
            return cause_places(self.company_id, cause.code, cause.field, cause.value)
        if self.wanted.status is not None:
            return status_places(self.company_id, self.wanted.status)
        return all_places(self.company_id)

    def _start(self) -> bytes:
        after = self.after.stored() + b"\0" if self.after is not None else b""
        newest = Place.after(self.wanted.until).stored() if self.wanted.until is not None else b""
        return max(after, newest)

    def _line_at(self, place: Place) -> Iterator[ShipmentLine]:
        """The line at the place; none where it has got another place meanwhile, or is not wanted."""
        row = stored_line(self.disk, self.company_id, place.shipment)
        if row.at == place.at and self._has(row):
            yield shown_line(place.shipment, row)

    def _has(self, row: LineRow) -> bool:
        return row != NO_LINE and matches(row, self.wanted)
