"""What a broker must do, asked through aiokafka: the same of Kafka and of the one in memory."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRebalanceListener, TopicPartition
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import ProducerFenced
from aiokafka.protocol.produce import ProduceRequest
from aiokafka.protocol.transaction import InitProducerIdRequest
from aiokafka.record.default_records import DefaultRecordBatchBuilder

Case = Callable[[str, str], Awaitable[None]]
SHORT_MS, LONG_MS, HEARTBEAT_MS = 3000, 60_000, 300
"""Sessions: one that is waited out, and one that no slow machine ends."""
SECONDS = 120
PARTITIONS = 2


@asynccontextmanager
async def producing(bootstrap: str, name: str | None = None) -> AsyncIterator[AIOKafkaProducer]:
    """A producer, transactional where it has a name."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, transactional_id=name)
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


@asynccontextmanager
async def reading(bootstrap: str, topic: str, level: str) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer of the topic's first partition, from its beginning."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, isolation_level=level, enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign([TopicPartition(topic, 0)])
        consumer.seek(TopicPartition(topic, 0), 0)
        yield consumer
    finally:
        await consumer.stop()


async def values(bootstrap: str, topic: str, level: str) -> list[bytes]:
    """All that such a reader is given up to the end that it is told."""
    place = TopicPartition(topic, 0)
    async with reading(bootstrap, topic, level) as consumer:
        end = (await consumer.end_offsets([place]))[place]
        found: list[bytes] = []
        while await consumer.position(place) < end:
            polled = await consumer.getmany(place, timeout_ms=200)
            found += [record.value for record in polled.get(place, ())]
        return found


async def end_of(bootstrap: str, topic: str, level: str) -> int:
    """The end that such a reader is told."""
    place = TopicPartition(topic, 0)
    async with reading(bootstrap, topic, level) as consumer:
        return int((await consumer.end_offsets([place]))[place])


async def settled(bootstrap: str, topic: str, end: int) -> None:
    """Markers are written after the decision: wait for the end that they lead to."""
    async with asyncio.timeout(SECONDS):
        while await end_of(bootstrap, topic, "read_committed") != end:  # noqa: ASYNC110  # A broker tells nobody.
            await asyncio.sleep(0.05)


async def put(producer: AIOKafkaProducer, topic: str, value: bytes) -> None:
    """Send and wait until it is there."""
    await producer.send_and_wait(topic, value, partition=0)


async def aborted_records_are_left_out(bootstrap: str, topic: str) -> None:
    """Of three transactions the second is aborted; each marker takes an offset."""
    async with producing(bootstrap, f"{topic}-writer") as producer:
        for value, keep in ((b"a", True), (b"b", False), (b"c", True)):
            await producer.begin_transaction()
            await put(producer, topic, value)
            await (producer.commit_transaction() if keep else producer.abort_transaction())
    await settled(bootstrap, topic, 6)
    assert await values(bootstrap, topic, "read_committed") == [b"a", b"c"]
    assert await values(bootstrap, topic, "read_uncommitted") == [b"a", b"b", b"c"]


async def an_open_transaction_holds_back_what_comes_after_it(bootstrap: str, topic: str) -> None:
    """Also what others have written, until it is decided."""
    async with producing(bootstrap, f"{topic}-writer") as slow, producing(bootstrap) as other:
        await slow.begin_transaction()
        await put(slow, topic, b"open")
        await put(other, topic, b"after")
        assert await end_of(bootstrap, topic, "read_committed") == 0
        assert await end_of(bootstrap, topic, "read_uncommitted") == 2
        assert await values(bootstrap, topic, "read_committed") == []
        await slow.commit_transaction()
    await settled(bootstrap, topic, 3)
    assert await values(bootstrap, topic, "read_committed") == [b"open", b"after"]


async def a_successor_fences_and_aborts(bootstrap: str, topic: str) -> None:
    """The former producer can neither write nor commit, and what it left open is as if it had never been."""
    async with producing(bootstrap, f"{topic}-owner") as former:
        await former.begin_transaction()
        await put(former, topic, b"former")
        async with producing(bootstrap, f"{topic}-owner") as newer:
            await settled(bootstrap, topic, 2)
            await newer.begin_transaction()
            await put(newer, topic, b"newer")
            await newer.commit_transaction()
            await _is_fenced(former.commit_transaction())
    await settled(bootstrap, topic, 4)
    assert await values(bootstrap, topic, "read_committed") == [b"newer"]


async def _is_fenced(commit: Awaitable[None]) -> None:
    try:
        await commit
    except ProducerFenced:
        return
    raise AssertionError("a fenced producer has committed")


