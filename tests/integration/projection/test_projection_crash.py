"""Kill -9 in mid-flow: whenever the projection ends, its disk goes on exactly where it was."""

import asyncio
import random
import sys
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer

from deploy.testbed.topics import fresh_topics
from mappers.model.outcome import Outcome, outcome_key
from mappers.outbound.outcome_json import encode_outcome
from streams.projection.rocksdb import RocksKeyValue
from streams.projection.store import ProjectionStore
from streams.topics import STATUS_CHANGES, SYNC_OUTCOMES
from tests.brokers.broker import Broker
from tests.builders import COMPANY_ID, encode, make_event
from tests.outcome_builders import make_outcome, rejected

ROUNDS = 3
SHIPMENTS = 300
EACH = 4
PATIENCE = 60.0


class Child:
    """The projection in a process of its own; what it prints says how far it is."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, servers: str, folder: Path) -> "Child":
        command = (sys.executable, "-m", "tests.integration.projection.projection_process", servers, str(folder))
        return cls(await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE))

    async def reaches(self, folded: int) -> None:
        """Return when so many records are folded, or when everything is."""
        async with asyncio.timeout(PATIENCE):
            while (line := await self._line()) != "ready" and (not line.isdigit() or int(line) < folded):
                pass

    async def is_ready(self) -> None:
        async with asyncio.timeout(PATIENCE):
            while await self._line() != "ready":
                pass

    async def kill(self) -> None:
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()

    async def _line(self) -> str:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        assert line, "the projection ended by itself"
        return line.decode().strip()


def outcomes() -> list[Outcome]:
    """`EACH` outcomes of every shipment, interleaved; the last of each is PROCESSED."""
    return [
        (make_outcome if number == EACH - 1 else rejected)(
            shipment_id=f"S{shipment}", request=f"{shipment}/{number}", after=number
        )
        for number in range(EACH)
        for shipment in range(SHIPMENTS)
    ]


async def publish(servers: str) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=servers)
    await producer.start()
    for outcome in outcomes():
        key = outcome_key(outcome.company_id, outcome.shipment_id)
        await producer.send(SYNC_OUTCOMES, encode_outcome(outcome), key=key)
        if outcome.status == "PROCESSED":
            await producer.send(STATUS_CHANGES, encode(make_event(shipment_id=outcome.shipment_id)), key=key)
    await producer.stop()


@pytest.mark.parametrize("seed", range(20261126, 20261126 + ROUNDS))
async def test_nothing_is_lost_or_folded_twice_when_the_projection_is_killed(
    kafka: Broker, tmp_path: Path, seed: int
) -> None:
    """The moments of the kills follow from the seed in the test's id."""
    moments = random.Random(seed)  # noqa: S311  # Moments to kill at, not secrets.
    servers = kafka.bootstrap_servers
    await fresh_topics(servers)
    publishing = asyncio.create_task(publish(servers))
    for _ in range(ROUNDS):
        child = await Child.start(servers, tmp_path / "log")
        await child.reaches(moments.randrange(1, SHIPMENTS))
        await child.kill()
    await publishing
    child = await Child.start(servers, tmp_path / "log")
    await child.is_ready()
    await child.kill()
    _assert_complete(ProjectionStore(RocksKeyValue(tmp_path / "log")))


def _assert_complete(store: ProjectionStore) -> None:
    expected: dict[str, list[str]] = {}
    for outcome in outcomes():
        expected.setdefault(outcome.shipment_id, []).insert(0, str(outcome.outcome_id))
    for shipment_id, ids in expected.items():
        log = store.log(COMPANY_ID, shipment_id)
        assert log is not None, shipment_id
        assert [outcome["outcome_id"] for outcome in log.outcomes] == ids, shipment_id
        assert log.sync_status == "PROCESSED"
        assert store.snapshot(COMPANY_ID, shipment_id) is not None, shipment_id
    assert store.attention(COMPANY_ID).causes == ()
    read = {
        topic: sum(at.next for (name, _), at in store.positions().items() if name == topic)
        for topic in (SYNC_OUTCOMES, STATUS_CHANGES)
    }
    assert read == {SYNC_OUTCOMES: SHIPMENTS * EACH, STATUS_CHANGES: SHIPMENTS}
    store.close()
