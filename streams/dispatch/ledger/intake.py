"""What happens when a request arrives: a pure decision over the shipment's row."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mappers.model import Code, Outcome, Problem, SyncRequest, is_older
from streams.dispatch.ledger.answers import skipped, superseded
from streams.dispatch.ledger.records import Row, State


class IntakeResult(StrEnum):
    """What became of a request at its arrival, for the metrics."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class IntakeDecision:
    """The row as it is from now on, and the outcomes that follow from the arrival."""

    result: IntakeResult
    row: Row
    outcomes: tuple[Outcome, ...] = ()


def decide_intake(row: Row | None, request: SyncRequest, now: datetime) -> IntakeDecision:
    """Accept a request, skip it as stale, or recognise it; one that it replaces is answered SKIPPED, superseded."""
    if row is None:
        fresh = Row(state=State.PENDING, revision=request.revision, occurred_at=request.occurred_at, request=request)
        return IntakeDecision(IntakeResult.ACCEPTED, fresh)
    if row.knows(request.request_id):
        return IntakeDecision(IntakeResult.DUPLICATE, row)
    if is_older(request, row):
        outcome = skipped(request, _stale(request, row), now)
        return IntakeDecision(
            IntakeResult.STALE, row.model_copy(update={"answered": row.remembering(request.request_id)}), (outcome,)
        )
    return _accept(row, request, now)


def _accept(row: Row, request: SyncRequest, now: datetime) -> IntakeDecision:
    newest: dict[str, object] = {
        "occurred_at": request.occurred_at,
        "revision": row.revision if request.revision is None else request.revision,
    }
    change: dict[str, object]
    if row.state is State.SENDING:
        replaced, change = row.queued, {"queued": request}
    else:
        replaced = row.request if row.state in (State.PENDING, State.WAITING) else None
        change = {"state": State.PENDING, "request": request, "wait_reason": None, "missing": (), "attempts": 0}
    if replaced is None:
        return IntakeDecision(IntakeResult.ACCEPTED, row.model_copy(update={**newest, **change}))
    answered = {"answered": row.remembering(replaced.request_id)}
    outcome = skipped(replaced, superseded(replaced, request), now)
    return IntakeDecision(IntakeResult.ACCEPTED, row.model_copy(update={**newest, **change, **answered}), (outcome,))


def _stale(request: SyncRequest, row: Row) -> Problem:
    newer = row.occurred_at.isoformat() if row.revision is None else str(row.revision)
    return Problem(
        code=Code.STALE_REVISION,
        field="revision",
        value=None if request.revision is None else str(request.revision),
        message=f"A newer version of the shipment ({newer}) was already taken; this older one was not sent.",
        hint="Nothing to do: the newer version counts.",
    )
