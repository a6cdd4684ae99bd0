"""Every fault, at a create and at an update, of invoices and of quotes, over HTTP: one document and one outcome each.

The look-ups that settle a doubt fail too in a second round, but for updates of invoices, which are read by id as quotes
are; two kinds of failure stand for the rest.
"""

import pytest

from deploy.simulator.state.faults import Fault
from mappers.model.company import DocumentType
from tests.builders import make_company
from tests.faults.dispatch.bad_days import CERTAIN, DOUBTFUL, BadDay
from tests.faults.dispatch.request_check import RequestCheck
from tests.faults.dispatch.simulated import SimulatedBench, assert_one_document_each, simulated
from tests.unit.streams.dispatch.test_flow import numbered
from xero_client.port import Operation

COUNT = 4
KINDS = (DocumentType.INVOICE, DocumentType.QUOTE)


# Look-ups before the write that is to fail, which a fault of the look-ups behind it must let through.
EARLIER_LOOKS = {
    (Operation.CREATE, DocumentType.INVOICE): 0,
    (Operation.CREATE, DocumentType.QUOTE): COUNT,
    (Operation.UPDATE, DocumentType.INVOICE): 1,
    (Operation.UPDATE, DocumentType.QUOTE): 2 * COUNT,
}
# Seconds of the tests' clock in which a doubt is settled, rests that a cure skips not counted.
PATIENCE = 240.0


async def suffer(bench: SimulatedBench, kind: DocumentType, operation: Operation, day: BadDay) -> None:
    """Create, or create and then change, with the fault in the last step; check what came of it."""
    changed = [numbered(index, revision=2, exporter_reference="CHANGED") for index in range(COUNT)]
    async with bench.owner() as partition:
        if operation is Operation.UPDATE:
            bench.give(partition, [numbered(index) for index in range(COUNT)])
            await bench.all_answered()
        fault = day.arm(bench, kind, operation)
        began = bench.unskipped()
        bench.give(partition, changed)
        await day.cure(bench, kind)
        await bench.all_answered()
        assert bench.unskipped() - began < PATIENCE
    assert fault.met == 1
    assert_one_document_each(bench, kind, COUNT)
    assert {each.status for each in bench.ended()} == {"PROCESSED"}
    assert all("CHANGED" in each.texts["Reference"] for each in bench.documents(kind))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("operation", Operation)
@pytest.mark.parametrize("day", [*DOUBTFUL, *CERTAIN], ids=lambda day: day.name)
async def test_a_fault_of_a_write_ends_in_one_document_and_one_outcome(
    day: BadDay, operation: Operation, kind: DocumentType, check: RequestCheck
) -> None:
    async with simulated(check, make_company(document=kind)) as bench:
        await suffer(bench, kind, operation, day)


@pytest.mark.parametrize(
    ("operation", "kind"), [(Operation.CREATE, DocumentType.INVOICE), (Operation.UPDATE, DocumentType.QUOTE)]
)
@pytest.mark.parametrize("day", [day for day in DOUBTFUL if "held" not in day.name], ids=lambda day: day.name)
async def test_a_doubt_is_settled_though_the_look_ups_are_lost_too(
    day: BadDay, operation: Operation, kind: DocumentType, check: RequestCheck
) -> None:
    async with simulated(check, make_company(document=kind)) as bench:
        how = "drop_before" if kind is DocumentType.INVOICE else "503_plain"
        lost = Fault("GET *", how, times=2, skip=EARLIER_LOOKS[operation, kind])
        bench.simulator.state.faults.add(lost)
        await suffer(bench, kind, operation, day)
        assert lost.met == 2
