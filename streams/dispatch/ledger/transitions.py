"""How a row changes: pure functions from row to row, one for each step of the protocol."""

from datetime import datetime

from streams.dispatch.ledger.records import Became, Claim, Hold, Row, State


def sending(row: Row, claim: Claim) -> Row:
    """The row travels in a batch whose intent is committed with it. What its log was told of a wait stays known."""
    return row.model_copy(update={"state": State.SENDING, "claim": claim, "attempts": row.attempts + 1})


def released(row: Row, *, doubtful: bool) -> Row:
    """Surely not under way any more: the newest request is planned again.

    `doubtful` says that an earlier write of it may have happened, so that finding it in Xero counts as a recovery.
    """
    newest = row.request if row.queued is None else row.queued
    replaced = row.request if row.queued is not None and row.request is not None else None
    answered = row.answered if replaced is None else row.remembering(replaced.request_id)
    return row.model_copy(
        update={
            "state": State.PENDING,
            "claim": None,
            "hold": row.hold if row.queued is None else None,
            "request": newest,
            "queued": None,
            "doubtful": doubtful or row.doubtful,
            "answered": answered,
        }
    )


def held(row: Row, hold: Hold) -> Row:
    """Wait for time or for the organisation."""
    return row.model_copy(update={"state": State.WAITING, "hold": hold})


def done(row: Row, became: Became, now: datetime) -> Row:
    """The document is in Xero as the request says."""
    return _finished(row, State.DONE, {"became": became}, now)


def rejected(row: Row, now: datetime, *, missing: tuple[str, ...] = (), became: Became | None = None) -> Row:
    """Answered with what has to be corrected; kept with its snapshot where master data may still cure it."""
    kept = row.request if missing else None
    changes: dict[str, object] = {"missing": missing, "request": kept}
    if became is not None:
        changes["became"] = became
    return _finished(row, State.REJECTED, changes, now)


def _finished(row: Row, state: State, changes: dict[str, object], now: datetime) -> Row:
    answered = row.answered if row.request is None else row.remembering(row.request.request_id)
    finished: dict[str, object] = {
        "state": state,
        "request": None,
        "claim": None,
        "hold": None,
        "missing": (),
        "doubtful": False,
        "attempts": 0,
        "ended_at": now,
        "answered": answered,
        **changes,
    }
    if row.queued is not None:
        finished |= {"state": State.PENDING, "request": row.queued, "queued": None, "missing": ()}
    return row.model_copy(update=finished)
