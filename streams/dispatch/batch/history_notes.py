"""History notes on documents: "Created from shipment …", where the company wants them. They can fail nothing."""

from collections.abc import Sequence

import structlog

from streams.dispatch.batch.ready_queue import Prepared
from streams.dispatch.batch.write import Delivery
from streams.dispatch.context import World
from streams.dispatch.ledger import State
from xero_client.errors import XeroError
from xero_client.port import Operation

log = structlog.get_logger(__name__)


class Notes:
    """Writes a note behind each document of a batch that was just answered; one call a document."""

    def __init__(self, organisation: str, world: World, delivery: Delivery) -> None:
        self._organisation = organisation
        self._world = world
        self._delivery = delivery

    async def write(self, plans: Sequence[Prepared], operation: Operation) -> None:
        """Note the documents that are in Xero now. The outcome is published already, whatever comes of this."""
        done = "Created" if operation is Operation.CREATE else "Updated"
        for plan in plans:
            row = self._delivery.row(plan.key)
            if not plan.company.history_note or row is None or row.state is not State.DONE or row.became is None:
                continue
            text = f"{done} from shipment {plan.key.shipment_id} of {plan.key.company_id}, request {plan.request_id}."
            try:
                await self._world.accounting.note(self._organisation, plan.kind, row.became.ref.xero_id, text)
            except XeroError as error:
                log.warning("history_note_failed", shipment=str(plan.key), error=error.message)
