"""How a shipment's row changes: one pure function for each act, (row, event) → (row, outcome)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from mappers.model import Action, Code, Outcome, Problem, SyncRequest, Trigger, Waiting, is_ahead, is_older, request_id
from streams.dispatch.ledger import answers
from streams.dispatch.ledger.records import (
    HELD,
    Intent,
    NumberReservation,
    Row,
    RowKey,
    SentMember,
    State,
    SyncedDocument,
    WaitReason,
)


class Change(NamedTuple):
    """The row from now on, and what is answered with it."""

    row: Row
    outcome: Outcome | None = None


class IntakeResult(StrEnum):
    """What became of a request at its arrival, for the metrics."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is rejected.

    `missing` are the release keys of master data that would cure it; `document` is what is in Xero nevertheless, and
    the shipment's from now on.
    """

    problems: tuple[Problem, ...]
    missing: tuple[str, ...] = ()
    document: SyncedDocument | None = None


def take(row: Row | None, request: SyncRequest, now: datetime) -> tuple[IntakeResult, Change]:
    """Accept a request, skip it as stale, or recognise it; one that it replaces is answered SKIPPED, superseded.

    The caller has looked into the row's pages: none of them has the request.
    """
    if row is None:
        fresh = Row(state=State.PENDING, revision=request.revision, occurred_at=request.occurred_at, request=request)
        return IntakeResult.ACCEPTED, Change(fresh)
    if _knows(row, request):
        return IntakeResult.DUPLICATE, Change(row)
    if is_older(request, row, now):
        skipped = answers.skipped(request, _stale(request, row), now)
        # The retention counts from here: forgotten before it, the older version would be taken for a new one.
        last_answer = {"ended_at": row.ended_at and now}
        return IntakeResult.STALE, Change(_changed(row, _remembering(row, request), last_answer), skipped)
    return IntakeResult.ACCEPTED, _accept(row, request, now)


def sending(row: Row, reservation: NumberReservation) -> Change:
    """The row is in a batch whose intent is committed with it. The reason it last waited for is kept."""
    return Change(_changed(row, {"state": State.SENDING, "reservation": reservation, "attempts": row.attempts + 1}))


def telling(intent: Intent, before: Intent | None, rows: Mapping[RowKey, Row]) -> Intent:
    """The intent with what `rows`, sent with it in this transaction, become; of other members it tells what it did."""
    told = {} if before is None else dict(zip(before.members, before.sent, strict=False))
    told |= {key: _sent_member(rows[key]) for key in intent.members if key in rows}
    return intent.model_copy(update={"sent": tuple(told.get(key) for key in intent.members)})


def sent_with(row: Row, intent: Intent, member: SentMember | None) -> Row | None:
    """The row in `sending`, where it is still the one that was sent with the intent; else None."""
    if member is None or row.request is None or row.state not in (State.PENDING, State.WAITING):
        return None
    if (row.request.request_id, row.attempts + 1) != (member.request_id, member.attempt):
        return None
    reservation = NumberReservation(
        intent=intent.key, kind=intent.kind, number=member.number, contact_id=member.contact_id
    )
    return sending(row, reservation).row


def _sent_member(row: Row) -> SentMember | None:
    if row.reservation is None:
        return None
    return SentMember(
        request_id=_request(row).request_id,
        attempt=row.attempts,
        number=row.reservation.number,
        contact_id=row.reservation.contact_id,
    )


def released(row: Row, now: datetime, *, maybe_written: bool = False, rounds: int = 0, faults: int = 0) -> Change:
    """Surely not under way any more: the newest request is planned again.

    `maybe_written` says that an earlier write of it may have happened, so that finding it in Xero is a recovery.
    `rounds` and `faults` are what this write adds to the row's.
    """
    opened: dict[str, object] = {
        "state": State.PENDING,
        "reservation": None,
        "maybe_written": maybe_written or row.maybe_written,
        "rounds": row.rounds + rounds,
        "faults": row.faults + faults,
    }
    if row.queued is None or row.request is None:
        return Change(_changed(row, opened))
    newest = {"request": row.queued, "queued": None, "wait_reason": None, "rounds": 0, "faults": 0}
    verify = {"verify": row.verify or row.request.trigger is Trigger.SYNC_NOW}
    superseded = answers.skipped(row.request, answers.superseded(row.request, row.queued), now)
    return Change(_changed(row, opened, newest, verify, _remembering(row, row.request)), superseded)


def waiting(row: Row, wait_reason: WaitReason, organisation: str, now: datetime) -> Change:
    """Not to be sent until the organisation can be called again, and the log says why."""
    told = Waiting(reason=wait_reason.reason, resume_at=wait_reason.until, for_=(organisation,))
    outcome = answers.waiting(_request(row), told, now, attempt=max(1, row.attempts))
    return Change(_changed(row, {"state": State.WAITING, "wait_reason": wait_reason}), outcome)


def held(row: Row, company_id: str, note: Problem, now: datetime) -> Change:
    """Not to be sent until somebody lets the company go on; `note` says who holds it, since when and why."""
    told = Waiting(reason=HELD, for_=(company_id,))
    outcome = answers.waiting(_request(row), told, now, attempt=max(1, row.attempts), warnings=(note,))
    return Change(_changed(row, {"state": State.WAITING, "wait_reason": WaitReason(reason=HELD)}), outcome)


def let_go_on(row: Row) -> Change:
    """The company goes on: the request is planned again. The log is told by what comes of it."""
    return Change(_changed(row, {"state": State.PENDING}))


def processed(
    row: Row, action: Action, document: SyncedDocument, warnings: tuple[Problem, ...], now: datetime
) -> Change:
    """The document is in Xero as the request says."""
    outcome = answers.processed(
        _request(row), action, document.ref, now, warnings=warnings, attempt=max(1, row.attempts)
    )
    return Change(_finished(row, now, {"state": State.DONE, "synced": document, "lost": False}, refused=False), outcome)


def rejected(row: Row, refusal: Refusal, now: datetime) -> Change:
    """Answered with what has to be corrected; kept with its snapshot where master data may still cure it."""
    request = _request(row)
    document = refusal.document
    outcome = answers.rejected(
        request,
        refusal.problems,
        now,
        document=None if document is None else document.ref,
        attempt=max(1, row.attempts),
    )
    changes: dict[str, object] = {
        "state": State.REJECTED,
        "missing": refusal.missing,
        "request": request if refusal.missing else None,
    }
    if document is not None:
        changes["synced"] = document
    return Change(_finished(row, now, changes, refused=True), outcome)


def let_go(row: Row) -> Change:
    """The shipment's document is gone from Xero."""
    return Change(_changed(row, {"synced": None}))


