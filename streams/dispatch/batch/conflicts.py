"""Shipments whose number another shipment's document has: refused, once Xero says that the document is still there."""

from collections.abc import Sequence

from mappers.existing import held_by_other_shipment
from mappers.model import DocumentType, ExistingDocument
from streams.dispatch.batch.existing_documents import ExistingDocuments, Found
from streams.dispatch.batch.ready_queue import PlannedWrite
from streams.dispatch.batch.write import BatchWriter
from streams.dispatch.ledger import LedgerUpdate, Refusal, Row, RowKey, State


class NumberConflicts:
    """Asks Xero for the other shipments' documents: a shipment that was given up must not keep its number for ever."""

    def __init__(self, writer: BatchWriter, documents: ExistingDocuments) -> None:
        self._writer = writer
        self._documents = documents

    async def resolve(self, plans: Sequence[PlannedWrite]) -> None:
        """Reject the plans, or let the other shipment go of a document that is gone; the plans are planned anew then.

        Raises the errors of `xero_client.errors`.
        """
        for kind in DocumentType:
            await self._resolve_kind(kind, [plan for plan in plans if plan.kind is kind])

    async def _resolve_kind(self, kind: DocumentType, plans: Sequence[PlannedWrite]) -> None:
        holders = {plan.key: holder for plan in plans if (holder := self._writer.conflicting(plan)) is not None}
        asked = {holder: synced for holder in holders.values() if (synced := self._id_of(holder)) is not None}
        found = await self._documents.by_id(kind, asked, urgent=any(plan.urgent for plan in plans))
        update = self._writer.begin_update()
        for plan in plans:
            holder = self._writer.conflicting(plan)
            if holder is None or holder != holders.get(plan.key):
                continue
            if self._is_gone(update, holder, asked[holder], found):
                update.let_go(holder)
            else:
                update.rejected(plan.key, Refusal((held_by_other_shipment(plan.document, str(holder)),)))
        update.submit_if_any()

    def _is_gone(self, update: LedgerUpdate, holder: RowKey, xero_id: str, found: Found) -> bool:
        """Whether the holder, which nobody works on, has a document that counts no more."""
        row = update.row(holder)
        if row.state not in (State.DONE, State.REJECTED):
            return False
        if row.synced is None:
            return True
        return row.synced.ref.xero_id == xero_id and not any(_is_alive(each, row) for each in found[holder])

    def _id_of(self, holder: RowKey) -> str | None:
        row = self._writer.row(holder)
        return None if row is None or row.synced is None else row.synced.ref.xero_id


def _is_alive(existing: ExistingDocument, row: Row) -> bool:
    same_number = row.synced is not None and existing.number.strip() == row.synced.ref.number.strip()
    return same_number and existing.status not in ("VOIDED", "DELETED")
