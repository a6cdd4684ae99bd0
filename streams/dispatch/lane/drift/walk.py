"""Which rows a comparison looks at next, in the order of their keys, so that it can go on where it was."""

from datetime import datetime, timedelta
from typing import NamedTuple

from mappers.model import DocumentType
from streams.dispatch.context import Clearance, LaneTime
from streams.dispatch.ledger import Ledger, Row, RowKey, State
from xero_client.port import SHOWN_AT_ONCE

ROWS_AT_ONCE = 50
"""Keys that are read together."""


class Stretch(NamedTuple):
    """Some rows: those to compare, all of one kind, and the last that was read. `is_last`: there are no more."""

    kind: DocumentType
    ids: dict[RowKey, str]
    """The Xero id of each one's document."""
    after: RowKey | None
    is_last: bool


class Window(NamedTuple):
    """What nobody touched since is not asked for each night, and what was written after `until` the next night."""

    since: datetime
    until: datetime

    @classmethod
    def before(cls, night: datetime, days: int) -> "Window":
        """That of a comparison that began then."""
        return cls(night - timedelta(days=days), night)


async def next_stretch(
    ledger: Ledger,
    organisation: str,
    after: RowKey | None,
    window: Window,
    clearance: Clearance,
    time: LaneTime,
) -> Stretch:
    """The rows after the one named, as many as one call shows; others have the event loop between any two of them."""
    kind, ids, turn = DocumentType.INVOICE, dict[RowKey, str](), time.begin_turn()
    while True:
        keys = ledger.rows.keys_after(organisation, after, ROWS_AT_ONCE)
        for key in keys:
            row = ledger.rows.get(key)
            if row is not None and row.synced is not None and _is_compared(key, row, window, clearance):
                if ids and (row.synced.kind is not kind or len(ids) == SHOWN_AT_ONCE[kind]):
                    return Stretch(kind, ids, after, is_last=False)
                kind = row.synced.kind
                ids[key] = row.synced.ref.xero_id
            after = key
            turn = await time.next_turn(turn)
        if len(keys) < ROWS_AT_ONCE:
            return Stretch(kind, ids, after, is_last=True)


def _is_compared(key: RowKey, row: Row, window: Window, clearance: Clearance) -> bool:
    """One that is being written to is not; one that differed is, however old it is."""
    if row.state is State.SENDING or row.synced is None or not clearance.belongs(key.company_id):
        return False
    written = [each for each in (row.synced.updated_at, row.ended_at) if each is not None]
    seen = [] if row.seen is None or row.seen.updated_at is None else [row.seen.updated_at]
    # Xero's lists may lag behind what was written since the comparison began.
    is_settled = all(each <= window.until for each in written)
    return is_settled and (bool(row.drift) or any(each >= window.since for each in (*written, *seen)))
