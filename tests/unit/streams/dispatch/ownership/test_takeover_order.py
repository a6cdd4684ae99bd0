"""The order of a take-over's steps, which alone keeps requests from being lost or repeated."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.structs import RecordMetadata

from streams.dispatch.ledger.codec import OWNER_KEY
from streams.dispatch.ownership.consumer import Dispatcher
from streams.dispatch.ownership.ledger_topic import LedgerTopic
from streams.dispatch.ownership.partition import Partition
from streams.dispatch.ownership.stores import PartitionStores
from streams.dispatch.ownership.takeover import InputLostError, TakeOver
from streams.dispatch.store import Identity, Trust
from streams.topics import DOCUMENT_LEDGER
from tests.fakes.pauses import FakePauses
from tests.unit.streams.dispatch.harness import Harness

CONNECTION = {"bootstrap_servers": "127.0.0.1:1"}


@dataclass
class Brokers:
    """What they are asked, by doubles of aiokafka's clients."""

    first_request: int = 0
    committed: int | None = 7
    asked: list[str] = field(default_factory=list)
    options: dict[str, dict[str, Any]] = field(default_factory=dict)

    def producer(self, **options: Any) -> Any:
        """In the place of aiokafka's."""
        self.options["producer"] = options
        return SimpleNamespace(
            start=self._answer("fence"),
            stop=self._answer("let go"),
            begin_transaction=self._answer("begin"),
            send=self._send,
            commit_transaction=self._answer("commit"),
        )

    def ledger_consumer(self, **options: Any) -> Any:
        """In the place of aiokafka's."""
        self.options["ledger"] = options
        return SimpleNamespace(
            start=self._answer("reach the ledger"),
            stop=self._answer("leave the ledger"),
            assign=lambda _: None,
            seek=lambda *_: None,
            position=self._answer("read the ledger", 0),
            beginning_offsets=self._offsets("the ledger's first", 0),
            end_offsets=self._offsets("the ledger's end", 0),
        )

    def asking_consumer(self, **options: Any) -> Any:
        """In the place of aiokafka's."""
        self.options["asking"] = options
        return SimpleNamespace(
            start=self._answer("reach the requests"),
            stop=self._answer("leave the requests"),
            beginning_offsets=self._offsets("the first request", self.first_request),
            end_offsets=self._offsets("the last request", 9),
            committed=self._answer("the committed offset", self.committed),
        )

    def _answer(self, what: str, answer: object = None) -> Callable[..., Any]:
        async def answered(*_: object) -> object:
            self.asked.append(what)
            return answer

        return answered

    def _offsets(self, what: str, offset: int) -> Callable[..., Any]:
        async def answered(partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
            self.asked.append(what)
            return dict.fromkeys(partitions, offset)

        return answered

    async def _send(self, topic: str, *, key: bytes, **_: object) -> "asyncio.Future[RecordMetadata]":
        self.asked.append("mark" if (topic, key) == (DOCUMENT_LEDGER, OWNER_KEY) else f"send to {topic}")
        sent: asyncio.Future[RecordMetadata] = asyncio.get_running_loop().create_future()
        sent.set_result(RecordMetadata(topic, 0, TopicPartition(topic, 0), 0, None, 0, None))
        return sent


class Pauses(FakePauses):
    """Those that tell when they were asked."""

    def __init__(self, asked: list[str]) -> None:
        super().__init__()
        self._asked = asked

    async def caught_up(self) -> None:
        self._asked.append("who is paused")


class Topic:
    """The ledger's topic as a store has to fit it."""

    async def trust(self, partition: int) -> Trust:
        return Trust(Identity("cluster", DOCUMENT_LEDGER, partition), now=0, delete_retention=10**9)


async def taken_over(brokers: Brokers, monkeypatch: pytest.MonkeyPatch, folder: Path) -> Partition:
    monkeypatch.setattr("streams.dispatch.ledger.transactions.AIOKafkaProducer", brokers.producer)
    # By its module: the room has a function of that name.
    monkeypatch.setattr(
        import_module("streams.dispatch.ownership.restore"), "AIOKafkaConsumer", brokers.ledger_consumer
    )
    monkeypatch.setattr("streams.dispatch.ownership.takeover.AIOKafkaConsumer", brokers.asking_consumer)
    harness = Harness()
    harness.pauses = Pauses(brokers.asked)
    consumer = cast("AIOKafkaConsumer", SimpleNamespace(partitions_for_topic=lambda _: {0}))
    topic = cast("LedgerTopic", Topic())
    take_over = TakeOver(CONNECTION, consumer, harness.context(), "test", topic, PartitionStores(folder))
    partition, holdings = await take_over.partition(0, lambda: None)
    await holdings.stop()
    return partition


def in_order(asked: list[str], *steps: str) -> bool:
    """Whether each step came for the first time after the first time of the one before."""
    places = [asked.index(step) for step in steps]
    return places == sorted(places)


async def test_the_former_owner_is_fenced_before_anything_is_read_and_nothing_is_written_before_all_is_known(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Read before the fence, the ledger lacks what the former owner still writes; so does the offset."""
    brokers = Brokers()
    partition = await taken_over(brokers, monkeypatch, tmp_path)
    assert partition.next_offset == 7
    assert in_order(
        brokers.asked, "fence", "the ledger's end", "read the ledger", "the committed offset", "who is paused", "mark"
    )
    assert brokers.asked[0] == "fence"
    assert in_order(brokers.asked, "reach the requests", "the committed offset", "leave the requests", "mark")
    assert brokers.asked[-1] == "let go"


async def test_input_that_may_be_lost_ends_the_take_over_and_lets_the_fence_go(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    brokers = Brokers(first_request=8)
    with pytest.raises(InputLostError):
        await taken_over(brokers, monkeypatch, tmp_path)
    assert "mark" not in brokers.asked
    assert brokers.asked[-1] == "let go"


async def test_the_ledger_is_read_without_what_its_former_owner_never_committed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    brokers = Brokers()
    await taken_over(brokers, monkeypatch, tmp_path)
    assert brokers.options["ledger"]["isolation_level"] == "read_committed"
    assert brokers.options["ledger"]["auto_offset_reset"] == "none"
    assert brokers.options["ledger"]["enable_auto_commit"] is False
    assert brokers.options["producer"]["transactional_id"].endswith("-0"), "the partition's, whoever owns it"
    assert brokers.options["producer"]["acks"] == "all"


async def test_offsets_are_committed_with_the_ledger_alone() -> None:
    """A client that commits by itself would step over requests that no ledger has."""
    harness = Harness()
    dispatcher = Dispatcher(
        CONNECTION, harness.context(), "test", lambda _: None, session_timeout=6.0, heartbeat_interval=2.0
    )
    assert dispatcher._consumer._enable_auto_commit is False
    assert dispatcher._consumer._auto_offset_reset == "earliest"
    await dispatcher.stop(0)
