"""Secrets that Xero repeats, wherever its words are taken, are in nothing that the product writes or says."""

import asyncio
import base64
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from deploy.testbed.builders import COMPANY_ID
from deploy.testbed.events import event
from deploy.testbed.worker import TOKEN, WorkerProcess
from streams.topics import TOPICS
from tests.faults.dispatch.altering_proxy import Altered, altering
from tests.processes.stack import stack_on

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(180)]

SECRET = "demo-secret"
PAIR = base64.b64encode(b"demo-client:demo-secret").decode()
CALLS = (
    "/api/v1/companies/{company}/shipments/SHP-000000/integration-log",
    "/api/v1/companies/{company}/attention",
    "/readyz",
    "/livez",
    "/metrics",
)


class Echo:
    """Repeats the secrets of each call in a reply to it: once in each of the forms, and in master data at all times."""

    def __init__(self) -> None:
        self.tokens: set[str] = set()
        self.echoed = 0
        self.forbids = False
        self._forms: list[Callable[[Altered, str], None]] = [_refused, _failed, _element_refused, _warned]

    def __call__(self, reply: Altered) -> None:
        """Alter the reply."""
        token = reply.authorization.rpartition(" ")[2]
        words = f"said {reply.authorization} and {SECRET} and {PAIR}"
        reply.headers["Xero-Correlation-Id"] = f"{token} {SECRET}"
        if not reply.path.startswith("/api.xro/"):
            return
        self.tokens.add(token)
        for contact in (reply.value or {}).get("Contacts", []):
            contact["Name"] = f"{contact.get('Name')} {words}"
        if self.forbids:
            self.echoed += 1
            _answer(reply, 403, {"Title": "Forbidden", "Detail": words})
        elif reply.is_write and self._forms:
            self.echoed += 1
            self._forms.pop(0)(reply, words)


def _answer(reply: Altered, status: int, value: dict[str, Any]) -> None:
    reply.status, reply.value = status, value


def _refused(reply: Altered, words: str) -> None:
    errors = [{"ValidationErrors": [{"Message": words}]}]
    _answer(reply, 400, {"ErrorNumber": 10, "Type": "ValidationException", "Message": words, "Elements": errors})


def _failed(reply: Altered, words: str) -> None:
    reply.status, reply.raw = 500, f"<html><body><h1>Error</h1>{words}</body></html>".encode()


def _element_refused(reply: Altered, words: str) -> None:
    for element in reply.elements():
        element |= {"HasErrors": True, "StatusAttributeString": "ERROR", "ValidationErrors": [{"Message": words}]}
        element["InvoiceID"] = "00000000-0000-0000-0000-000000000000"


def _warned(reply: Altered, words: str) -> None:
    for element in reply.elements():
        element["Warnings"] = [{"Message": words}]


async def test_what_xero_repeats_is_written_nowhere(kafka: Any, tmp_path: Path) -> None:
    echo = Echo()
    async with stack_on(kafka.bootstrap_servers, tmp_path) as stack, altering(stack.simulator.base_url, echo) as proxy:
        environment = {"XERO__BASE_URL": proxy.url, "XERO__TOKEN_URL": f"{proxy.url}/connect/token"}
        worker = stack.worker(environment=environment)
        worker.start()
        await worker.ready(90)
        for index in range(5):
            await stack.publish([event(index)])
            await stack.complete_logs(worker, index + 1)
        echo.forbids = True
        await stack.publish([event(5)])
        await waits(worker, "SHP-000005")
        heard = {call: await said(worker, call) for call in CALLS}
        heard |= {topic.name: await everything_in(kafka.bootstrap_servers, topic.name) for topic in TOPICS}
        heard["shipments"] = repr(await stack.logs(worker, range(6))).encode()
        worker.terminate()
    heard["log"] = worker.log_path.read_bytes()
    heard |= {str(path): path.read_bytes() for path in (worker.folder / "data").rglob("*") if path.is_file()}
    assert open_to_others(worker.folder / "data") == []
    canaries = {SECRET, PAIR, *echo.tokens}
    assert (echo.echoed >= 5, len(echo.tokens) >= 1) == (True, True)
    assert b"[redacted]" in heard["accounting.sync-outcomes.v1"]
    assert leaks(heard, canaries) == []
    # The API's own token is in nothing either, although its holder called.
    assert leaks(heard, {TOKEN}) == []


def open_to_others(folder: Path) -> list[str]:
    """What another user of the machine could use; the worker was started under the usual umask of this process."""
    found = [folder, *folder.rglob("*")]
    assert {"projection", "ledger", "LOG"} <= {path.name for path in found}
    return [f"{path}: {path.lstat().st_mode:o}" for path in found if path.lstat().st_mode & 0o077]


def leaks(heard: dict[str, bytes], canaries: Iterable[str]) -> list[str]:
    found = [(where, each) for where, content in heard.items() for each in canaries if each.encode() in content]
    return [f"{where}: {each[:12]}" for where, each in found]


async def waits(worker: WorkerProcess, shipment: str) -> None:
    """Until the shipment's log says that it waits for the connection."""
    path = f"/api/v1/companies/{COMPANY_ID}/accounting-logs?shipment={shipment}"
    async with asyncio.timeout(60):
        while not [each for each in (await worker.get(path))["shipments"][0]["entries"] if each["waiting"]]:  # noqa: ASYNC110  # Only a call tells.
            await asyncio.sleep(0.1)


async def said(worker: WorkerProcess, call: str) -> bytes:
    """What the worker answers, whatever its status."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    url = worker.url + call.format(company=COMPANY_ID)
    async with aiohttp.ClientSession(headers=headers) as session, session.get(url) as reply:
        return await reply.read() + repr(reply.headers).encode()


async def everything_in(bootstrap_servers: str, topic: str) -> bytes:
    """Keys, values and headers of all records, one after the other."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap_servers, enable_auto_commit=False)
    await consumer.start()
    try:
        partitions = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic) or ()]
        partitions = partitions or [TopicPartition(topic, number) for number in range(4)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning(*partitions)
        ends, found = await consumer.end_offsets(partitions), [b""]
        async with asyncio.timeout(30):
            while [each for each, end in ends.items() if await consumer.position(each) < end]:
                for records in (await consumer.getmany(timeout_ms=500)).values():
                    found += [repr((each.key, each.value, each.headers)).encode() for each in records]
        return b"\n".join(found)
    finally:
        await consumer.stop()
