"""Status changes over HTTP at a whole worker: one event twice is one document, and sizes have one limit everywhere."""

import asyncio
import json
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from aiokafka import AIOKafkaConsumer

from deploy.testbed.events import event
from deploy.testbed.stack import Stack, terminal_entries
from deploy.testbed.worker import TOKEN, WorkerProcess
from streams.topics import SYNC_OUTCOMES, SYNC_REQUESTS
from tests.builders import COMPANY_ID
from tests.processes.stack import stack_on

PAGE = Path(__file__).parents[3] / "docs" / "integrators.md"
API = f"/api/v1/companies/{COMPANY_ID}"
SECONDS = 60.0


@pytest.fixture
async def stack(kafka: Any, tmp_path: Path) -> AsyncIterator[Stack]:
    """One partition: what came later is dealt with later."""
    async with stack_on(kafka.bootstrap_servers, tmp_path, partitions=1) as stack:
        yield stack


async def posted(worker: WorkerProcess, path: str, body: Any) -> tuple[int, dict[str, Any]]:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with (
        ClientSession(headers=headers) as session,
        session.post(worker.url + API + path, data=json.dumps(body)) as answer,
    ):
        return answer.status, await answer.json()


async def until_processed(worker: WorkerProcess, stack: Stack, index: int) -> dict[str, Any]:
    async with asyncio.timeout(SECONDS):
        while True:
            (log,) = await stack.logs(worker, [index])
            if terminal_entries(log):
                return log
            await asyncio.sleep(0.05)


async def values_of(servers: str, topic: str) -> list[dict[str, Any]]:
    """All that is committed in the topic's one partition by now."""
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=servers, auto_offset_reset="earliest", isolation_level="read_committed"
    )
    await consumer.start()
    try:
        (partition,) = consumer.assignment()
        (end,) = (await consumer.end_offsets([partition])).values()
        found: list[dict[str, Any]] = []
        while await consumer.position(partition) < end:
            for records in (await consumer.getmany(timeout_ms=200)).values():
                found += [json.loads(each.value) for each in records]
        return found
    finally:
        await consumer.stop()


async def curl_of_the_page(worker: WorkerProcess, folder: Path, body: dict[str, Any]) -> dict[str, Any]:
    """What integrators are told to type, typed."""
    (command,) = re.findall(r"^```sh\n(curl [^`]*/status-changes\"\n)```$", PAGE.read_text(), re.MULTILINE)
    (folder / "event.json").write_text(json.dumps(body))
    process = await asyncio.create_subprocess_exec(
        *("bash", "-e", "-c", command),
        env={**os.environ, "TOKEN": TOKEN, "SHIPLEDGER": worker.url},
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await asyncio.wait_for(process.communicate(), SECONDS)
    assert process.returncode == 0, output
    said: dict[str, Any] = json.loads(output)
    return said


def with_notes(index: int, size: int, **overrides: Any) -> dict[str, Any]:
    made = event(index, **overrides)
    return {**made, "shipment": {**made["shipment"], "notes": "x" * size}}


async def test_the_same_event_twice_is_one_document_and_one_outcome(stack: Stack, tmp_path: Path) -> None:
    worker = stack.worker()
    worker.start()
    await worker.ready(SECONDS)
    first, later = event(1), event(2)
    said = await curl_of_the_page(worker, tmp_path, first)
    assert said == {
        "accepted": [{"index": 0, "event_id": first["event_id"], "shipment": "SHP-000001"}],
        "refused": [],
    }
    # Again while the first is on its way, again in one array, and again when it is answered.
    assert (await posted(worker, "/status-changes", [first, first]))[0] == 202
    await until_processed(worker, stack, 1)
    status, answer = await posted(worker, "/status-changes", [first, {**first, "status": None}, later])
    assert (status, answer["code"]) == (422, "not_all_published")
    assert [each["index"] for each in answer["accepted"]] == [0, 2]

    await until_processed(worker, stack, 2)
    assert stack.written() == {"INV-000001": 1, "INV-000002": 1}
    asked = [each["request_id"] for each in await values_of(stack.bootstrap_servers, SYNC_REQUESTS)]
    assert (len(asked), len(set(asked))) == (5, 2), "the gate did see each of them"
    outcomes = await values_of(stack.bootstrap_servers, SYNC_OUTCOMES)
    of_first = {each["outcome_id"] for each in outcomes if each["shipment_id"] == "SHP-000001"}
    assert len(of_first) == 1
    (log,) = await stack.logs(worker, [1])
    assert [each["action"] for each in log["entries"]] == ["created"]


async def test_what_is_too_large_is_said_to_be_so_on_every_way(stack: Stack) -> None:
    """Between 900,000 bytes of a request and the megabyte of an event, and between that and what Kafka takes."""
    worker = stack.worker()
    worker.start()
    await worker.ready(SECONDS)
    status, answer = await posted(worker, "/status-changes", with_notes(1, 950_000))
    assert (status, answer["code"]) == (413, "event_too_large")
    status, answer = await posted(worker, "/status-changes", with_notes(1, 1_000_000))
    assert (status, answer["code"]) == (413, "body_too_large")

    # On Kafka it may be: it triggers nothing, so that the gate lets it go, and its snapshot is kept.
    await stack.publish([with_notes(3, 950_000, previous_status="ACCOUNTS INV CREATED")])
    async with asyncio.timeout(SECONDS):
        while True:
            status, answer = await posted(worker, "/send-to-accounting", {"shipments": ["SHP-000003"]})
            if answer["refused"][0]["code"] != "unknown_shipment":
                break
            await asyncio.sleep(0.05)
    assert (status, answer["code"]) == (413, "shipment_too_large")
    assert "900000" in answer["message"]
    assert await values_of(stack.bootstrap_servers, SYNC_REQUESTS) == []
