"""A shipment's PDF is on its document in Xero, through a kill; a file that fails is a warning and nothing else."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # It publishes no types.

from deploy.testbed.events import STATUS_PROFILE, event
from deploy.testbed.stack import Stack, running_stack
from deploy.testbed.worker import WorkerProcess
from mappers.outbound.attachments import attachments_schema
from tests.builders import COMPANY_ID, ORGANISATION, make_shipment
from tests.processes.outcome_events import outcome_events
from tests.processes.stack import check_once, check_requests

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(400)]

SECONDS = 120.0
PDF = b"%PDF-1.7\n\xff\x00 of a shipment"
# No day is too small for what the test asks.
CALLS = {"XERO__CALLS_PER_DAY": "1000000", "XERO__CALLS_PER_MINUTE": "1000", "WATCH__ENABLED": "false"}


@pytest.fixture
async def stack(kafka: Any, tmp_path: Path) -> AsyncIterator[Stack]:
    (tmp_path / "files").mkdir()
    profile = f'{STATUS_PROFILE}\nattachments_from = ["file://{tmp_path}/files"]\n'
    async with running_stack(kafka.bootstrap_servers, tmp_path, partitions=2, profile=profile) as stack:
        limits = stack.simulator.state.limits
        limits.default = limits.default.changed({"per_day": 1_000_000, "per_minute": 1_000})
        yield stack
        check_requests(stack)


def shipped(stack: Stack, index: int, *names: str) -> dict[str, Any]:
    """The status change of a shipment with these files."""
    wanted = [{"name": name, "reference": f"file://{stack.folder}/files/{name}"} for name in names]
    shipment = make_shipment(invoice_number=f"INV-{index:06}", shipment_number=f"SHP-{index:06}", attachments=wanted)
    return event(index, shipment=shipment)


def on_document(stack: Stack, index: int) -> dict[str, bytes]:
    """The files of its document in Xero."""
    organisation = stack.simulator.state.organisations[ORGANISATION]
    document = organisation.document("invoice", f"INV-{index:06}")
    assert document is not None
    return {each.file_name: each.content for each in organisation.invoices.files(document)}


async def stand(worker: WorkerProcess, shipment: str, *states: str) -> list[dict[str, Any]]:
    """Wait until the log says that the files stand so."""
    path = f"/api/v1/companies/{COMPANY_ID}/shipments/{shipment}/integration-log"
    async with asyncio.timeout(SECONDS):
        while True:
            found: list[dict[str, Any]] = (await worker.get(path)).get("attachments", [])
            if [each["status"] for each in found] == list(states):
                return found
            await asyncio.sleep(0.1)


async def test_files_are_on_their_documents_once_and_what_fails_is_a_warning(stack: Stack) -> None:
    (stack.folder / "files" / "invoice.pdf").write_bytes(PDF)
    (stack.folder / "files" / "page.pdf").write_bytes(b"<html>")
    worker = stack.worker(environment=CALLS)
    worker.start()
    await worker.ready(SECONDS)
    await stack.publish([shipped(stack, 0, "invoice.pdf"), shipped(stack, 1, "page.pdf", "invoice.pdf"), event(2)])
    logs = await stack.complete_logs(worker, 3)
    (file,) = await stand(worker, "SHP-000000", "attached")
    assert (file["name"], file["file_name"], file["size"]) == ("invoice.pdf", "invoice.pdf", len(PDF))
    left, _ = await stand(worker, "SHP-000001", "left", "attached")
    assert left["problem"]["code"] == "attachment_not_pdf"
    check_once(stack, logs, 3)
    documents = stack.simulator.state.organisations[ORGANISATION].invoices.by_id
    before = {each.document_id: (each.status, each.total, each.lines) for each in documents.values()}
    worker.kill()
    stack.simulator.state.counts.calls.clear()
    await stack.publish([shipped(stack, 3, "invoice.pdf")])
    worker.start()
    await worker.ready(SECONDS)
    await stand(worker, "SHP-000003", "attached")
    assert [on_document(stack, index) for index in (0, 1, 2, 3)] == [{"invoice.pdf": PDF}] * 2 + [
        {},
        {"invoice.pdf": PDF},
    ]
    assert {each: before[each] for each in before} == {
        each: (documents[each].status, documents[each].total, documents[each].lines) for each in before
    }
    assert stack.simulator.state.counts.calls["PUT Invoices/id/Attachments"] == 1
    events = await outcome_events(stack, b"accounting.document_attachments")
    assert sorted(each["shipment_id"] for each in events) == ["SHP-000000", "SHP-000001", "SHP-000003"]
    validator = Draft202012Validator(attachments_schema())
    assert [error for each in events for error in validator.iter_errors(each)] == []
