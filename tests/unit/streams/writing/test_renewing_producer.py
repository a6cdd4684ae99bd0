"""Whatever a broker refuses, or a producer dies of, the next record is sent."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from typing import Any, cast

import pytest
import structlog
from aiokafka.errors import (
    KafkaConnectionError,
    KafkaError,
    KafkaTimeoutError,
    MessageSizeTooLargeError,
    OutOfOrderSequenceNumber,
    TopicAuthorizationFailedError,
)

from streams.writing import RenewingProducer

Answer = asyncio.Future[int]
Sent = tuple[str, int, bytes, Answer]
"""Topic, number, value, answer."""


class Broker:
    """Has a partition of each topic, takes the next number of each producer there, and refuses some values."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.refuses: dict[bytes, KafkaError] = {}
        self.next: dict[tuple[int, str], int] = {}

    def append(self, producer: int, sent: Sent) -> None:
        """What it refuses leaves a gap behind."""
        topic, number, value, answer = sent
        if number != self.next.get((producer, topic), number):
            refusal: KafkaError | None = OutOfOrderSequenceNumber()
        else:
            refusal = self.refuses.get(value)
        if answer.done():
            return
        if refusal is not None:
            answer.set_exception(refusal)
            return
        self.next[producer, topic] = number + 1
        self.taken.append(value)
        answer.set_result(len(self.taken) - 1)


class Producer:
    """As aiokafka's: each record takes a number, and none is given back. `stop` waits for what is under way."""

    def __init__(self, broker: Broker, number: int) -> None:
        self.broker = broker
        self.number = number
        self.sent: Counter[str] = Counter()
        self.fails_to_start: BaseException | None = None
        self.refuses: KafkaError | None = None
        self.is_slow = False
        self.under_way: list[Sent] = []
        self.stopped = 0

    async def start(self) -> None:
        await asyncio.sleep(0)
        if self.fails_to_start is not None:
            raise self.fails_to_start

    async def stop(self) -> None:
        self.stopped += 1
        await asyncio.gather(*(each for *_, each in self.under_way), return_exceptions=True)

    async def send(self, topic: str, value: bytes, **_: Any) -> Answer:
        if self.refuses is not None:
            raise self.refuses
        answer: Answer = asyncio.get_running_loop().create_future()
        self.under_way.append((topic, self.sent[topic], value, answer))
        self.sent[topic] += 1
        if not self.is_slow:
            asyncio.get_running_loop().call_soon(self.deliver)
        return answer

    def deliver(self) -> None:
        """What is under way arrives."""
        for each in self.under_way:
            self.broker.append(self.number, each)
        self.under_way.clear()


class Made:
    """Every producer that was made."""

    def __init__(self) -> None:
        self.broker = Broker()
        self.producers: list[Producer] = []
        self.on_made: Callable[[Producer], None] = lambda _: None

    def make(self) -> Any:
        self.producers.append(Producer(self.broker, len(self.producers)))
        self.on_made(self.producers[-1])
        return cast("Any", self.producers[-1])


@pytest.fixture
def made() -> Made:
    return Made()


@pytest.fixture
async def producer(made: Made) -> AsyncIterator[RenewingProducer]:
    producer = RenewingProducer(made.make, stop_seconds=0.05)
    yield producer
    await producer.stop()


@pytest.mark.parametrize("refusal", [MessageSizeTooLargeError(), TopicAuthorizationFailedError()])
async def test_what_follows_a_refused_record_is_taken(
    made: Made, producer: RenewingProducer, refusal: KafkaError
) -> None:
    await producer.start()
    made.broker.refuses[b"x"] = refusal
    with structlog.testing.capture_logs() as logs:
        for _ in range(2):
            await producer.send_and_wait("t", b"a")
            with pytest.raises(type(refusal)):
                await producer.send_and_wait("t", b"x")
    assert await producer.send_and_wait("t", b"b") == 2
    assert made.broker.taken == [b"a", b"a", b"b"]
    assert [each["error"] for each in logs] == [repr(refusal)] * 2
    assert [each.stopped for each in made.producers] == [1, 1, 0]


async def test_a_record_that_the_client_itself_refuses_has_no_number_and_ends_no_producer(
    made: Made, producer: RenewingProducer
) -> None:
    await producer.start()
    made.producers[0].refuses = MessageSizeTooLargeError()
    with pytest.raises(MessageSizeTooLargeError):
        await producer.send_and_wait("t", b"a")
    made.producers[0].refuses = None
    await producer.send_and_wait("t", b"a")
    assert len(made.producers) == 1


