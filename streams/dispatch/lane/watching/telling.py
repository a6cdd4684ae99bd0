"""A page of documents that changed, beside the ledger: what people did is told, and remembered as told."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Final

from mappers.existing import Comparison, compare
from mappers.model import ChangedDocument, DocumentChange, ExistingDocument, change_id
from streams.dispatch.context import Clearance
from streams.dispatch.ledger import BeginUpdate, Ledger, LedgerUpdate, Row, RowKey, State, SyncedDocument

AT_ONCE: Final = 20
"""Documents compared in one turn of the event loop: some milliseconds."""


Judge = Callable[[LedgerUpdate, RowKey, Row, ExistingDocument, datetime], object]
"""Looks at a document that differed at the last comparison."""


class Telling:
    """For one organisation."""

    def __init__(
        self,
        organisation: str,
        ledger: Ledger,
        begin_update: BeginUpdate,
        room: Callable[[], Awaitable[None]],
        clearance: Clearance,
        clock: Callable[[], datetime],
        judge: Judge,
    ) -> None:
        """`room` waits while the organisation has much that is not committed; `judge` tells what no longer differs."""
        self._organisation = organisation
        self._ledger = ledger
        self._begin_update = begin_update
        self._room = room
        self._clearance = clearance
        self._clock = clock
        self._judge = judge

    def is_ours(self, xero_id: str) -> bool:
        """Whether a shipment became the document."""
        return self._ledger.holder_by_id(self._organisation, xero_id) is not None

    async def tell(self, documents: Iterable[ExistingDocument]) -> datetime | None:
        """Tell what people did to the documents.

        Returns when the earliest of those was changed that cannot be judged yet, because a write of ours may be on its
        way to it; None where there is none. Raises PartitionLostError.
        """
        held_back: list[datetime] = []
        left = list(documents)
        while left:
            some, left = left[:AT_ONCE], left[AT_ONCE:]
            held_back += self._tell_some(some)
            await self._room()
        return min(held_back, default=None)

    def _tell_some(self, documents: Iterable[ExistingDocument]) -> list[datetime]:
        """Without an await, so that no row is another one meanwhile."""
        update, held_back, now = self._begin_update(), [], self._clock()
        for document in documents:
            key = self._ledger.holder_by_id(self._organisation, document.xero_id)
            row = None if key is None else self._ledger.rows.get(key)
            if key is None or row is None or not self._clearance.belongs(key.company_id):
                continue
            if row.state is State.SENDING:
                held_back.append(document.updated_at or now)
            elif row.synced is not None and row.synced.ref.xero_id == document.xero_id:
                if row.drift:
                    self._judge(update, key, row, document, now)
                comparison = compare(document, row.synced.own_version, row.seen)
                if comparison is not None:
                    update.noticed(key, comparison.seen, _events(key, document, row.synced, comparison, now))
        update.submit_if_any(deferred=True)
        return held_back


def _events(
    key: RowKey, document: ExistingDocument, synced: SyncedDocument, comparison: Comparison, now: datetime
) -> Iterable[DocumentChange]:
    changed = ChangedDocument(
        type=document.type.value,
        number=document.number,
        xero_id=document.xero_id,
        currency=document.currency or synced.ref.currency,
        url=synced.ref.url,
    )
    after = comparison.seen.state
    for kind in comparison.kinds:
        yield DocumentChange(
            outcome_id=change_id(document.xero_id, kind, after, document.updated_at),
            occurred_at=now,
            company_id=key.company_id,
            shipment_id=key.shipment_id,
            change=kind,
            document=changed,
            before=comparison.before,
            after=after,
            updated_at=document.updated_at,
        )
