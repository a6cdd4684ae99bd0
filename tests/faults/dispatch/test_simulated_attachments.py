"""The files of shipments, with the real client and governor against the simulator: each once on its document."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from deploy.simulator.server import Simulator
from deploy.simulator.wire.clock import SimClock
from mappers.model.company import DocumentType
from streams.dispatch.context import FilesContext
from streams.dispatch.lane.attaching.reading import PlacesReader, ReadingLimits
from tests.builders import make_company
from tests.faults.dispatch.simulated import SCALE, SimulatedHarness
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
    kept = harness.xero.book(kind.value).attachments.get(document.document_id, {})
    return {each.file_name: each.content for each in kept.values()}


async def test_a_file_is_on_the_document_once_and_the_outcome_is_as_without(tmp_path: Path) -> None:
    (tmp_path / "invoice.pdf").write_bytes(PDF)
    async with attaching(tmp_path) as harness:
        async with harness.owner() as partition:
            harness.give(partition, [numbered(1, attachments=[wanted(tmp_path)]), numbered(2)])
            await harness.until(lambda: harness.topic.attachments, 20)
        assert names(harness, DocumentType.INVOICE, "INV-00001") == {"invoice.pdf": PDF}
        [told] = harness.topic.attachments
        assert [(each.name, each.status.value) for each in told.attachments] == [("invoice.pdf", "attached")]
        first, second = sorted(harness.ended(), key=lambda each: each.shipment_id)
        assert (first.status, first.action, first.warnings) == (second.status, second.action, second.warnings)
