"""What the indexes have to say, by looking at every shipment's rows."""

from collections import Counter, defaultdict
from decimal import Decimal

from mappers.model import Affected, Cause, ShipmentFilter, ShipmentLine
from streams.projection.causes import Stay, causes_of, stays_in
from streams.projection.encoding import LOGS, SNAPSHOTS, decode_log, decode_snapshot, key, parts
from streams.projection.indexes.halves import change_half, log_half
from streams.projection.indexes.line_row import LineRow, shown_line
from streams.projection.key_value import KeyValue
from streams.projection.place import Place, microseconds


class Walk:
    """One company's shipments, each read from its log and its snapshot."""

    def __init__(self, disk: KeyValue, company_id: str) -> None:
        ids = {parts(stored)[1] for table in (LOGS, SNAPSHOTS) for stored, _ in disk.scan(key(table, company_id))}
        self._logs = {each: decode_log(disk.get(key(LOGS, company_id, each))) for each in ids}
        found = {each: disk.get(key(SNAPSHOTS, company_id, each)) for each in ids}
        snapshots = {each: decode_snapshot(stored) for each, stored in found.items() if stored is not None}
        rows = {
            each: LineRow(change_half(snapshots[each]) if each in snapshots else None, log_half(each, self._logs[each]))
            for each in ids
        }
        # What is told of a document alone, with neither outcome nor status change, makes no line.
        self.rows = {each: row for each, row in rows.items() if row != LineRow(None, None)}

    def shipments(self, wanted: ShipmentFilter) -> list[ShipmentLine]:
        """The whole list."""
        order = sorted((Place.of(row.at, each), each) for each, row in self.rows.items())
        lines = ((each, shown_line(each, self.rows[each])) for _, each in order)
        return [line for each, line in lines if _has(wanted, line, self.rows[each].at, self._requests(each))]

    def _requests(self, shipment_id: str) -> list[str]:
        return [entry.outcome["request_id"] for entry in self._logs[shipment_id].entries]

    def counts(self) -> dict[str, int]:
        """By status."""
        return dict(Counter(row.status for row in self.rows.values()))

    def affected(self) -> dict[Cause, dict[str, Affected]]:
        """The shipments under each cause."""
        found: dict[Cause, dict[str, Affected]] = defaultdict(dict)
        for each, log in self._logs.items():
            for cause, affected in causes_of(each, log).items():
                found[cause][each] = affected
        return dict(found)

    def blocked(self, cause: Cause) -> dict[str, tuple[Decimal, int]]:
        """The money under a cause, by currency."""
        found: dict[str, tuple[Decimal, int]] = {}
        for each in self.affected().get(cause, {}):
            if (money := self.rows[each].money) is not None:
                whole, count = found.get(money[0], (Decimal(0), 0))
                found[money[0]] = (whole + Decimal(money[1]), count + 1)
        return found

    def stays(self) -> list[Stay]:
        """Of all shipments."""
        return [stay for log in self._logs.values() for stay in stays_in(log)]


def _has(wanted: ShipmentFilter, line: ShipmentLine, at: int, requests: list[str]) -> bool:
    document = line.document.number if line.document is not None else None
    ids = [line.shipment_id, line.shipment_number, line.exporter_reference, line.invoice_number, document]
    ids += [line.buyer_code, line.consignee_code, *requests]
    cause = wanted.cause
    named = (cause.code, cause.field, cause.value) if cause is not None else None
    return (
        any((each or "").strip().casefold().startswith(wanted.text.strip().casefold()) for each in ids if each)
        and wanted.status in {None, line.status}
        and (wanted.since is None or at >= microseconds(wanted.since))
        and (wanted.until is None or at < microseconds(wanted.until))
        and (
            named is None
            or any(named in {(each.code, "", ""), (each.code, each.field, each.value)} for each in line.causes)
        )
    )
