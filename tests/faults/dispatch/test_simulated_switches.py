"""Questions that Xero's pages leave open: whichever answer is true, one document and one outcome come of a bad day.

Each switch of the simulator is crossed with the faults that it can make worse, not with all of them.
"""

from typing import Any

import pytest

from mappers.model.company import DocumentType
from tests.builders import make_company
from tests.faults.dispatch.bad_days import CERTAIN, DOUBTFUL, BadDay
from tests.faults.dispatch.request_check import RequestCheck
from tests.faults.dispatch.simulated import SimulatedBench, assert_one_document_each, simulated
from tests.unit.streams.dispatch.test_flow import numbered
from xero_client.port import Operation

COUNT = 3
KINDS = (DocumentType.INVOICE, DocumentType.QUOTE)
DAYS = {day.name: day for day in (*DOUBTFUL, *CERTAIN)}
# One fault for each thing that can have happened: nothing yet, all, all but late, all but one element is known.
LOSSES = ["dropped before", "applied, dropped", "held, applied after a look in vain", "element missing", "500 before"]


def changed() -> list[Any]:
    return [numbered(index, revision=2, exporter_reference="CHANGED") for index in range(COUNT)]


async def suffer(
    bench: SimulatedBench, kind: DocumentType, operation: Operation, day: BadDay, *, new_token: bool
) -> None:
    """Create, or change what was created, on a bad day; `new_token`: the old one ends once the fault was met."""
    async with bench.owner() as partition:
        if operation is Operation.UPDATE:
            bench.give(partition, [numbered(index) for index in range(COUNT)])
            await bench.all_answered()
        fault = day.arm(bench, kind, operation)
        bench.give(partition, changed())
        if new_token:
            await bench.until(lambda: fault.met, 10)
            bench.simulator.state.tokens.expire()
        await day.cure(bench, kind)
        await bench.all_answered()
    assert_one_document_each(bench, kind, COUNT)
    assert {each.status for each in bench.ended()} == {"PROCESSED"}
    assert all("CHANGED" in each.texts["Reference"] for each in bench.documents(kind))


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("new_token", [False, True], ids=["same token", "new token"])
@pytest.mark.parametrize("answer", ["refuse", "duplicate", "update"])
async def test_quotes_however_put_takes_a_number_that_exists(
    answer: str, name: str, check: RequestCheck, *, new_token: bool
) -> None:
    """And whether keys are kept by app, or by token while the token is renewed in the midst of it."""
    async with simulated(check, make_company(document=DocumentType.QUOTE)) as bench:
        bench.switch(quote_number_taken_on_put=answer, key_scope="token" if new_token else "app")
        await suffer(bench, DocumentType.QUOTE, Operation.CREATE, DAYS[name], new_token=new_token)


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("operation", Operation)
async def test_invoices_whose_keys_are_kept_by_a_token_that_ends(
    operation: Operation, name: str, check: RequestCheck
) -> None:
    async with simulated(check) as bench:
        bench.switch(key_scope="token")
        await suffer(bench, DocumentType.INVOICE, operation, DAYS[name], new_token=True)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("operation", Operation)
@pytest.mark.parametrize("name", ["503", "applied, 503"])
async def test_a_503_that_is_kept_under_the_key(
    name: str, operation: Operation, kind: DocumentType, check: RequestCheck
) -> None:
    """The same key is answered 503 for six minutes; the shipments do not wait so long."""
    async with simulated(check, make_company(document=kind)) as bench:
        bench.switch(cache_503=True)
        began = bench.unskipped()
        await suffer(bench, kind, operation, DAYS[name], new_token=False)
        assert bench.unskipped() - began < 200


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("operation", Operation)
async def test_a_reply_in_another_order_with_an_element_missing(
    operation: Operation, kind: DocumentType, check: RequestCheck
) -> None:
    async with simulated(check, make_company(document=kind)) as bench:
        bench.switch(reply_order="shuffled")
        await suffer(bench, kind, operation, DAYS["element missing"], new_token=False)
        ids = {each.number: each.document_id for each in bench.documents(kind)}
        told = {each.document.number: each.document.xero_id for each in bench.ended() if each.document}
        assert told == ids