async def offsets_count_when_their_transaction_does(bootstrap: str, topic: str) -> None:
    """Neither before it is committed nor after it was aborted."""
    place, group = TopicPartition(topic, 0), f"{topic}-group"

    async def committed() -> int | None:
        consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=group, enable_auto_commit=False)
        await consumer.start()
        try:
            consumer.assign([place])
            found: int | None = await consumer.committed(place)
            return found
        finally:
            await consumer.stop()

    async with producing(bootstrap, f"{topic}-owner") as producer:
        await producer.begin_transaction()
        await producer.send_offsets_to_transaction({place: 7}, group)
        await producer.abort_transaction()
        await producer.begin_transaction()
        await producer.send_offsets_to_transaction({place: 9}, group)
        assert await committed() is None
        await producer.commit_transaction()
    async with asyncio.timeout(SECONDS):
        while await committed() != 9:  # noqa: ASYNC110  # A broker tells nobody.
            await asyncio.sleep(0.05)


async def a_repeated_batch_is_known(bootstrap: str, topic: str) -> None:
    """The same numbers again are the same records; a gap in them is refused; so is an older epoch."""
    client = AIOKafkaClient(bootstrap_servers=bootstrap)
    await client.bootstrap()
    try:
        await client._wait_on_metadata(topic)
        node = client.cluster.leader_for_partition(TopicPartition(topic, 0))
        made = await client.send(node, InitProducerIdRequest(None, 1000))

        async def produce(sequence: int) -> tuple[int, int]:
            batch = DefaultRecordBatchBuilder(2, 0, 0, made.producer_id, made.producer_epoch, sequence, 1000)
            batch.append(0, 1_700_000_000_000, None, b"value", [])
            answer = await client.send(node, ProduceRequest(None, -1, 10_000, [(topic, [(0, bytes(batch.build()))])]))
            _, code, offset, *_ = answer.topics[0][1][0]
            return code, offset

        assert await produce(0) == (0, 0)
        assert await produce(1) == (0, 1)
        assert await produce(0) == (0, 0)
        assert (await produce(5))[0] == 45
        assert await produce(2) == (0, 2)
    finally:
        await client.close()


class Rebalances(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka publishes no type for it.
    """Counts the assignments of a consumer."""

    def __init__(self) -> None:
        self.assigned: list[set[int]] = []

    def on_partitions_revoked(self, revoked: Any) -> None:
        """As aiokafka's."""

    def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        """As aiokafka's."""
        self.assigned.append({each.partition for each in assigned})


async def _member(bootstrap: str, topic: str, instance: str, session_ms: int) -> tuple[AIOKafkaConsumer, Rebalances]:
    rebalances = Rebalances()
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        group_id=f"{topic}-group",
        group_instance_id=instance,
        session_timeout_ms=session_ms,
        heartbeat_interval_ms=HEARTBEAT_MS,
        enable_auto_commit=False,
    )
    await consumer.start()
    consumer.subscribe([topic], listener=rebalances)
    return consumer, rebalances


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(SECONDS):
        while not condition():  # noqa: ASYNC110  # The group tells nobody.
            await asyncio.sleep(0.05)


async def a_static_member_takes_its_place_back(bootstrap: str, topic: str) -> None:
    """One that begins anew within its session has its partitions at once, and the others notice nothing."""
    one, of_one = await _member(bootstrap, topic, "one", LONG_MS)
    two, of_two = await _member(bootstrap, topic, "two", LONG_MS)
    await _until(lambda: [len(each.assigned[-1]) for each in (of_one, of_two) if each.assigned] == [1, 1])
    seen, had = len(of_one.assigned), of_two.assigned[-1]
    await two.stop()
    again, of_again = await _member(bootstrap, topic, "two", LONG_MS)
    await _until(lambda: bool(of_again.assigned))
    assert of_again.assigned == [had]
    assert len(of_one.assigned) == seen
    await asyncio.gather(one.stop(), again.stop())


async def a_member_that_stays_away_is_replaced(bootstrap: str, topic: str) -> None:
    """After its session others have its partitions."""
    one, of_one = await _member(bootstrap, topic, "one", SHORT_MS)
    two, of_two = await _member(bootstrap, topic, "two", SHORT_MS)
    await _until(lambda: [len(each.assigned[-1]) for each in (of_one, of_two) if each.assigned] == [1, 1])
    await two.stop()
    await _until(lambda: of_one.assigned[-1] == {0, 1})
    await one.stop()


CASES: tuple[Case, ...] = (
    aborted_records_are_left_out,
    an_open_transaction_holds_back_what_comes_after_it,
    a_successor_fences_and_aborts,
    offsets_count_when_their_transaction_does,
    a_repeated_batch_is_known,
    a_static_member_takes_its_place_back,
    a_member_that_stays_away_is_replaced,
)
