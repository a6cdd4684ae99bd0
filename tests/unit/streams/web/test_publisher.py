"""What the producer answers, in the words of the ports."""

import asyncio
from typing import Any, cast

import pytest
from aiokafka.errors import (
    KafkaError,
    KafkaTimeoutError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
    TopicAuthorizationFailedError,
)

from mappers.model import LARGEST_REQUEST, encode_request
from streams.web.ports import FedEvent, PublishError, RecordTooLargeError
from streams.web.publisher import KafkaRequestPublisher, KafkaStatusChangePublisher
from streams.writing import RenewingProducer
from tests.builders import make_request, make_shipment


class Producer:
    """A producer that answers each key as it is told: with an error at once, with one later, or never."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, bytes, bytes]] = []
        self.refuses: dict[bytes, KafkaError] = {}
        self.fails: dict[bytes, KafkaError] = {}
        self.never: set[bytes] = set()
        self.blocks: set[bytes] = set()

    async def send(self, topic: str, value: bytes, *, key: bytes, headers: list[Any]) -> "asyncio.Future[None]":
        del headers
        if key in self.blocks:
            await asyncio.Event().wait()
        if key in self.refuses:
            raise self.refuses[key]
        self.sent.append((topic, key, value))
        answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if key in self.fails:
            answer.set_exception(self.fails[key])
        elif key not in self.never:
            answer.set_result(None)
        return answer

    async def send_and_wait(self, topic: str, value: bytes, *, key: bytes) -> None:
        await (await self.send(topic, value, key=key, headers=[]))


@pytest.fixture
def producer() -> Producer:
    return Producer()


async def published(producer: Producer, *keys: bytes, seconds: float = 30.0) -> list[PublishError | None]:
    events = [FedEvent(each, b"value of " + each) for each in keys]
    return await KafkaStatusChangePublisher(cast("RenewingProducer", producer), "t", seconds=seconds).publish(events)


async def test_every_event_goes_in_its_order_and_is_there(producer: Producer) -> None:
    assert await published(producer, b"a", b"b", b"a") == [None, None, None]
    assert producer.sent == [("t", each, b"value of " + each) for each in (b"a", b"b", b"a")]
    assert await published(producer) == []


@pytest.mark.parametrize("error", [MessageSizeTooLargeError(), RecordListTooLargeError()])
async def test_what_is_too_large_is_not_called_away(producer: Producer, error: KafkaError) -> None:
    producer.fails[b"b"] = error
    producer.refuses[b"c"] = error
    before, failed, refused, after = await published(producer, b"a", b"b", b"c", b"d")
    assert (before, after) == (None, None)
    assert isinstance(failed, RecordTooLargeError)
    assert isinstance(refused, RecordTooLargeError)


async def test_a_right_that_is_missing_is_named(producer: Producer) -> None:
    producer.fails[b"a"] = TopicAuthorizationFailedError()
    (failed,) = await published(producer, b"a")
    assert "give it the right" in str(failed)


async def test_every_other_failure_may_have_arrived(producer: Producer) -> None:
    producer.fails[b"b"] = KafkaTimeoutError()
    there, failed = await published(producer, b"a", b"b")
    assert there is None
    assert not isinstance(failed, RecordTooLargeError)
    assert "may arrive yet" in str(failed)


async def test_of_what_takes_too_long_it_is_said_which_events_are_there(producer: Producer) -> None:
    """Whether the answer does not come, or the producer takes no more."""
    producer.never.add(b"b")
    first, second, third = await published(producer, b"a", b"b", b"c", seconds=0.01)
    assert (first, third) == (None, None)
    assert "may arrive yet" in str(second)
    producer.blocks.add(b"d")
    first, second, third = await published(producer, b"a", b"d", b"e", seconds=0.01)
    assert first is None
    assert [str(each) for each in (second, third)] == ["Kafka did not take the event in time; it may arrive yet."] * 2


async def test_a_request_above_the_one_limit_never_gets_to_kafka(producer: Producer) -> None:
    publisher = KafkaRequestPublisher(cast("RenewingProducer", producer), "t")
    small = make_request(shipment=make_shipment(notes=""))
    room = LARGEST_REQUEST - len(encode_request(small))
    await publisher.publish(make_request(shipment=make_shipment(notes="x" * room)))
    with pytest.raises(RecordTooLargeError, match=f"{LARGEST_REQUEST + 1} bytes, more than {LARGEST_REQUEST}"):
        await publisher.publish(make_request(shipment=make_shipment(notes="x" * (room + 1))))
    assert len(producer.sent) == 1


async def test_a_request_that_its_topic_does_not_take_is_too_large_too(producer: Producer) -> None:
    publisher = KafkaRequestPublisher(cast("RenewingProducer", producer), "t")
    request = make_request()
    producer.fails[request.organisation.encode()] = MessageSizeTooLargeError()
    with pytest.raises(RecordTooLargeError):
        await publisher.publish(request)
