"""Simulator, topics, profile and workers around one broker, and what can be asked of the whole."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaProducer

from deploy.simulator import Seed, SimClock, Simulator
from deploy.testbed.builders import COMPANY_ID, ORGANISATION, encode
from deploy.testbed.events import STATUS_PROFILE
from deploy.testbed.topics import fresh_topics
from deploy.testbed.worker import WorkerProcess
from streams.topics import TopicNames

_SHIPMENTS_A_PAGE = 50


@dataclass
class Stack:
    """Everything a worker needs, and the workers."""

    folder: Path
    bootstrap_servers: str
    simulator: Simulator
    profile: str = STATUS_PROFILE
    workers: list[WorkerProcess] = field(default_factory=list)
    topics: TopicNames = field(default_factory=TopicNames)

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
                await producer.send(self.topics.status_changes, key=key, value=encode(each))
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
        writes = ("PUT Invoices", "POST Invoices", "PUT Quotes", "POST Quotes")
        return sum(count for name, count in self.simulator.state.counts.calls.items() if name.startswith(writes))

    def calls(self) -> int:
        """All calls to the API so far, tokens left out."""
        return sum(count for name, count in self.simulator.state.counts.calls.items() if "token" not in name)

    def throttled(self) -> int:
        """Calls that were answered 429."""
        return sum(self.simulator.state.limits.refused.values())

    def log_tails(self) -> str:
        """The end of every worker's log."""
        return "\n".join(f"--- {worker.folder.name}\n{worker.log_tail()}" for worker in self.workers)

    async def until(self, condition: Callable[[], bool], seconds: float, what: str) -> None:
        """Wait for the condition. Raises TimeoutError with the workers' logs where it does not come."""
        try:
            async with asyncio.timeout(seconds):
                while not condition():  # noqa: ASYNC110  # The condition looks at the simulator; it has no event.
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise TimeoutError(f"{what} did not come within {seconds} s\n{self.log_tails()}") from None

    async def logs(self, worker: WorkerProcess, indices: Iterable[int]) -> list[dict[str, Any]]:
        """The integration logs of the shipments, over HTTP."""
        shipments = [f"SHP-{index:06}" for index in indices]
        logs: list[dict[str, Any]] = []
        for start in range(0, len(shipments), _SHIPMENTS_A_PAGE):
            query = "&".join(f"shipment={each}" for each in shipments[start : start + _SHIPMENTS_A_PAGE])
            page = await worker.get(f"/api/v1/companies/{COMPANY_ID}/accounting-logs?{query}")
            logs += page["shipments"]
        return logs

    async def complete_logs(self, worker: WorkerProcess, count: int, seconds: float = 60.0) -> list[dict[str, Any]]:
        """Wait until every one of the first `count` shipments has a terminal outcome in its log, or TimeoutError."""
        deadline = asyncio.get_running_loop().time() + seconds
        while True:
            logs = await self.logs(worker, range(count))
            open_ones = [each["shipment_id"] for each in logs if not terminal_entries(each)]
            if not open_ones:
                return logs
            if asyncio.get_running_loop().time() > deadline:
                raise TimeoutError(f"{len(open_ones)} logs without an outcome: {open_ones[:5]}\n{worker.log_tail()}")
            await asyncio.sleep(0.1)


def terminal_entries(log: dict[str, Any]) -> list[dict[str, Any]]:
    """The entries of a shipment's integration log after which nothing more is to come."""
    return [entry for entry in log["entries"] if entry["status"] != "WAITING"]


@asynccontextmanager
async def running_stack(
    bootstrap_servers: str,
    folder: Path,
    *,
    partitions: int = 4,
    profile: str = STATUS_PROFILE,
    seed: Seed | None = None,
    clock: SimClock | None = None,
    source: random.Random | None = None,
) -> AsyncIterator[Stack]:
    """Fresh topics and a simulator in this process (`seed`, `clock` and `source` are its own); workers end with it."""
    await fresh_topics(bootstrap_servers, partitions)
    async with Simulator.started(seed, clock=clock, source=source) as simulator:
        stack = Stack(folder, bootstrap_servers, simulator, profile)
        try:
            yield stack
        finally:
            for worker in stack.workers:
                worker.end()
