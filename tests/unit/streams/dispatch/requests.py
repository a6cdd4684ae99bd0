"""Requests for tests of the dispatcher: many shipments, each with a number of its own."""

from datetime import timedelta

from mappers.model.sync_request import SyncRequest
from tests.builders import OCCURRED_AT, make_request, make_shipment


def numbered(index: int, *, revision: int = 1, event: str = "e", **fields: object) -> SyncRequest:
    """The request of shipment `index`, whose document number follows from it."""
    shipment = make_shipment(**{"invoice_number": f"INV-{index:05}", **fields})
    return make_request(
        event_id=f"{event}-{index}-{revision}",
        shipment_id=f"SHP-{index:05}",
        revision=revision,
        occurred_at=OCCURRED_AT + timedelta(seconds=revision),
        shipment=shipment,
    )
