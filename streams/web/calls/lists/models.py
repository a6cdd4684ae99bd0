"""What the lists answer, as the API's document describes it. New fields may come; none is renamed."""

from typing import Any

from pydantic import BaseModel, Field

from mappers.model import Freshness, Place
from streams.web.calls.logged import LoggedAttachment, LoggedChange
from streams.web.calls.models import Cursor, Instant, LoggedOutcome, LoggedProblem


class ListedCause(BaseModel):
    """What a shipment stands still for."""

    status: str
    code: str
    field: str | None
    value: str | None


class ShipmentDocument(BaseModel):
    """The document in Xero; `tax` and `sub_total` are null where Xero did not say."""

    kind: str
    number: str
    id: str
    status: str
    url: str
    sub_total: str | None
    tax: str | None
    total: str
    currency: str
    payment: str = Field(default="", description="`paid` or `part_paid`; absent where no payment is known.")


class ListedShipment(BaseModel):
    """A shipment in the list.

    `at` orders it: `synced_at`, or where there is no outcome yet when the newest status change came. `total`, `tax` and
    `currency` are the document's; where there is none, `total` is the sum of the shipment's item values and `tax` null.
    """

    shipment_id: str
    shipment_number: str | None
    exporter_reference: str | None
    invoice_number: str | None
    customer: str | None = Field(description="The code of the buyer or the consignee, as the company's profile says.")
    shipment_status: str | None = Field(description="In the shipping system.")
    status: str = Field(description="PROCESSED, REJECTED, WAITING, SKIPPED, or NOT_SYNCED before the first outcome.")
    synced_at: Instant | None
    at: Instant
    waiting_reason: str | None
    resume_at: Instant | None
    causes: list[ListedCause]
    document: ShipmentDocument | None
    total: str | None
    tax: str | None
    currency: str | None
    trigger: str | None
    requested_by: str | None
    request_id: str | None


class ListFreshness(BaseModel):
    """Whether everything that Kafka has is in the list: `share` of it is, from 0 to 1, null where that is not known."""

    state: Freshness
    behind: int = Field(description="Records that are not read yet.")
    share: float | None


class ShipmentList(BaseModel):
    """Some of a company's shipments, newest first. A page may have fewer than asked for, although there are more.

    `counts` are of all of the company's shipments, by status, whatever the list is limited to.
    """

    company_id: str
    shipments: list[ListedShipment]
    counts: dict[str, int]
    freshness: ListFreshness
    next_cursor: Cursor


class ShownProblemModel(LoggedProblem):
    """A problem with who removes it, where, and how."""

    who: str
    where: list[Place]
    how: str
    xero_url: str | None


class ShownSnapshot(BaseModel):
    """The newest known state of the shipment in the shipping system; decimals are texts."""

    status: str
    revision: int | None = Field(json_schema_extra={"format": "int64"})
    occurred_at: Instant
    recorded_at: Instant | None
    shipment: dict[str, Any]


class ShipmentPageModel(BaseModel):
    """Everything about one shipment. `outcome` is the one that its status is from, as it was published."""

    shipment: ListedShipment
    errors: list[ShownProblemModel]
    warnings: list[ShownProblemModel]
    entries: list[LoggedOutcome]
    changes: list[LoggedChange] = Field(default=[], description="Absent where nobody did anything in Xero.")
    attachments: list[LoggedAttachment] = Field(
        default=[], description="How its files stand; absent where it names none, or nothing is known yet."
    )
    outcome: LoggedOutcome | None
    snapshot: ShownSnapshot | None


class ResolvedCauseModel(BaseModel):
    """A cause under which no shipment stands any more."""

    status: str
    code: str
    field: str | None
    value: str | None
    opened_at: Instant
    resolved_at: Instant
    left: int = Field(description="Shipments that went on, a thousand at most.")
    released: int = Field(description="Of these, those that were asked for again by Shipledger itself.")
    who: str
    where: list[Place]


class ResolvedCauses(BaseModel):
    """The latest first."""

    company_id: str
    resolved: list[ResolvedCauseModel]


class FollowedPartitionModel(BaseModel):
    """How far a partition is read: `position` is what is read next, `end` where the partition ends."""

    topic: str
    partition: int
    position: int
    end: int


class FollowedTopics(ListFreshness):
    """Of this worker; every worker reads all partitions."""

    reason: str
    partitions: list[FollowedPartitionModel]
