"""When a status change asks for accounting (contract 6.1, "What triggers"), and the request that it then makes."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from mappers.inbound.fields import ID_LENGTH, MAX_REVISION
from mappers.inbound.status_change import StatusChange
from mappers.model import (
    Code,
    Company,
    Problem,
    SyncRequest,
    Trigger,
    TriggerRule,
    forbidden_in_code,
    has_utc,
    request_id,
)


def trigger_of(event: StatusChange, company: Company) -> Trigger | None:
    """Why the event asks for accounting, None where it does not.

    Where both apply, Sync Now counts rather than the status: it says that a person is waiting for the answer.
    """
    if event.sync_now and may_sync_now(company, event.status):
        return Trigger.SYNC_NOW
    if company.trigger is TriggerRule.STATUS and _enters(event, company):
        return Trigger.STATUS
    return None


def may_sync_now(company: Company, status: str) -> bool:
    """Whether Sync Now is allowed in `status`: in any by the rule `sync_now`, otherwise only in a trigger status."""
    return company.trigger is TriggerRule.SYNC_NOW or company.is_trigger_status(status)


def sync_now_refusal(company: Company, status: str) -> Problem | None:
    """None where Sync Now is allowed, else the problem for the person who asked."""
    if may_sync_now(company, status):
        return None
    wanted = " or ".join(each.strip() for each in company.trigger_statuses) or "no status at all"
    return Problem(
        code=Code.NOT_IN_TRIGGER_STATUS,
        field="status",
        value=status,
        message=f"A shipment in status {status!r} cannot be sent to accounting; it has to be in {wanted}.",
        hint="Shipping: move the shipment to that status, then send it again.",
    )


def to_request(
    event: StatusChange, company: Company, trigger: Trigger, *, asked_at: datetime | None = None
) -> SyncRequest:
    """The request with the whole snapshot. The same event makes the same request, however often it is delivered.

    `asked_at` is the time of the event's record on Kafka.
    """
    return SyncRequest(
        request_id=request_id(
            event_id=event.event_id,
            company_id=event.company_id,
            shipment_id=event.shipment_id,
            revision=event.revision,
            trigger=trigger,
        ),
        event_id=event.event_id,
        company_id=event.company_id,
        shipment_id=event.shipment_id,
        organisation=company.organisation,
        revision=event.revision,
        occurred_at=event.occurred_at,
        status=event.status,
        trigger=trigger,
        shipment={name: exact_json(value) for name, value in event.shipment.items()},
        faults=event.faults,
        warnings=event.warnings,
        asked_at=asked_at,
    )


def exact_json(value: Any) -> Any:
    """The same JSON value with every Decimal as text, which no JSON reader turns into a float."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return {name: exact_json(each) for name, each in value.items()}
    return [exact_json(each) for each in value] if isinstance(value, list) else value


def _enters(event: StatusChange, company: Company) -> bool:
    """Whether the event moves from outside the trigger statuses into one; without a previous status it does."""
    came_from_inside = event.previous_status is not None and company.is_trigger_status(event.previous_status)
    return company.is_trigger_status(event.status) and not came_from_inside


def why_not_ours(request: SyncRequest) -> str:
    """Why no gate of ours can have made the request; empty where one may have. Others may write to its topic too.

    What lies outside of these bounds could be taken and never answered: numbers beyond 64 bits and times that no
    calendar has in UTC cannot be written, and an id that is endless, empty or hidden can be neither kept nor shown.
    """
    return next(_faults(request), "")


def _faults(request: SyncRequest) -> Iterator[str]:
    ids = {"event_id": request.event_id, "company_id": request.company_id, "shipment_id": request.shipment_id}
    for name, text in ids.items():
        if not text.strip() or len(text) > ID_LENGTH or forbidden_in_code(text):
            yield f"{name} is no id"
    for name, number in {"revision": request.revision or 0, "attempt": request.attempt}.items():
        if not 0 <= number <= MAX_REVISION:
            yield f"{name} is not a number from 0 to {MAX_REVISION}"
    for name, when in {"occurred_at": request.occurred_at, "asked_at": request.asked_at}.items():
        if when is not None and not has_utc(when):
            yield f"{name} is a time that no calendar has in UTC"
