"""One line of the list of shipments, and what may be asked of the list."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mappers.model.shipment_log import Cause

NOT_SYNCED: Final = "NOT_SYNCED"
"""The status of a shipment of which status changes are known, and no outcome."""


@dataclass(frozen=True, slots=True)
class ListedDocument:
    """The document that a shipment became, as the log last heard of it; amounts as Xero replied them.

    `payment` is `paid` or `part_paid` where a payment is known.
    """

    type: str
    number: str
    xero_id: str
    xero_status: str
    sub_total: str | None
    total_tax: str | None
    total: str
    currency: str
    url: str
    payment: str | None = None


@dataclass(frozen=True, slots=True)
class ShipmentLine:
    """A shipment among others. Times are RFC 3339 in UTC.

    `at` orders the list: when `status` was reached, or, of a shipment without an outcome, when its newest status change
    came. `trigger`, `requested_by` and `request_id` are those of the outcome that `status` is from. The last eight are
    the shipping system's: `value` is the sum of its item values, None where it cannot be read.
    """

    shipment_id: str
    at: str
    status: str
    synced_at: str | None = None
    waiting_reason: str | None = None
    resume_at: str | None = None
    document: ListedDocument | None = None
    trigger: str | None = None
    requested_by: str | None = None
    request_id: str | None = None
    causes: tuple[Cause, ...] = ()
    shipment_status: str | None = None
    shipment_number: str | None = None
    exporter_reference: str | None = None
    invoice_number: str | None = None
    buyer_code: str | None = None
    consignee_code: str | None = None
    value: str | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class CauseFilter:
    """Shipments that stand still for a code; for one cause of that code where `field` or `value` is given."""

    code: str
    field: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class ShipmentFilter:
    """What a list is limited to; the default is everything.

    `text` is what one of the shipment's ids begins with, in any case of letters. `since` is included, `until` is not.
    """

    text: str = ""
    status: str | None = None
    cause: CauseFilter | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ShipmentPage:
    """Some of the shipments, newest first.

    It may have fewer lines than asked for, or none, although there are more: `next` is where to go on, None at the end.
    """

    lines: tuple[ShipmentLine, ...]
    next: str | None
