"""The list of shipments: what the address filters by, its rows, and the same as CSV."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Final
from urllib.parse import urlencode

from mappers.model import NOT_SYNCED, CauseFilter, Company, ShipmentFilter, ShipmentLine, no_formula, visible
from streams.web.pages.views.changes import payment_words
from streams.web.pages.views.shipment import customer_of, wait_in_words

STATUSES: Final = ("PROCESSED", "REJECTED", "WAITING", "SKIPPED", NOT_SYNCED)
FILTERS: Final = ("query", "status", "code", "field", "value", "from", "to")
LONGEST_FILTER: Final = 500
CSV_COLUMNS: Final = (
    "shipment", "shipment_number", "exporter_reference", "customer", "shipping_status", "sync_status",
    "synced_at", "document", "total", "tax", "currency", "url",
)  # fmt: skip
LONGEST_CELL: Final = 10_000


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address says, as texts, and what is asked for by it."""

    texts: Mapping[str, str]
    wanted: ShipmentFilter

    @property
    def are_set(self) -> bool:
        """Whether anything is left out by them."""
        return bool(self.texts)

    def query(self, **changes: str) -> str:
        """The address's query with these changes; empty values are left out."""
        pairs = {**self.texts, **changes}
        return urlencode({name: value for name, value in pairs.items() if value})


def read_filters(given: Mapping[str, str]) -> Filters:
    """The filters of the address. Raises ValueError, with the name, for one that cannot be read."""
    texts = {name: given[name].strip() for name in FILTERS if given.get(name, "").strip()}
    for name, value in texts.items():
        if len(value) > LONGEST_FILTER:
            raise ValueError(name)
    if texts.get("status", NOT_SYNCED) not in STATUSES:
        raise ValueError("status")
    code = texts.get("code")
    wanted = ShipmentFilter(
        text=texts.get("query", ""),
        status=texts.get("status"),
        cause=CauseFilter(code, texts.get("field", ""), texts.get("value", "")) if code else None,
        since=_day(texts, "from"),
        until=_after(_day(texts, "to")),
    )
    return Filters(texts, wanted)


def _day(texts: Mapping[str, str], name: str) -> datetime | None:
    if name not in texts:
        return None
    try:
        return datetime.strptime(texts[name], "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as error:
        raise ValueError(name) from error


def _after(day: datetime | None) -> datetime | None:
    try:
        return None if day is None else day + timedelta(days=1)
    except OverflowError as error:
        raise ValueError("to") from error


@dataclass(frozen=True, slots=True)
class ShipmentRow:
    """A line of the list."""

    id: str
    number: str
    customer: str
    status: str | None
    shipping_status: str
    synced_at: str | None
    waits_for: str
    payment: str
    line: ShipmentLine


def shipment_row(company: Company, line: ShipmentLine) -> ShipmentRow:
    """The line as it is shown."""
    other = line.shipment_number if line.shipment_number != line.shipment_id else ""
    return ShipmentRow(
        id=line.shipment_id,
        number=other or line.invoice_number or "",
        customer=customer_of(company, line),
        status=None if line.status == NOT_SYNCED else line.status,
        shipping_status=line.shipment_status or "",
        synced_at=line.synced_at,
        waits_for=wait_in_words(line.waiting_reason),
        payment="" if line.document is None else payment_words(line.document.payment, line.document.xero_status),
        line=line,
    )


def csv_text(rows: Iterable[Iterable[str]]) -> str:
    """RFC 4180. What others wrote may begin as a formula does: it is shown as text."""
    lines = StringIO()
    shown = ([no_formula(visible(each, LONGEST_CELL)) for each in row] for row in rows)
    csv.writer(lines, lineterminator="\r\n").writerows(shown)
    return lines.getvalue()


def csv_cells(company: Company, line: ShipmentLine) -> tuple[str, ...]:
    """The cells as CSV_COLUMNS names them."""
    it = line.document
    document = (it.number, it.total, it.total_tax or "", it.currency, it.url) if it else ("",) * 5
    number, total, tax, currency, url = document
    named = (line.shipment_number, line.exporter_reference, customer_of(company, line), line.shipment_status)
    return (line.shipment_id, *(each or "" for each in named), line.status, line.synced_at or "", number, total, tax,
            currency, url)  # fmt: skip
