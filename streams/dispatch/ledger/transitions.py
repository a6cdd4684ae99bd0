"""How a row changes: pure functions from row to row, one for each event of a request's life."""

from datetime import datetime

from streams.dispatch.ledger.records import NumberReservation, Row, State, SyncedDocument, WaitReason


def sending(row: Row, reservation: NumberReservation) -> Row:
    """The row is in a batch whose intent is committed with it. The reason it last waited for is kept."""
    return row.model_copy(update={"state": State.SENDING, "reservation": reservation, "attempts": row.attempts + 1})


def released(row: Row, *, maybe_written: bool) -> Row:
    """Surely not under way any more: the newest request is planned again.

    `maybe_written` says that an earlier write of it may have happened, so that finding it in Xero is a recovery.
    """
    newest = row.request if row.queued is None else row.queued
    replaced = row.request if row.queued is not None and row.request is not None else None
    answered = row.answered if replaced is None else row.remembering(replaced.request_id)
    return row.model_copy(
        update={
            "state": State.PENDING,
            "reservation": None,
            "wait_reason": row.wait_reason if row.queued is None else None,
            "request": newest,
            "queued": None,
            "maybe_written": maybe_written or row.maybe_written,
            "answered": answered,
        }
    )


def waiting(row: Row, wait_reason: WaitReason) -> Row:
    """Not to be sent until the organisation can be called again."""
    return row.model_copy(update={"state": State.WAITING, "wait_reason": wait_reason})


def done(row: Row, synced: SyncedDocument, now: datetime) -> Row:
    """The document is in Xero as the request says."""
    return _finished(row, State.DONE, {"synced": synced}, now)


def rejected(row: Row, now: datetime, *, missing: tuple[str, ...] = (), synced: SyncedDocument | None = None) -> Row:
    """Answered with what has to be corrected; kept with its snapshot where master data may still cure it."""
    kept = row.request if missing else None
    changes: dict[str, object] = {"missing": missing, "request": kept}
    if synced is not None:
        changes["synced"] = synced
    return _finished(row, State.REJECTED, changes, now)


def _finished(row: Row, state: State, changes: dict[str, object], now: datetime) -> Row:
    answered = row.answered if row.request is None else row.remembering(row.request.request_id)
    finished: dict[str, object] = {
        "state": state,
        "request": None,
        "reservation": None,
        "wait_reason": None,
        "missing": (),
        "maybe_written": False,
        "attempts": 0,
        "ended_at": now,
        "answered": answered,
        **changes,
    }
    if row.queued is not None:
        finished |= {"state": State.PENDING, "request": row.queued, "queued": None, "missing": ()}
    return row.model_copy(update=finished)
