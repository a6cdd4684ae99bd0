"""A connection to the broker that stays open and silent does not blind the watch that finds stuck partitions."""

import asyncio
from pathlib import Path

import pytest

from deploy.kafka import LOOPBACK
from deploy.testbed.topics import fresh_topics
from tests.integration.ops.test_lag import Watched, until
from tests.reliability.network import broker_behind_a_wire
from tests.reliability.wire import HEALTHY, Toxic

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(180)]


async def test_a_watch_whose_connections_fell_silent_looks_over_others(tmp_path: Path) -> None:
    async with broker_behind_a_wire(tmp_path / "kafka") as (kafka, wire):
        await fresh_topics(kafka.bootstrap_servers, 3)
        watched = Watched(f"{LOOPBACK}:{wire.port}")
        looking = asyncio.create_task(watched.watch.run())
        try:
            await until(lambda: watched.watch.reaches_kafka, lambda: "no look succeeded")
            wire.set(Toxic(swallow=True))
            await until(lambda: not watched.watch.reaches_kafka, lambda: "it is taken for well")
            wire.set(HEALTHY)
            await until(lambda: watched.watch.reaches_kafka, lambda: "it is blind for ever", seconds=60)
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
