"""A line that comes to 0.00 costs no invoice its approval."""

from typing import Any

from mappers.model.company import DocumentType
from tests.builders import make_company, make_line, make_request, make_shipment
from tests.faults.dispatch.request_check import RequestCheck
from tests.faults.dispatch.simulated import simulated

APPROVED = {"document_status": "AUTHORISED"}


def shipment(**line: Any) -> dict[str, Any]:
    return make_shipment(lines=[make_line(), make_line(line_number=2, **line)])


async def test_an_approved_invoice_may_have_a_line_whose_price_comes_to_nothing(check: RequestCheck) -> None:
    async with simulated(check, make_company(**APPROVED)) as harness:
        tiny = shipment(quantity="2", unit_price="0.001", item_value="0.00")
        (outcome,) = await harness.drive([make_request(shipment=tiny)])
        assert outcome.status == "PROCESSED", outcome.errors
        (document,) = harness.documents(DocumentType.INVOICE)
        assert document.status == "AUTHORISED"
        # Once more, as a person would ask: what Xero shows of the line is no edit by hand.
        again = make_request(event_id="again", revision=9, trigger="sync_now", shipment=tiny)
        outcome = (await harness.drive([again]))[-1]
        assert (outcome.status, outcome.action) == ("PROCESSED", "unchanged"), outcome.errors
