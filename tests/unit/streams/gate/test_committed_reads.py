"""Which partitions are looked at for a stall; what is read is tested on a real broker."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import faust
import pytest
from aiokafka import AIOKafkaConsumer
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread
from faust.types import TP, Message

from streams.gate import committed_reads
from streams.topics import STATUS_CHANGES

PARTITION = TP(STATUS_CHANGES, 0)


@dataclass
class FakeConsumer:
    """A consumer that knows how far its partition goes."""

    stable: int | None
    end: int | None

    def last_stable_offset(self, _: TP) -> int | None:
        return self.stable

    def highwater(self, _: TP) -> int | None:
        return self.end


def test_the_gates_consumer_is_of_the_transport(tmp_path: Path) -> None:
    app = faust.App("gate", broker="kafka://127.0.0.1:1", datadir=tmp_path, web_enabled=False)
    transport = committed_reads.committed_reads(app)
    assert transport.Consumer is committed_reads._CommittedConsumer
    assert [str(url) for url in transport.url] == ["kafka://127.0.0.1:1"]


async def test_the_consumer_that_faust_makes_is_set_to_committed_records(monkeypatch: pytest.MonkeyPatch) -> None:
    """Faust makes it so that it reads what a sender may still abort."""
    made = SimpleNamespace(_isolation_level="read_uncommitted")
    monkeypatch.setattr(AIOKafkaConsumerThread, "_create_consumer", lambda *_: made)
    thread = object.__new__(committed_reads._CommittedConsumerThread)
    assert vars(thread._create_consumer(asyncio.get_running_loop())) == {"_isolation_level": "read_committed"}


@pytest.mark.parametrize(
    ("stable", "end", "held"), [(None, None, False), (7, None, False), (7, 7, False), (7, 9, True)]
)
def test_a_partition_is_held_where_its_end_is_not_stable(stable: int | None, end: int | None, *, held: bool) -> None:
    thread = object.__new__(committed_reads._CommittedConsumerThread)
    thread._consumer = cast("AIOKafkaConsumer", FakeConsumer(stable, end))
    assert thread._is_held(PARTITION) is held


@dataclass(eq=False)
class Held:
    """An event that was read."""

    value: bytes | None
    acked: bool = False


@dataclass
class ReadingConsumer(committed_reads._CommittedConsumer):
    """The gate's consumer without a broker: it counts how often Faust reads."""

    held: set[Held]
    read: int = 0
    app: Any = field(default_factory=lambda: SimpleNamespace(consumer_generation_id=1))
    should_stop = False

    def __post_init__(self) -> None:
        self._unacked_messages = cast("set[Message]", self.held)

    async def _wait_next_records(self, _timeout: float) -> tuple[None, None]:
        self.read += 1
        return None, None


async def polled(consumer: ReadingConsumer) -> int:
    """How often Faust reads in one poll."""
    before = consumer.read
    assert [each async for each in consumer.getmany(0.05)] == []
    return consumer.read - before


async def test_nothing_is_read_while_too_many_bytes_are_not_acknowledged_and_then_it_goes_on() -> None:
    """Faust's own bound is 4,096 events: of large shipments that was more than half a gigabyte."""
    large = [Held(b"x" * 900_000) for _ in range(10)]
    consumer = ReadingConsumer(set(large) | {Held(None)})
    assert await polled(consumer) == 0
    for each in large[:6]:
        each.acked = True
    assert await polled(consumer) == 1


async def test_events_that_a_rebalance_dropped_do_not_hold_the_reading() -> None:
    consumer = ReadingConsumer({Held(b"x" * 9_000_000)})
    consumer.held.clear()
    assert await polled(consumer) == 1
