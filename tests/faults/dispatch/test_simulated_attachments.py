"""The files of shipments, with the real client and governor against the simulator: each once on its document."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from deploy.simulator.server import Simulator
from deploy.simulator.state.faults import Fault
from deploy.simulator.wire.clock import SimClock
from mappers.model.company import DocumentType
from streams.dispatch.context import FilesContext
from streams.dispatch.lane.attaching.reading import PlacesReader, ReadingLimits
from streams.dispatch.lane.attaching.tries import UNCLEAR_SECONDS
from tests.builders import make_company
from tests.faults.dispatch.simulated import PLURAL, SCALE, SimulatedHarness
from tests.unit.streams.dispatch.requests import numbered

PDF = b"%PDF-1.7 an invoice"


def wanted(folder: Path, name: str = "invoice.pdf", **fields: Any) -> dict[str, Any]:
    return {"name": name, "reference": f"file://{folder}/{name}", **fields}


@asynccontextmanager
async def attaching(folder: Path, **fields: Any) -> AsyncIterator[SimulatedHarness]:
    """A harness whose company may take files from the folder."""
    company = make_company(attachments_from=(f"file://{folder}",), **fields)
    async with Simulator.started(clock=SimClock(scale=SCALE)) as simulator:
        harness = SimulatedHarness(simulator, company)
        reader = PlacesReader(ReadingLimits(), "test")
        harness.files = FilesContext(harness.client, reader, asyncio.Semaphore(2))
        try:
            yield harness
        finally:
            reader.close()
            for client in harness.clients:
                client.close()


def names(harness: SimulatedHarness, kind: DocumentType, number: str) -> dict[str, bytes]:
    document = harness.xero.document(kind.value, number)
    assert document is not None
    return {each.file_name: each.content for each in harness.xero.book(kind.value).files(document)}


async def test_a_file_is_on_the_document_once_and_the_outcome_is_as_without(tmp_path: Path) -> None:
    (tmp_path / "invoice.pdf").write_bytes(PDF)
    async with attaching(tmp_path) as harness:
        async with harness.owner() as partition:
            harness.give(partition, [numbered(1, attachments=[wanted(tmp_path)]), numbered(2)])
            await harness.until(lambda: harness.topic.attachments)
        assert names(harness, DocumentType.INVOICE, "INV-00001") == {"invoice.pdf": PDF}
        [told] = harness.topic.attachments
        assert [(each.name, each.status.value) for each in told.attachments] == [("invoice.pdf", "attached")]
        first, second = sorted(harness.ended(), key=lambda each: each.shipment_id)
        assert (first.status, first.action, first.warnings) == (second.status, second.action, second.warnings)


@pytest.mark.parametrize("kind", list(DocumentType))
@pytest.mark.parametrize("fault", ["apply_then_drop", "apply_then_500", "500_before", "drop_before", "cut_json", "401"])
async def test_whatever_becomes_of_an_upload_the_file_is_there_once(
    tmp_path: Path, fault: str, kind: DocumentType
) -> None:
    """An unclear answer is repeated by Xero for six minutes; a file that dates the document anew is no edit."""
    (tmp_path / "invoice.pdf").write_bytes(PDF)
    async with attaching(tmp_path, document=kind) as harness:
        harness.changes = harness.client
        state = harness.simulator.state
        state.faults.add(Fault(f"PUT {PLURAL[kind]}/id/Attachments", fault))
        async with harness.owner() as partition:
            harness.give(partition, [numbered(1, attachments=[wanted(tmp_path)])])
            await harness.all_answered()
            await harness.until(lambda: state.counts.calls[f"PUT {PLURAL[kind]}/id/Attachments"] >= 1)
            await harness.until(ends_of(harness, 1), 90)
        assert names(harness, kind, "INV-00001") == {"invoice.pdf": PDF}
        (outcome,) = harness.ended()
        assert outcome.status == "PROCESSED"
        assert harness.topic.changes == []
        document = harness.xero.document(kind.value, "INV-00001")
        assert document is not None
        assert len(harness.xero.book(kind.value).files(document)) == 1
        assert state.counts.key_conflicts == 0
        assert state.counts.writes_without_key == 0


def ends_of(harness: SimulatedHarness, count: int) -> Callable[[], bool]:
    """Whether nothing waits of so many shipments' files. Whenever one is told to wait, its pause is over.

    Not more often: an upload has to begin within seconds of this fast clock.
    """
    seen = 0

    def are_over() -> bool:
        nonlocal seen
        told = harness.topic.attachments
        last = {each.shipment_id: each for each in told}
        if len(last) == count and all(each.is_final for event in last.values() for each in event.attachments):
            return True
        if len(told) > seen:
            seen = len(told)
            harness.advance(UNCLEAR_SECONDS)
        return False

    return are_over


async def test_files_of_one_organisation_do_not_hold_up_documents(tmp_path: Path) -> None:
    """The place of the files hangs, and Xero's answers about files do; shipments are answered all the same."""
    (tmp_path / "invoice.pdf").write_bytes(PDF)
    async with attaching(tmp_path) as harness:
        state = harness.simulator.state
        state.faults.add(Fault("GET Invoices/id/Attachments", "hold", times=100))
        async with harness.owner() as partition:
            harness.give(partition, [numbered(each, attachments=[wanted(tmp_path)]) for each in range(1, 4)])
            await harness.all_answered()
            harness.give(partition, [numbered(each) for each in range(4, 8)])
            await harness.all_answered()
            assert harness.topic.attachments == []
            state.faults.clear()
            await harness.until(ends_of(harness, 3), 90)
        assert {each.status for each in harness.ended()} == {"PROCESSED"}
        assert [names(harness, DocumentType.INVOICE, f"INV-{each:05}") for each in (1, 2, 3)] == [
            {"invoice.pdf": PDF}
        ] * 3


@pytest.mark.parametrize("kind", list(DocumentType))
async def test_a_document_that_xero_does_not_know_by_its_id_yet_gets_its_file_when_it_does(
    tmp_path: Path, kind: DocumentType
) -> None:
    (tmp_path / "invoice.pdf").write_bytes(PDF)
    async with attaching(tmp_path, document=kind) as harness:
        state = harness.simulator.state
        state.set_switches(state.switches.changed({"ids_lag_seconds": 100_000}))
        async with harness.owner() as partition:
            harness.give(partition, [numbered(1, attachments=[wanted(tmp_path)])])
            await harness.until(lambda: harness.topic.attachments)
            state.set_switches(state.switches.changed({"ids_lag_seconds": 0}))
            await harness.until(ends_of(harness, 1), 90)
        first, *_ = harness.topic.attachments
        assert [each.problem.code.value for each in first.attachments if each.problem] == ["attachment_document_unseen"]
        assert names(harness, kind, "INV-00001") == {"invoice.pdf": PDF}
