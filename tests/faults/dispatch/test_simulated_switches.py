"""Questions that Xero's pages leave open: whichever answer is true, a fault ends in one document and one outcome.

Each switch of the simulator is crossed with the faults that it can make worse, not with all of them.
"""

from typing import Any

import pytest

from mappers.model.company import DocumentType
from tests.builders import make_company
from tests.faults.dispatch.fault_cases import KNOWN_EFFECT, UNKNOWN_EFFECT, FaultCase
from tests.faults.dispatch.request_check import RequestCheck
from tests.faults.dispatch.simulated import SimulatedHarness, assert_one_document_each, simulated
from tests.unit.streams.dispatch.requests import numbered
from xero_client.port import Operation

COUNT = 3
KINDS = (DocumentType.INVOICE, DocumentType.QUOTE)
CASES = {case.name: case for case in (*UNKNOWN_EFFECT, *KNOWN_EFFECT)}
# One fault for each thing that can have happened: nothing yet, all, all but late, all but one element is known.
LOSSES = [
    "dropped before",
    "applied, dropped",
    "held, applied after a look-up",
    "element missing",
    "500 before",
]


def changed() -> list[Any]:
    return [numbered(index, revision=2, exporter_reference="CHANGED") for index in range(COUNT)]


async def run_fault(
    harness: SimulatedHarness, kind: DocumentType, operation: Operation, case: FaultCase, *, new_token: bool
) -> None:
    """Create, or change what was created, with a fault. `new_token`: the old one ends once the fault was met."""
    async with harness.owner() as partition:
        if operation is Operation.UPDATE:
            harness.give(partition, [numbered(index) for index in range(COUNT)])
            await harness.all_answered()
        fault = case.arm(harness, kind, operation)
        harness.give(partition, changed())
        if new_token:
            await harness.until(lambda: fault.met)
            harness.simulator.state.tokens.expire()
        await case.cure(harness, kind)
        await harness.all_answered()
    assert_one_document_each(harness, kind, COUNT)
    assert {each.status for each in harness.ended()} == {"PROCESSED"}
    assert all("CHANGED" in each.texts["Reference"] for each in harness.documents(kind))


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("new_token", [False, True], ids=["same token", "new token"])
@pytest.mark.parametrize("answer", ["refuse", "duplicate", "update"])
async def test_quotes_however_put_takes_a_number_that_exists(
    answer: str, name: str, check: RequestCheck, *, new_token: bool
) -> None:
    """And whether keys are kept by app, or by token while the token is renewed in between."""
    async with simulated(check, make_company(document=DocumentType.QUOTE)) as harness:
        harness.switch(quote_number_taken_on_put=answer, key_scope="token" if new_token else "app")
        await run_fault(harness, DocumentType.QUOTE, Operation.CREATE, CASES[name], new_token=new_token)


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("operation", Operation)
async def test_invoices_whose_keys_are_kept_by_a_token_that_ends(
    operation: Operation, name: str, check: RequestCheck
) -> None:
    async with simulated(check) as harness:
        harness.switch(key_scope="token")
        await run_fault(harness, DocumentType.INVOICE, operation, CASES[name], new_token=True)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("operation", Operation)
@pytest.mark.parametrize("name", ["503", "applied, 503"])
async def test_a_503_that_is_kept_under_the_key(
    name: str, operation: Operation, kind: DocumentType, check: RequestCheck
) -> None:
    """The same key is answered 503 for six minutes; the shipments do not wait so long."""
    async with simulated(check, make_company(document=kind)) as harness:
        harness.switch(cache_503=True)
        began = harness.unskipped()
        await run_fault(harness, kind, operation, CASES[name], new_token=False)
        assert harness.unskipped() - began < 200


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("operation", Operation)
async def test_a_reply_in_another_order_with_an_element_missing(
    operation: Operation, kind: DocumentType, check: RequestCheck
) -> None:
    async with simulated(check, make_company(document=kind)) as harness:
        harness.switch(reply_order="shuffled")
        await run_fault(harness, kind, operation, CASES["element missing"], new_token=False)
        ids = {each.number: each.document_id for each in harness.documents(kind)}
        told = {each.document.number: each.document.xero_id for each in harness.ended() if each.document}
        assert told == ids
