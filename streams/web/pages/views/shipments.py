"""The list of shipments: what the address filters by, and its rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from mappers.model import NOT_SYNCED, CauseFilter, Company, ShipmentFilter, ShipmentLine, Status
from mappers.outbound import cause_in_words, wait_in_words
from streams.web.pages.views.changes import payment_words
from streams.web.pages.views.shipment import customer_of

STATUSES: Final = ("PROCESSED", "REJECTED", "WAITING", "SKIPPED", NOT_SYNCED)
FILTERS: Final = ("query", "status", "code", "field", "value", "from", "to", "zone")
LONGEST_FILTER: Final = 500


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address says, as texts, and what is asked for by it."""

    texts: Mapping[str, str]
    wanted: ShipmentFilter

    @property
    def are_set(self) -> bool:
        """Whether anything is left out by them."""
        return any(name != "zone" for name in self.texts)

    @property
    def zone(self) -> str:
        """Whose days `from` and `to` are, as people read it."""
        return self.texts.get("zone", "UTC").replace("_", " ")

    @property
    def cause(self) -> str:
        """The cause whose shipments are shown, in words; empty where all are."""
        code, value = self.texts.get("code", ""), self.texts.get("value", "")
        is_wait = self.texts.get("status") == Status.WAITING
        words = wait_in_words(code) if is_wait else cause_in_words(code, self.texts.get("field", ""))
        return ": ".join(each for each in (words, value) if each) if code else ""

    def query(self, **changes: str) -> str:
        """The address's query with these changes; empty values are left out."""
        pairs = {**self.texts, **changes}
        return urlencode({name: value for name, value in pairs.items() if value})


def read_filters(given: Mapping[str, str]) -> Filters:
    """The filters of the address; `from` and `to` are days in `zone`, by its name in the IANA's database.

    Raises ValueError, with the name, for one that cannot be read.
    """
    texts = {name: given[name].strip() for name in FILTERS if given.get(name, "").strip()}
    for name, value in texts.items():
        if len(value) > LONGEST_FILTER:
            raise ValueError(name)
    if texts.get("status", NOT_SYNCED) not in STATUSES:
        raise ValueError("status")
    code, zone = texts.get("code"), _zone(texts.get("zone", "UTC"))
    wanted = ShipmentFilter(
        text=texts.get("query", ""),
        status=texts.get("status"),
        cause=CauseFilter(code, texts.get("field", ""), texts.get("value", "")) if code else None,
        since=_midnight(texts, "from", zone),
        until=_midnight(texts, "to", zone, days=1),
    )
    return Filters(texts, wanted)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, LookupError, OSError) as error:
        raise ValueError("zone") from error


def _midnight(texts: Mapping[str, str], name: str, zone: ZoneInfo, *, days: int = 0) -> datetime | None:
    """When the day begins there, in UTC, or so many days after it."""
    if name not in texts:
        return None
    try:
        day = datetime.strptime(texts[name], "%Y-%m-%d").replace(tzinfo=zone) + timedelta(days=days)
        return day.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(name) from error


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
