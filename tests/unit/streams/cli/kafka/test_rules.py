"""The pure rules of the commands: how many partitions, which keys, which headers."""

from datetime import UTC, datetime, timedelta

import pytest
from aiokafka import AIOKafkaProducer, ConsumerRecord

from config.kafka import KafkaSettings
from streams.cli.errors import CommandFailedError
from streams.cli.kafka.brokers import producer_arguments
from streams.cli.kafka.records import Record, age, record_from
from streams.cli.kafka.redrive import as_it_was
from streams.cli.kafka.replay.choice import is_of, is_within
from streams.cli.kafka.topics import agreed_partitions
from streams.topics import (
    TOPICS,
)
from tests.builders import OMIT, encode, make_event

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def test_new_topics_get_twelve_partitions_or_what_is_asked() -> None:
    assert agreed_partitions({}, None) == 12
    assert agreed_partitions({}, 4) == 4


def test_missing_topics_get_what_the_others_have() -> None:
    assert agreed_partitions({"a": 6, "b": 6}, None) == 6
    assert agreed_partitions({"a": 6}, 6) == 6


@pytest.mark.parametrize(("there", "wanted"), [({"a": 6}, 12), ({"a": 6, "b": 12}, None)])
def test_differing_numbers_are_refused_by_name(there: dict[str, int], wanted: int | None) -> None:
    with pytest.raises(CommandFailedError, match="a has 6"):
        agreed_partitions(there, wanted)


def record_of(value: bytes | None, key: bytes | None = None, recorded_at: datetime | None = NOW) -> Record:
    return Record("topic", 0, 4, recorded_at, key, value, ())


def test_the_value_chooses_company_and_shipment_exactly_and_the_key_does_not() -> None:
    event = encode(make_event(company_id="beef", shipment_id="S/1"))
    assert is_of(record_of(event, key=None), "beef", "S/1")
    assert is_of(record_of(b"\x00\x00\x00\x00\x01" + event, key=b"lamb/S"), "beef", None)
    assert not is_of(record_of(event, key=b"beef-2/S"), "beef-2", None)
    assert not is_of(record_of(event), "beef", "S")


def test_an_event_of_nobody_is_chosen_only_where_all_are() -> None:
    for value in (b"not json", None, encode(make_event(shipment_id=OMIT))):
        assert is_of(record_of(value, key=b"beef/S"), None, None)
        assert not is_of(record_of(value, key=b"beef/S"), "beef", None)


def test_a_record_without_a_usable_time_is_chosen_only_where_no_time_is_asked_for() -> None:
    assert is_within(NOW, NOW, NOW + timedelta(seconds=1))
    assert not is_within(NOW, None, NOW)
    assert is_within(None, None, None)
    assert not is_within(None, NOW, None)


@pytest.mark.parametrize("timestamp", [-1, 2**63 - 1, -(2**63)])
def test_a_wild_timestamp_stops_no_reader(timestamp: int) -> None:
    record = ConsumerRecord("topic", 0, 4, timestamp, 0, b"k", b"v", None, 1, 1, ())
    assert record_from(record).recorded_at is None
    assert age(record_from(record)) < age(record_of(b""))


def test_a_redriven_record_is_its_former_self() -> None:
    headers = (("dlq.topic", b"in"), ("dlq.recorded_at", b"2026-11-18T01:02:03.004Z"), ("ce_id", None))
    topic, record = as_it_was(Record("dead", 0, 4, NOW, b"k", b"v", headers))
    first = datetime(2026, 11, 18, 1, 2, 3, 4000, UTC)
    assert (topic, record) == ("in", Record("dead", 0, 4, first, b"k", b"v", (("ce_id", None),)))
    assert Record("dead", 0, 4, NOW, b"k", b"v", headers).header("absent") == ""


async def test_the_producer_takes_the_largest_record_that_a_topic_takes() -> None:
    """A default of the client would refuse a redriven event that the topic took."""
    producer = AIOKafkaProducer(**producer_arguments(KafkaSettings(bootstrap_servers="127.0.0.1:1")))
    producer._closed = True  # It was never started.
    largest = max(int(each.settings.get("max.message.bytes", 0)) for each in TOPICS)
    for size in (1024 * 1024, largest - 1000):
        assert producer._serialize(b"key", bytes(size), [("traceparent", b"00-1")])
