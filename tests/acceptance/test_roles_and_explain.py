"""The roles split the work between processes; explain says what would be sent and writes nothing."""

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from deploy.testbed.events import event
from deploy.testbed.worker import TOKEN
from tests.builders import COMPANY_ID, make_shipment
from tests.processes.stack import stack_on

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(120)]
PATIENCE = 30.0


async def test_stream_and_dispatch_in_two_processes(kafka: Any, tmp_path: Path) -> None:
    """One process reads and shows, the other writes in Xero."""
    async with stack_on(kafka.bootstrap_servers, tmp_path) as stack:
        stream = stack.worker("stream", role="stream")
        dispatch = stack.worker("dispatch", role="dispatch")
        for worker in (stream, dispatch):
            worker.start()
        for worker in (stream, dispatch):
            await worker.ready()
        await stack.publish(event(index) for index in range(20))
        logs = await stack.complete_logs(stream, 20)
        assert {each["sync_status"] for each in logs} == {"PROCESSED"}
        assert "shipledger_outcomes_total" in await dispatch.metrics()
        assert stream.terminate() < 10
        assert dispatch.terminate() < 10


async def test_explain_shows_the_document_or_every_problem(kafka: Any, tmp_path: Path) -> None:
    """The exact element that would go to Xero; five faults are five problems; nothing is written."""
    async with stack_on(kafka.bootstrap_servers, tmp_path) as stack:
        worker = stack.worker()
        worker.start()
        await worker.ready()
        faulty = make_shipment(buyer_code="NOBODY", currency="GBP", incoterms="", invoice_due_date="", exchange_rate=0)
        await stack.publish([event(1, status="DRAFT"), event(2, status="DRAFT", shipment=faulty)])
        fine = await explained(worker.url, "SHP-000001")
        assert fine["problems"] == []
        assert fine["would_send"]["InvoiceNumber"] == "INV-000001"
        assert fine["would_send"]["LineItems"][0]["Quantity"] == 12.5
        bad = await explained(worker.url, "SHP-000002")
        assert bad["would_send"] is None
        assert len(bad["problems"]) >= 5
        assert stack.write_calls() == 0


async def explained(url: str, shipment: str) -> Any:
    """The dry run, asked again until the shipment is known: what was published a moment ago may not be yet."""
    path = f"{url}/api/v1/companies/{COMPANY_ID}/shipments/{shipment}/explain"
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {TOKEN}"}) as session:
        async with asyncio.timeout(PATIENCE):
            while True:
                async with session.post(path) as reply:
                    if reply.status == 200:
                        return await reply.json()
                await asyncio.sleep(0.05)


async def test_more_workers_than_partitions_are_all_ready(kafka: Any, tmp_path: Path) -> None:
    """A worker whose share of the partitions is none is a healthy reserve that answers for every shipment."""
    async with stack_on(kafka.bootstrap_servers, tmp_path, partitions=1) as stack:
        workers = [stack.worker(name) for name in ("one", "two")]
        for worker in workers:
            worker.start()
        for worker in workers:
            await worker.ready()
        await stack.publish([event(0)])
        for worker in workers:
            await stack.complete_logs(worker, 1)
