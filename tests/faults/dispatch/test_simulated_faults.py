"""Every fault, at a create and at an update, of invoices and of quotes, over HTTP: one document and one outcome each.

In a second round the look-ups of unknown effects fail too, but for updates of invoices, which are read by id as quotes
are; two kinds of failure stand for the rest.
"""

import pytest

from deploy.simulator.state.faults import Fault
from mappers.model.company import DocumentType
from tests.builders import make_company
from tests.faults.dispatch.fault_cases import KNOWN_EFFECT, UNKNOWN_EFFECT, FaultCase
from tests.faults.dispatch.request_check import RequestCheck
from tests.faults.dispatch.simulated import IMPATIENT, SimulatedHarness, assert_one_document_each, simulated
from tests.unit.streams.dispatch.requests import numbered
from xero_client.port import Operation

COUNT = 4
KINDS = (DocumentType.INVOICE, DocumentType.QUOTE)
NOT_HELD = [case for case in UNKNOWN_EFFECT if "held" not in case.name]


# Look-ups before the write that is to fail, which a fault of the look-ups behind it must let through.
EARLIER_LOOKS = {
    (Operation.CREATE, DocumentType.INVOICE): 0,
    (Operation.CREATE, DocumentType.QUOTE): COUNT,
    (Operation.UPDATE, DocumentType.INVOICE): 1,
    (Operation.UPDATE, DocumentType.QUOTE): 2 * COUNT,
}
# Seconds of the tests' clock in which an unknown effect is resolved, time that a cure skips not counted.
PATIENCE = 240.0


async def run_fault(harness: SimulatedHarness, kind: DocumentType, operation: Operation, case: FaultCase) -> None:
    """Create, or create and then change, with the fault in the last step; check what came of it."""
    changed = [numbered(index, revision=2, exporter_reference="CHANGED") for index in range(COUNT)]
    async with harness.owner() as partition:
        if operation is Operation.UPDATE:
            harness.give(partition, [numbered(index) for index in range(COUNT)])
            await harness.all_answered()
        fault = case.arm(harness, kind, operation)
        began = harness.unskipped()
        harness.give(partition, changed)
        await case.cure(harness, kind)
        await harness.all_answered()
        assert harness.unskipped() - began < PATIENCE
    assert fault.met == 1
    assert_one_document_each(harness, kind, COUNT)
    assert {each.status for each in harness.ended()} == {"PROCESSED"}
    assert all("CHANGED" in each.texts["Reference"] for each in harness.documents(kind))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("operation", Operation)
@pytest.mark.parametrize("case", [*UNKNOWN_EFFECT, *KNOWN_EFFECT], ids=lambda case: case.name)
async def test_a_fault_of_a_write_ends_in_one_document_and_one_outcome(
    case: FaultCase, operation: Operation, kind: DocumentType, check: RequestCheck
) -> None:
    async with simulated(check, make_company(document=kind), read_timeout=IMPATIENT) as harness:
        await run_fault(harness, kind, operation, case)


@pytest.mark.parametrize(
    ("operation", "kind"), [(Operation.CREATE, DocumentType.INVOICE), (Operation.UPDATE, DocumentType.QUOTE)]
)
@pytest.mark.parametrize("case", NOT_HELD, ids=lambda case: case.name)
async def test_an_unknown_effect_is_resolved_though_the_look_ups_are_lost_too(
    case: FaultCase, operation: Operation, kind: DocumentType, check: RequestCheck
) -> None:
    async with simulated(check, make_company(document=kind), read_timeout=IMPATIENT) as harness:
        how = "drop_before" if kind is DocumentType.INVOICE else "503_plain"
        lost = Fault("GET *", how, times=2, skip=EARLIER_LOOKS[operation, kind])
        harness.simulator.state.faults.add(lost)
        await run_fault(harness, kind, operation, case)
        assert lost.met == 2