async def test_a_producer_whose_sender_died_is_replaced(made: Made, producer: RenewingProducer) -> None:
    await producer.start()
    made.producers[0].refuses = KafkaError("Unexpected error during batch delivery")
    with pytest.raises(KafkaError, match="Unexpected"):
        await producer.send("t", b"a")
    await producer.send_and_wait("t", b"a")
    assert made.broker.taken == [b"a"]


async def test_whoever_did_not_wait_for_the_refusal_leaves_no_gap_to_the_next(
    made: Made, producer: RenewingProducer
) -> None:
    await producer.send_and_wait("t", b"a")
    made.broker.refuses[b"x"] = MessageSizeTooLargeError()
    made.producers[0].is_slow = True
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await producer.send_and_wait("t", b"x")
    made.producers[0].deliver()
    await asyncio.sleep(0)
    await producer.send_and_wait("t", b"b")
    assert made.broker.taken == [b"a", b"b"]


async def test_what_is_under_way_is_left_to_the_former_producer(made: Made, producer: RenewingProducer) -> None:
    await producer.start()
    made.broker.refuses[b"x"] = MessageSizeTooLargeError()
    former = made.producers[0]
    former.is_slow = True
    slow = await producer.send("another", b"slow")
    waiting, former.under_way = former.under_way, []
    former.is_slow = False
    with pytest.raises(MessageSizeTooLargeError):
        await producer.send_and_wait("t", b"x")
    await producer.send_and_wait("t", b"b")
    former.under_way = waiting
    former.deliver()
    assert await slow == 1
    assert made.broker.taken == [b"b", b"slow"]


async def test_late_failures_of_a_former_producer_end_no_other(made: Made, producer: RenewingProducer) -> None:
    await producer.start()
    made.broker.refuses[b"x"] = MessageSizeTooLargeError()
    made.producers[0].is_slow = True
    several = [await producer.send("t", value) for value in (b"a", b"x", b"b", b"c")]
    made.producers[0].deliver()
    ends = await asyncio.gather(*several, return_exceptions=True)
    assert [type(each) for each in ends] == [
        int,
        MessageSizeTooLargeError,
        OutOfOrderSequenceNumber,
        OutOfOrderSequenceNumber,
    ]
    await producer.send_and_wait("t", b"b")
    assert len(made.producers) == 2


async def test_one_that_does_not_start_is_closed_and_the_next_record_tries_again(
    made: Made, producer: RenewingProducer
) -> None:
    failures: list[BaseException | None] = [KafkaConnectionError("no broker"), asyncio.CancelledError(), None]

    def fails(made: Producer) -> None:
        made.fails_to_start = failures.pop(0)

    made.on_made = fails
    with pytest.raises(KafkaConnectionError):
        await producer.send_and_wait("t", b"a")
    with pytest.raises(asyncio.CancelledError):
        await producer.send_and_wait("t", b"a")
    await producer.send_and_wait("t", b"a")
    assert [each.stopped for each in made.producers] == [1, 1, 0]


async def test_several_at_once_are_sent_by_one_producer(made: Made, producer: RenewingProducer) -> None:
    await asyncio.gather(*(producer.send_and_wait("t", b"a") for _ in range(5)))
    assert len(made.producers) == 1


async def test_a_stop_waits_for_what_is_under_way_and_not_for_ever(made: Made, producer: RenewingProducer) -> None:
    await producer.start()
    made.producers[0].is_slow = True
    sent = await producer.send("t", b"a")
    asyncio.get_running_loop().call_later(0.01, made.producers[0].deliver)
    await producer.stop()
    assert sent.done()
    await producer.start()
    made.producers[1].is_slow = True
    sent = await producer.send("t", b"b")
    await producer.stop()
    assert not sent.done()
    made.producers[1].deliver()


async def test_the_end_of_a_producer_may_fail(made: Made, producer: RenewingProducer) -> None:
    await producer.start()
    made.producers[0].under_way = cast("Any", [None])
    await producer.stop()
    await producer.send_and_wait("t", b"a")
    assert made.broker.taken == [b"a"]


async def test_a_timeout_of_the_client_is_told_and_the_next_record_is_sent(
    made: Made, producer: RenewingProducer
) -> None:
    await producer.start()
    made.broker.refuses[b"x"] = KafkaTimeoutError()
    with pytest.raises(KafkaTimeoutError):
        await producer.send_and_wait("t", b"x")
    await producer.send_and_wait("t", b"a")
    assert made.broker.taken == [b"a"]
