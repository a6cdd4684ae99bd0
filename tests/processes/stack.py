"""Simulator, topics, profile and workers around one broker, and what a test asks of the whole."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaProducer

from deploy.simulator.server import Simulator
from tests.brokers.topics import fresh_topics
from tests.builders import COMPANY_ID, ORGANISATION, encode, make_event, make_shipment
from tests.faults.dispatch.request_check import RequestCheck
from tests.processes.worker import WorkerProcess

STATUS_CHANGES = "shipment.status-changes.v1"
PROFILE = f"""
[[company]]
id = "{COMPANY_ID}"
organisation = "{ORGANISATION}"
document = "invoice"
trigger = "status"
trigger_statuses = ["ACCOUNTS INV CREATED"]
"""


def event(index: int, **overrides: Any) -> dict[str, Any]:
    """The status change of shipment `index`; its document number follows from it."""
    fields: dict[str, Any] = {
        "event_id": f"event-{index}",
        "shipment_id": f"SHP-{index:06}",
        "revision": 1,
        "shipment": make_shipment(invoice_number=f"INV-{index:06}", shipment_number=f"SHP-{index:06}"),
    }
    return make_event(**{**fields, **overrides})


@dataclass
class Stack:
    """Everything a worker needs, and the workers."""

    folder: Path
    bootstrap_servers: str
    simulator: Simulator
    profile: str = PROFILE
    workers: list[WorkerProcess] = field(default_factory=list)

    def worker(self, name: str = "worker", **options: Any) -> WorkerProcess:
        """A worker that is not started yet."""
        path = self.folder / "profile.toml"
        path.write_text(self.profile)
        made = WorkerProcess(self.folder / name, self.bootstrap_servers, self.simulator, path, **options)
        self.workers.append(made)
        return made

    async def publish(self, events: Iterable[dict[str, Any]], pause: float = 0.0) -> None:
        """Put status changes on the topic as a shipping system does: keyed, acknowledged by all replicas."""
        producer = AIOKafkaProducer(bootstrap_servers=self.bootstrap_servers, acks="all", request_timeout_ms=20000)
        await producer.start()
        try:
            for each in events:
                key = f"{each['company_id']}/{each['shipment_id']}".encode()
                await producer.send(STATUS_CHANGES, key=key, value=encode(each))
                if pause:
                    await asyncio.sleep(pause)
            await producer.flush()
        finally:
            await producer.stop()

    def written(self, organisation: str = ORGANISATION, prefix: str = "INV-0") -> Counter[str]:
        """How many documents each number stands for in the simulator, those of the seed left out."""
        book = self.simulator.state.organisations[organisation].book("invoice")
        return Counter(document.number for document in book if document.number.startswith(prefix))

    def write_calls(self) -> int:
        """Calls that wrote documents so far."""
        calls = self.simulator.state.counts.as_dict()["calls"]
        writes = ("PUT Invoices", "POST Invoices", "PUT Quotes", "POST Quotes")
        return sum(_number(count) for name, count in calls.items() if name.startswith(writes))

    def calls(self) -> int:
        """All calls to the API so far, tokens left out."""
        calls = self.simulator.state.counts.as_dict()["calls"]
        return sum(_number(count) for name, count in calls.items() if "token" not in name)

    def check_requests(self) -> None:
        """Whatever the worker sent fits Xero's OpenAPI (where it is present), and made no look-alike contact."""
        state = self.simulator.state
        assert RequestCheck().problems(state.request_log) == []
        counts = state.counts.as_dict()
        never = ("contacts_created_by_name", "contacts_edited_by_document", "unknown_fields", "simulator_errors")
        assert {name: counts[name] for name in never if counts[name]} == {}

    def throttled(self) -> int:
        """Calls that were answered 429."""
        return sum(self.simulator.state.limits.refused.values())

    async def until(self, condition: Callable[[], bool], seconds: float, what: str) -> None:
        """Wait for the condition; the workers' logs are shown where it does not come."""
        try:
            async with asyncio.timeout(seconds):
                while not condition():  # noqa: ASYNC110  # The condition looks at the simulator; it has no event.
                    await asyncio.sleep(0.02)
        except TimeoutError:
            logs = "\n".join(f"--- {worker.folder.name}\n{worker.log_tail()}" for worker in self.workers)
            raise AssertionError(f"{what} did not come within {seconds} s\n{logs}") from None

    async def logs(self, worker: WorkerProcess, indices: Iterable[int]) -> list[dict[str, Any]]:
        """The integration logs of the shipments, over HTTP."""
        shipments = [f"SHP-{index:06}" for index in indices]
        logs: list[dict[str, Any]] = []
        for start in range(0, len(shipments), 50):
            query = "&".join(f"shipment={each}" for each in shipments[start : start + 50])
            page = await worker.get(f"/api/v1/companies/{COMPANY_ID}/accounting-logs?{query}")
            logs += page["shipments"]
        return logs

    async def complete_logs(self, worker: WorkerProcess, count: int, seconds: float = 60.0) -> list[dict[str, Any]]:
        """Wait until every one of the first `count` shipments has a terminal outcome in its log."""
        deadline = asyncio.get_running_loop().time() + seconds
        while True:
            logs = await self.logs(worker, range(count))
            open_ones = [each["shipment_id"] for each in logs if not _ended(each)]
            if not open_ones:
                return logs
            if asyncio.get_running_loop().time() > deadline:
                raise AssertionError(f"{len(open_ones)} logs without an outcome: {open_ones[:5]}\n{worker.log_tail()}")
            await asyncio.sleep(0.1)


def _number(count: Any) -> int:
    return count if isinstance(count, int) else sum(_number(each) for each in count.values())


def _ended(log: dict[str, Any]) -> list[dict[str, Any]]:
    return [entry for entry in log["entries"] if entry["status"] != "WAITING"]


def check_once(stack: Stack, logs: list[dict[str, Any]], count: int) -> None:
    """One document and one terminal outcome for each shipment."""
    written = stack.written()
    assert len(written) == count
    assert set(written.values()) == {1}
    assert len(logs) == count
    for log in logs:
        outcomes = {entry["outcome_id"] for entry in _ended(log)}
        assert len(outcomes) == 1, log
        assert log["sync_status"] == "PROCESSED", log


@asynccontextmanager
async def stack_on(bootstrap_servers: str, folder: Path, partitions: int = 4) -> AsyncIterator[Stack]:
    """Fresh topics, a fresh simulator; every worker is gone at the end."""
    await fresh_topics(bootstrap_servers, partitions)
    async with Simulator.started() as simulator:
        stack = Stack(folder, bootstrap_servers, simulator)
        try:
            yield stack
            stack.check_requests()
        finally:
            for worker in stack.workers:
                worker.end()


def seeded() -> tuple[random.Random, int]:
    """Randomness with a printed seed, so that a failing run can be looked at again."""
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")  # noqa: T201  # pytest shows it where the test fails.
    return random.Random(seed), seed  # noqa: S311  # It chooses moments, it keeps no secrets.
