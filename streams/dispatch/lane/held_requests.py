"""Requests of paused companies: each is told once who holds it and why, and goes on when somebody lets it."""

from collections.abc import Iterable, Sequence
from datetime import UTC

from mappers.model import Code, CompanyPause, Problem, SyncRequest, minute_in_words, visible
from streams.dispatch.context import Clearance
from streams.dispatch.ledger import BeginUpdate, RowKey


class HeldRequests:
    """`hold` takes what planning has met; `let_go_on` what is held no more."""

    def __init__(self, begin_update: BeginUpdate, clearance: Clearance) -> None:
        self._begin_update = begin_update
        self._clearance = clearance

    def is_paused(self, key: RowKey) -> bool:
        """Whether the shipment's company is paused."""
        return self._clearance.pause_of(key.company_id) is not None

    def hold(self, work: Sequence[tuple[RowKey, SyncRequest]]) -> list[tuple[RowKey, SyncRequest]]:
        """Hold the requests of paused companies; returns the others. To be called without an await since they were
        read.
        """
        others: list[tuple[RowKey, SyncRequest]] = []
        update = self._begin_update()
        for key, request in work:
            pause = self._clearance.pause_of(key.company_id)
            if pause is None:
                others.append((key, request))
            else:
                update.held(key, note_of(pause))
        update.submit_if_any()
        return others

    def let_go_on(self, keys: Iterable[RowKey]) -> None:
        """Have these planned again."""
        update = self._begin_update()
        for key in keys:
            update.let_go_on(key)
        update.submit_if_any()


def note_of(pause: CompanyPause) -> Problem:
    """Who paused the company, when and why, in words."""
    who, why = visible(pause.by) or "Somebody", visible(pause.reason, 500) or "no reason was given"
    return Problem(
        code=Code.COMPANY_PAUSED,
        field="company_id",
        value=pause.company_id,
        message=f"{who} paused {visible(pause.company_id)} on {minute_in_words(pause.at.astimezone(UTC))}: {why}.",
        hint="Nothing to do if it is meant. Operations: resume the company on Connections, or by `shipledger resume`; "
        "then its shipments go on.",
    )
