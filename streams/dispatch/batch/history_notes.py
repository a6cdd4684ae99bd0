"""History notes on documents, "Created from shipment …", where the company wants them. No outcome depends on them."""

from collections.abc import Sequence

import structlog

from streams.dispatch.batch.organisation_calls import OrganisationCalls
from streams.dispatch.batch.ready_queue import PlannedWrite
from streams.dispatch.batch.write import BatchWriter
from streams.dispatch.ledger import State
from xero_client.errors import XeroError
from xero_client.port import Operation

log = structlog.get_logger(__name__)


class HistoryNotes:
    """Writes a note on each document of a batch that was just answered; one call a document."""

    def __init__(self, calls: OrganisationCalls, writer: BatchWriter) -> None:
        self._calls = calls
        self._writer = writer

    async def write(self, plans: Sequence[PlannedWrite], operation: Operation) -> None:
        """Write the notes. The outcomes are published already, so a failure here changes none of them."""
        done = "Created" if operation is Operation.CREATE else "Updated"
        for plan in plans:
            row = self._writer.row(plan.key)
            if not plan.company.history_note or row is None or row.state is not State.DONE or row.synced is None:
                continue
            if not self._writer.may_write([plan.key]):
                continue  # A note is a write too.
            text = f"{done} from shipment {plan.key.shipment_id} of {plan.key.company_id}, request {plan.request_id}."
            try:
                await self._calls.note(plan.kind, row.synced.ref.xero_id, text)
            except XeroError as error:
                log.warning(
                    "history_note_failed",
                    company_id=plan.key.company_id,
                    shipment_id=plan.key.shipment_id,
                    error=error.message,
                )
