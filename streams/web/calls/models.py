"""What the API answers, as its document describes it. New fields may come; none is renamed."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from mappers.model import LONGEST_NAME, LONGEST_REASON, Action, Place, Status
from streams.web.calls.logged import LoggedAttachment, LoggedChange

Decimal = Annotated[str, Field(pattern=r"^-?[0-9]+(\.[0-9]+)?$")]
Instant = Annotated[str, Field(description="RFC 3339, in UTC.", examples=["2026-11-20T03:15:22.123Z"])]
Cursor = Annotated[str | None, Field(description="Give it as `cursor` for the next page; null on the last one.")]
MaybeCursor = Annotated[
    str, Field(default="", description="Give it as `cursor` for the next page; absent on the last one.")
]


class ApiProblem(BaseModel):
    """What is wrong with a call (RFC 9457), with a stable code, and a hint that says who does what about it."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    message: str = Field(description="The same as `detail`.")
    hint: str


class LoggedProblem(BaseModel):
    """One fault of a shipment, or a warning; docs/errors.md explains the codes, and new ones may come."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    field: str | None
    value: str | None
    message: str
    hint: str


class LoggedDocument(BaseModel):
    """The document in Xero that a shipment became; amounts as Xero replied them."""

    type: Literal["invoice", "quote"]
    number: str
    xero_id: str
    xero_status: str
    sub_total: Decimal = Field(default="")
    total_tax: Decimal = Field(default="")
    total: Decimal
    currency: str
    url: str
    content_hash: str


class LoggedWaiting(BaseModel):
    """Why a request waits, until when (null where an event releases it), and for what."""

    reason: str
    resume_at: Instant | None
    for_: list[str] = Field(alias="for")


class LoggedOutcome(BaseModel):
    """One line of the log: how a request ended, or why it waits."""

    outcome_id: str
    event_type: Literal["accounting.sync_outcome"]
    schema_version: Literal[1]
    occurred_at: Instant
    company_id: str
    shipment_id: str
    revision: int | None = Field(json_schema_extra={"format": "int64"})
    request_id: str
    event_id: str
    trigger: str
    attempt: int
    status: Status
    action: Action | None
    document: LoggedDocument | None
    errors: list[LoggedProblem]
    warnings: list[LoggedProblem]
    waiting: LoggedWaiting | None
    requested_by: str = Field(
        default="", description="Who pressed Send; absent where nobody in particular is known to have."
    )


class IntegrationLog(BaseModel):
    """The log of one shipment, newest first; it keeps the newest 50 entries."""

    shipment_id: str
    sync_status: Status | None
    synced_at: Instant | None
    entries: list[LoggedOutcome]
    changes: list[LoggedChange] = Field(
        default=[], description="The newest 50, whatever page of entries it is; absent where there are none."
    )
    attachments: list[LoggedAttachment] = Field(
        default=[], description="How its files stand; absent where it names none, or nothing is known yet."
    )
    next_cursor: MaybeCursor


class LogOfSeveral(BaseModel):
    """The log of one shipment among others."""

    shipment_id: str
    sync_status: Status | None
    synced_at: Instant | None
    entries: list[LoggedOutcome]
    changes: list[LoggedChange] = Field(default=[])
    attachments: list[LoggedAttachment] = Field(default=[])


class AccountingLogs(BaseModel):
    """The logs of the shipments in the order asked."""

    shipments: list[LogOfSeveral]
    next_cursor: MaybeCursor


class AffectedShipment(BaseModel):
    """A shipment that stands still, since when, and when it goes on by itself (null: never without somebody)."""

    shipment_id: str
    since: Instant
    value: str | None
    message: str
    resume_at: Instant | None


class BlockedMoney(BaseModel):
    """The sum of the item values, in one currency, of so many shipments whose value can be read."""

    currency: str
    amount: Decimal
    shipments: int


class AttentionCause(BaseModel):
    """What shipments stand still for; `count` is of all of them, however many are listed.

    `opened_at` is since when shipments have stood under it without a break; of all that `came` since, `left` went on,
    `released` of these because Shipledger asked again by itself. `who` removes it, `where`, and `how`; `xero_url` is
    the page for it in Xero. `resume_at` is when the shipments listed go on by themselves.
    """

    status: str
    code: str
    field: str | None
    value: str | None
    message: str
    hint: str
    count: int
    shipments: list[AffectedShipment]
    opened_at: Instant = Field(default="")
    last_seen_at: Instant = Field(default="")
    came: int = Field(default=0)
    left: int = Field(default=0)
    released: int = Field(default=0)
    blocked: list[BlockedMoney] = Field(default=[])
    who: str = Field(default="")
    where: list[Place] = Field(default=[])
    how: str = Field(default="")
    xero_url: str | None = Field(default=None)
    resume_at: Instant | None = Field(default=None)


class Attention(BaseModel):
    """What needs a person, the most frequent cause first; or the shipments of one cause, by id."""

    company_id: str
    causes: list[AttentionCause]
    total_causes: int
    next_cursor: Cursor


class AcceptedShipment(BaseModel):
    """A shipment whose request is on its way."""

    shipment: str
    request_id: str


class RefusedShipment(BaseModel):
    """A shipment that was not sent, and why."""

    shipment: str
    code: str
    message: str
    hint: str


class Sent(BaseModel):
    """Every shipment that was asked for, accepted or refused."""

    accepted: list[AcceptedShipment]
    refused: list[RefusedShipment]


class NothingSent(ApiProblem, Sent):
    """The refusal where no shipment was accepted; other refusals have no lists."""

    accepted: list[AcceptedShipment] = Field(default=[])
    refused: list[RefusedShipment] = Field(default=[])


class ShipmentsToSend(BaseModel):
    """The body of Send to Accounting."""

    model_config = ConfigDict(extra="forbid")

    shipments: list[Annotated[str, Field(min_length=1, max_length=255)]] = Field(min_length=1, max_length=10)


class CompanyState(BaseModel):
    """A company of the profile. `by`, `at` and `reason` are of the last pause or resumption; null before the first."""

    company_id: str
    organisation: str
    paused: bool
    by: str | None
    at: Instant | None
    reason: str | None


class Companies(BaseModel):
    """The companies of the profile, by id."""

    companies: list[CompanyState]


class ResumeWords(BaseModel):
    """The body of resume, which may be left out."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(default="", max_length=LONGEST_REASON, description="Why, for the list of companies.")
    by: str = Field(default="", max_length=LONGEST_NAME, description="Who says so; else it is the API's token.")


class PauseWords(ResumeWords):
    """The body of pause."""

    reason: str = Field(
        min_length=1, max_length=LONGEST_REASON, pattern=r"\S", description="Why, for the logs of the shipments."
    )


class LineTax(BaseModel):
    """Which tax type a line gets, who decided it, and its rate where it is known."""

    line: str | None
    tax_type: str | None
    decided_by: str | None
    percent: str | None


class Explanation(BaseModel):
    """The document that the shipment would become now, or every problem."""

    would_send: dict[str, Any] | None
    content_hash: str | None
    problems: list[LoggedProblem]
    warnings: list[LoggedProblem]
    taxes: list[LineTax]
    not_compared: list[str]


class HealthCheck(BaseModel):
    """One check; `reason` is there for callers with the token."""

    name: str
    ok: bool
    reason: str = Field(default="")


class Alive(BaseModel):
    """Whether every part makes progress, or has nothing to do."""

    alive: bool
    checks: list[HealthCheck]


class Ready(BaseModel):
    """Whether the worker is assigned, recovered, and has tokens."""

    ready: bool
    checks: list[HealthCheck]