def remembered(row: Row, document: SyncedDocument) -> Change:
    """A document was found that counts as the shipment's, though it is not what the shipment would be now."""
    return Change(_changed(row, {"synced": document}))


def cured(row: Row, rejected_request: SyncRequest, now: datetime) -> Change | None:
    """What was rejected for missing master data is requested again without anybody asking (architecture §4).

    None where the row has moved on. The new request is not the one that was rejected: each has one terminal outcome.
    """
    if row.state is not State.REJECTED or row.request != rejected_request:
        return None
    request = _requested_again(rejected_request, now)
    return Change(_changed(row, {"state": State.PENDING, "request": request, "missing": (), "verify": True}))


def _accept(row: Row, request: SyncRequest, now: datetime) -> Change:
    newest: dict[str, object] = {
        # One that is too far ahead orders nothing: what is known of the order stays.
        "occurred_at": row.occurred_at if is_ahead(request.occurred_at, now) else request.occurred_at,
        "revision": row.revision if request.revision is None else request.revision,
    }
    change: dict[str, object] = {"queued": request}
    if row.state is State.SENDING:
        replaced = row.queued
    else:
        replaced, change = _replaced(row), {**_PENDING, "request": request}
    asked = replaced is not None and replaced.trigger is Trigger.SYNC_NOW
    verify = {"verify": row.verify or row.state is State.REJECTED or asked}
    if replaced is None:
        return Change(_changed(row, newest, change, verify))
    outcome = answers.skipped(replaced, answers.superseded(replaced, request), now)
    return Change(_changed(row, newest, change, verify, _remembering(row, replaced)), outcome)


def _replaced(row: Row) -> SyncRequest | None:
    return row.request if row.state in (State.PENDING, State.WAITING) else None


_PENDING: Mapping[str, object] = {
    "state": State.PENDING,
    "wait_reason": None,
    "missing": (),
    "attempts": 0,
    "rounds": 0,
    "faults": 0,
}


def _finished(row: Row, now: datetime, changes: Mapping[str, object], *, refused: bool) -> Row:
    finished = {
        "request": None,
        "reservation": None,
        "wait_reason": None,
        "missing": (),
        "maybe_written": False,
        "verify": False,
        "attempts": 0,
        "rounds": 0,
        "faults": 0,
        "ended_at": now,
        **_remembering(row, _request(row)),
        **changes,
    }
    if row.queued is None:
        return _changed(row, finished)
    next_one = {"state": State.PENDING, "request": row.queued, "queued": None, "missing": ()}
    return _changed(row, finished, next_one, {"verify": row.verify or refused})


def _changed(row: Row, *changes: Mapping[str, object]) -> Row:
    merged: dict[str, object] = {}
    for each in changes:
        merged |= each
    return row.model_copy(update=merged)


def _request(row: Row) -> SyncRequest:
    if row.request is None:
        raise LookupError("the row has no open request")
    return row.request


def _knows(row: Row, request: SyncRequest) -> bool:
    working = (each.request_id for each in (row.request, row.queued) if each is not None)
    return request.request_id in working or request.request_id in _answered(row)


def _remembering(row: Row, request: SyncRequest) -> dict[str, object]:
    return _answered(row).adding(request.request_id)


def _answered(row: Row) -> answers.AnsweredRequests:
    return answers.AnsweredRequests(row.answered, row.answered_earlier, row.answered_pages)


def _stale(request: SyncRequest, row: Row) -> Problem:
    newer = row.occurred_at.isoformat() if row.revision is None else str(row.revision)
    return Problem(
        code=Code.STALE_REVISION,
        field="revision",
        value=None if request.revision is None else str(request.revision),
        message=f"A newer version of the shipment ({newer}) was already taken; this older one was not sent.",
        hint="Nothing to do: the newer version counts.",
    )


def _requested_again(request: SyncRequest, now: datetime) -> SyncRequest:
    """The same snapshot as a new request; its event id is the rejected request's id and the time of the release."""
    identity = request_id(
        event_id=f"{request.request_id}/{now.isoformat()}",
        company_id=request.company_id,
        shipment_id=request.shipment_id,
        revision=request.revision,
        trigger=Trigger.RELEASED,
    )
    again = {"request_id": identity, "trigger": Trigger.RELEASED, "attempt": request.attempt + 1}
    return request.model_copy(update=again | {"asked_at": now, "requested_by": None})
