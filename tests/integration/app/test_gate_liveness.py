"""Gate and projection on a real broker: a partition that is stuck is found within a minute, one at rest never."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from prometheus_client import CollectorRegistry

from config.settings import Settings
from deploy.testbed.builders import COMPANY_ID, encode
from deploy.testbed.events import event
from deploy.testbed.topics import fresh_topics
from streams.app.clocks import utc_now
from streams.app.process import Process
from streams.app.stream_part import StreamPart
from streams.gate.handler import GateHandler
from streams.ops import LagWatch, Liveness, Metrics, WatchedGroup
from streams.projection.ingest import Ingest
from streams.topics import STATUS_CHANGES
from streams.tracing import PASS_ON
from tests.builders import make_company
from tests.unit.config.environments import complete

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(90)]
ONE_MINUTE = 60


class Worker:
    """A stream part at work, watched on a clock of its own: twenty of its seconds are one of ours."""

    def __init__(self, stream: StreamPart, watch: LagWatch) -> None:
        self.began = time.monotonic()
        self.watch = watch
        self.stream = stream
        self.liveness = Liveness(lambda: (time.monotonic() - self.began) * 20)
        stream.register_liveness(self.liveness, watch)

    async def stuck(self, seconds: float = ONE_MINUTE) -> list[str]:
        """What is stuck after so many seconds of its clock."""
        end = time.monotonic() + seconds / 20
        while time.monotonic() < end:
            await asyncio.sleep(0.05)
            if found := [check.name for check in self.liveness.stuck()]:
                return found
        return []


async def until(condition: Callable[[], Any]) -> None:
    """Wait for it."""
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110  # It looks at many things; none of them has an event.
            await asyncio.sleep(0.05)


@asynccontextmanager
async def streaming(bootstrap: str, folder: Path) -> AsyncIterator[Worker]:
    """Fresh topics, the part and the watch."""
    await fresh_topics(bootstrap, 2)
    settings = Settings.load(complete(KAFKA__BOOTSTRAP_SERVERS=bootstrap, DATA_DIR=str(folder)))
    ends: list[str] = []
    metrics = Metrics(CollectorRegistry())
    stream = StreamPart(
        settings, {COMPANY_ID: make_company(id=COMPANY_ID)}, metrics, Process("one", "test", PASS_ON), ends.append
    )
    group = WatchedGroup(f"{settings.kafka.group}-gate", STATUS_CHANGES, stream.owned)
    watch = LagWatch(settings.kafka.client_arguments(), [group], metrics, utc=utc_now, look_every=0.2)
    tasks = [asyncio.create_task(stream.run()), asyncio.create_task(watch.run())]
    try:
        await until(lambda: not stream.why_gate_not_ready() and stream.owned() == {0, 1} and watch.reaches_kafka)
        await until(lambda: not stream.follower.why_not_ready())
        yield Worker(stream, watch)
        assert ends == []
    finally:
        stopping = asyncio.create_task(stream.stop())
        await asyncio.wait({stopping}, timeout=8)
        for task in (*tasks, stopping):
            task.cancel()
        await asyncio.wait([*tasks, stopping], timeout=2)


async def send(bootstrap: str, partition: int, **options: Any) -> None:
    """One status change, in a transaction where `transactional_id` is given."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, **options)
    await producer.start()
    if options:
        await producer.begin_transaction()
    await producer.send_and_wait(STATUS_CHANGES, encode(event(1)), key=b"key", partition=partition)
    if options:
        await producer.commit_transaction()
    await producer.stop()


async def test_a_gate_at_rest_behind_a_senders_transaction_is_alive(kafka: Any, tmp_path: Path) -> None:
    async with streaming(kafka.bootstrap_servers, tmp_path) as worker:
        await send(kafka.bootstrap_servers, 1, transactional_id="shipping")
        assert await worker.stuck(10 * ONE_MINUTE // 4) == []
        assert worker.watch.progress(STATUS_CHANGES)["1"].done == 1


async def test_a_gate_that_is_stuck_in_one_partition_is_found(
    kafka: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hangs(*_: object) -> None:
        await asyncio.Event().wait()

    async with streaming(kafka.bootstrap_servers, tmp_path) as worker:
        monkeypatch.setattr(GateHandler, "handle", hangs)
        await send(kafka.bootstrap_servers, 1)
        await until(lambda: worker.watch.progress(STATUS_CHANGES)["1"].has_work)
        assert await worker.stuck() == ["gate 1"]


async def test_a_projection_that_is_stuck_is_found(kafka: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    going_on = asyncio.Event()
    loop = asyncio.get_running_loop()

    def hangs(*_: object) -> int:
        asyncio.run_coroutine_threadsafe(going_on.wait(), loop).result(60)
        return 0

    async with streaming(kafka.bootstrap_servers, tmp_path) as worker:
        monkeypatch.setattr(Ingest, "fold", hangs)
        await send(kafka.bootstrap_servers, 1)
        assert await worker.stuck(2 * ONE_MINUTE) == ["projection polling"]
        going_on.set()
