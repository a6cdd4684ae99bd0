"""Outcomes made from requests: one constructor for each way a request can end or wait."""

from datetime import datetime

from mappers.model import Action, Code, DocumentRef, Outcome, Problem, Status, SyncRequest, Waiting, outcome_id

TERMINAL = frozenset({Status.PROCESSED, Status.REJECTED, Status.SKIPPED})


def processed(
    request: SyncRequest,
    action: Action,
    document: DocumentRef,
    now: datetime,
    *,
    warnings: tuple[Problem, ...] = (),
    attempt: int = 1,
) -> Outcome:
    """The document is in Xero as the shipment says."""
    return _outcome(
        request, Status.PROCESSED, now, action=action, document=document, warnings=warnings, attempt=attempt
    )


def rejected(
    request: SyncRequest,
    errors: tuple[Problem, ...],
    now: datetime,
    *,
    document: DocumentRef | None = None,
    warnings: tuple[Problem, ...] = (),
    attempt: int = 1,
) -> Outcome:
    """Somebody has to correct something; `document` is what is in Xero nevertheless."""
    return _outcome(request, Status.REJECTED, now, errors=errors, document=document, warnings=warnings, attempt=attempt)


def skipped(request: SyncRequest, why: Problem, now: datetime) -> Outcome:
    """A newer request is sent instead."""
    return _outcome(request, Status.SKIPPED, now, warnings=(why,))


def waiting(
    request: SyncRequest,
    waiting: Waiting,
    now: datetime,
    *,
    attempt: int = 1,
    warnings: tuple[Problem, ...] = (),
) -> Outcome:
    """Not sent yet; it will be once what it waits for is over. `warnings` say more of that."""
    return _outcome(request, Status.WAITING, now, waiting=waiting, attempt=attempt, warnings=warnings)


def superseded(replaced: SyncRequest, by: SyncRequest) -> Problem:
    """Why a request was skipped for a newer one."""
    return Problem(
        code=Code.SUPERSEDED,
        field="revision",
        value=None if replaced.revision is None else str(replaced.revision),
        message=f"A newer request for the shipment (event {by.event_id}) came before this one was sent.",
        hint="Nothing to do: the newer request is sent instead.",
    )


def _outcome(request: SyncRequest, status: Status, now: datetime, **parts: object) -> Outcome:
    fields = {
        "outcome_id": outcome_id(request.request_id, status),
        "occurred_at": now,
        "company_id": request.company_id,
        "shipment_id": request.shipment_id,
        "revision": request.revision,
        "request_id": request.request_id,
        "event_id": request.event_id,
        "trigger": request.trigger,
        "status": status,
        "requested_by": request.requested_by,
        **parts,
    }
    return Outcome.model_validate(fields)
