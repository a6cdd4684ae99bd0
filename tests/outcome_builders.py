"""Outcomes and snapshots of the contract's example shipment, with overrides."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from mappers.model.attachments import DocumentAttachments, ReportedAttachment, attachments_id
from mappers.model.changes import (
    ChangedDocument,
    ChangeKind,
    Difference,
    DocumentChange,
    DocumentDrift,
    DocumentState,
    DriftKind,
    change_id,
    drift_id,
)
from mappers.model.outcome import Action, DocumentRef, Outcome, Status, Waiting, outcome_id
from mappers.model.problem import Code, Problem
from mappers.model.shipment_log import Snapshot
from tests.builders import COMPANY_ID, EVENT_ID, OCCURRED_AT, SHIPMENT_ID, TRIGGER_STATUS, make_shipment

NAMESPACE = UUID(int=0)

DOCUMENT = DocumentRef(
    type="invoice",
    number="INV-2026-0042",
    xero_id="11111111-2222-3333-4444-555555555555",
    xero_status="DRAFT",
    total="1265.63",
    currency="USD",
    url="https://go.xero.com/app/invoicing/view/1",
    content_hash="aa",
)


def make_outcome(
    status: Status = Status.PROCESSED, *, request: str = "1", after: float = 0, **overrides: Any
) -> Outcome:
    """The outcome of the request named `request`, `after` seconds after the example event."""
    request_id = uuid5(NAMESPACE, request)
    fields: dict[str, Any] = {
        "outcome_id": outcome_id(request_id, status),
        "occurred_at": OCCURRED_AT + timedelta(seconds=after),
        "company_id": COMPANY_ID,
        "shipment_id": SHIPMENT_ID,
        "revision": 7,
        "request_id": request_id,
        "event_id": EVENT_ID,
        "trigger": "status",
        "status": status,
    }
    if status is Status.PROCESSED:
        fields |= {"action": Action.CREATED, "document": DOCUMENT}
    return Outcome.model_validate(fields | overrides)


def make_change(change: str = "paid", *, after: float = 60, **state: Any) -> DocumentChange:
    """What somebody did to the example shipment's document, `after` seconds after the example event."""
    kind, at = ChangeKind(change), OCCURRED_AT + timedelta(seconds=after)
    before = DocumentState(xero_status="AUTHORISED", number=DOCUMENT.number, total=DOCUMENT.total)
    now = before.model_copy(update={"xero_status": "PAID", "amount_paid": DOCUMENT.total, **state})
    changed = DOCUMENT.model_dump(include=set(ChangedDocument.model_fields))
    return DocumentChange(
        outcome_id=change_id(DOCUMENT.xero_id, kind, now, at),
        occurred_at=at,
        company_id=COMPANY_ID,
        shipment_id=SHIPMENT_ID,
        change=kind,
        document=ChangedDocument.model_validate(changed),
        before=before,
        after=now,
        updated_at=at,
    )


def make_drift(*kinds: str, ledger: str | None = None, xero: str | None = None, after: float = 43_200) -> DocumentDrift:
    """In what the example shipment's document differs, `after` seconds after the example event."""
    differences = tuple(Difference(kind=DriftKind(each), ledger=ledger, xero=xero) for each in kinds)
    changed = DOCUMENT.model_dump(include=set(ChangedDocument.model_fields))
    return DocumentDrift(
        outcome_id=drift_id(DOCUMENT.xero_id, differences, OCCURRED_AT),
        occurred_at=OCCURRED_AT + timedelta(seconds=after),
        company_id=COMPANY_ID,
        shipment_id=SHIPMENT_ID,
        document=ChangedDocument.model_validate(changed),
        differences=differences,
    )


def make_attachments(
    *attachments: ReportedAttachment, after: float = 60, shipment_id: str = SHIPMENT_ID
) -> DocumentAttachments:
    """How the files of the example shipment stand, `after` seconds after the example event."""
    changed = DOCUMENT.model_dump(include=set(ChangedDocument.model_fields))
    request = make_outcome().request_id
    return DocumentAttachments(
        outcome_id=attachments_id(request, DOCUMENT.xero_id, attachments),
        occurred_at=OCCURRED_AT + timedelta(seconds=after),
        company_id=COMPANY_ID,
        shipment_id=shipment_id,
        request_id=request,
        document=ChangedDocument.model_validate(changed),
        attachments=attachments,
    )


def rejected(*problems: Problem, **overrides: Any) -> Outcome:
    """A REJECTED outcome with these problems."""
    return make_outcome(Status.REJECTED, errors=problems or (unknown_customer(),), **overrides)


def waiting(reason: str = "out_of_quota", *, for_: tuple[str, ...] = (), **overrides: Any) -> Outcome:
    """A WAITING outcome."""
    return make_outcome(Status.WAITING, waiting=Waiting(reason=reason, for_=for_), **overrides)


def unknown_customer(code: str = "ALOK") -> Problem:
    """The guide's first FAQ."""
    return Problem(
        code=Code.CUSTOMER_NOT_FOUND,
        field="buyer_code",
        value=code,
        message=f"Customer.Name({code}) : not found in XERO(Customer.Name).",
        hint="Add the account number in Xero.",
    )


def make_snapshot(**overrides: Any) -> Snapshot:
    """The example event's snapshot."""
    fields: dict[str, Any] = {
        "company_id": COMPANY_ID,
        "shipment_id": SHIPMENT_ID,
        "revision": 7,
        "occurred_at": OCCURRED_AT,
        "status": TRIGGER_STATUS,
        "shipment": make_shipment(),
    }
    return Snapshot(**fields | overrides)
