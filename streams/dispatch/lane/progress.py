"""Whether a lane goes on, told by its oldest request: what is answered besides, or arrives, hides nothing."""

from streams.dispatch.ledger import Ledger, Row, RowKey
from streams.ops import Progress


class LaneProgress:
    """Looks at the first of an organisation's open rows. Each change of it, or another one in its place, is a step."""

    def __init__(self, organisation: str, ledger: Ledger) -> None:
        self._organisation = organisation
        self._ledger = ledger
        self._unsent = _First()
        self._open = _First()

    def of_own_work(self, *, waits: bool) -> Progress:
        """Of the oldest request that is not being sent: it is up to us, but where the lane `waits` on purpose."""
        return self._unsent.progress(next(self._ledger.unsent_rows(self._organisation), None), waits=waits)

    def of_sending(self, *, waits: bool) -> Progress:
        """Of the oldest request, be it that Xero has to answer first."""
        return self._open.progress(next(self._ledger.open_rows(self._organisation), None), waits=waits)


class _First:
    """Counts the steps of what comes first."""

    def __init__(self) -> None:
        self._seen: tuple[object, ...] | None = None
        self._steps = 0

    def progress(self, first: tuple[RowKey, Row] | None, *, waits: bool) -> Progress:
        seen = None if first is None else _stage(*first)
        if seen != self._seen:
            self._seen = seen
            self._steps += 1
        return Progress(done=self._steps, has_work=first is not None and not waits)


def _stage(key: RowKey, row: Row) -> tuple[object, ...]:
    """Which request it is, and how far it has come."""
    request = None if row.request is None else row.request.request_id
    intent = None if row.reservation is None else row.reservation.intent
    return key, request, row.state, intent, row.attempts, row.rounds, row.faults, row.wait_reason
