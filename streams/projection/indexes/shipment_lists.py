"""What the lists answer. Everything blocks for milliseconds: an event loop calls it in a thread."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from mappers.model import (
    ActFilter,
    ActPage,
    ResolvedCause,
    ShipmentDetail,
    ShipmentFilter,
    ShipmentLine,
    ShipmentPage,
)
from mappers.outbound import short_code_in
from streams.projection.acts import acts_page
from streams.projection.causes import resolved_causes
from streams.projection.encoding import COUNTS, LOGS, SNAPSHOTS, decode_log, decode_snapshot, key, parts
from streams.projection.indexes.line_moves import NO_LINE, stored_line
from streams.projection.indexes.line_row import shown_line
from streams.projection.indexes.listing import shipments_page
from streams.projection.indexes.remedies import shown_differences, shown_problems
from streams.projection.key_value import KeyValue

AT_ONCE = 500
"""Lines that are read at once where all are read."""


class ShipmentLists:
    """Reads only. Nothing here tells whether a company exists."""

    def __init__(self, disk: KeyValue) -> None:
        self._disk = disk

    def shipments(
        self, company_id: str, wanted: ShipmentFilter, *, limit: int, cursor: str | None = None
    ) -> ShipmentPage:
        """The shipments after the cursor, newest first. Raises ValueError for a cursor that was not given here.

        A shipment that gets a new place between two pages is met again at its new one: load the list anew.
        """
        return shipments_page(self._disk, company_id, wanted, limit, cursor)

    def every_shipment(self, company_id: str, wanted: ShipmentFilter) -> Iterator[tuple[ShipmentLine, ...]]:
        """All of them, newest first, a part at a time; each part is read when it is asked for."""
        cursor = None
        while True:
            page = self.shipments(company_id, wanted, limit=AT_ONCE, cursor=cursor)
            yield page.lines
            if (cursor := page.next) is None:
                return

    def counts(self, company_id: str) -> Mapping[str, int]:
        """How many shipments the company has, by status; `NOT_SYNCED` are those without an outcome."""
        prefix = key(COUNTS, company_id)
        return {parts(stored)[1]: int(count) for stored, count in self._disk.scan(prefix)}

    def resolved(self, company_id: str, since: datetime, *, limit: int) -> tuple[ResolvedCause, ...]:
        """The causes under which the last shipment went on at that moment or later, the latest first."""
        return resolved_causes(self._disk, company_id, since, limit)

    def acts(
        self, companies: Iterable[str] | None, wanted: ActFilter, *, limit: int, cursor: str | None = None
    ) -> ActPage:
        """What people did after the cursor, newest first, of these companies together; None: of all, and of none.

        Raises ValueError for a cursor that was not given here.
        """
        return acts_page(self._disk, companies, wanted, limit, cursor)

    def short_code(self, company_id: str) -> str:
        """The organisation's short code, by which links lead into the right one; empty where it is not known."""
        page = self.shipments(company_id, ShipmentFilter(status="PROCESSED"), limit=1)
        return next((short_code_in(each.document.url) for each in page.lines if each.document is not None), "")

    def detail(self, company_id: str, shipment_id: str) -> ShipmentDetail | None:
        """Everything about one shipment; None where it was never seen."""
        row = stored_line(self._disk, company_id, shipment_id)
        if row == NO_LINE:
            return None
        line = shown_line(shipment_id, row)
        log = decode_log(self._disk.get(key(LOGS, company_id, shipment_id)))
        snapshot = self._disk.get(key(SNAPSHOTS, company_id, shipment_id))
        outcome = log.latest.outcome if log.latest is not None else None
        url = line.document.url if line.document is not None else None
        code = self.short_code(company_id)
        return ShipmentDetail(
            line=line,
            log=log,
            errors=shown_problems(line.status, outcome["errors"] if outcome is not None else (), url, code),
            warnings=shown_problems(line.status, outcome["warnings"] if outcome is not None else (), url, code),
            outcome=outcome,
            snapshot=None if snapshot is None else decode_snapshot(snapshot),
            differences=shown_differences(log),
        )
