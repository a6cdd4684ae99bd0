"""What the gate lets in fits through all its steps: rows with two requests, intents of large batches."""

import asyncio
from typing import Any

import pytest

from deploy.testbed.topics import fresh_topics
from mappers.model.sync_request import encode_request
from streams.gate.settings import Limits
from tests.builders import make_line
from tests.fakes.accounting import Fault
from tests.integration.dispatch.dispatchers import PARTITIONS, dispatching, outcomes_of, send
from tests.unit.streams.dispatch.harness import Harness
from tests.unit.streams.dispatch.requests import numbered

pytestmark = pytest.mark.kafka


def lines(count: int, characters: int) -> list[dict[str, Any]]:
    text = "Chilled boneless beef, striploin, halal. " * 100
    return [make_line(line_number=number, description=text[:characters]) for number in range(1, count + 1)]


async def test_fifty_large_shipments_go_in_batches_that_kafka_can_store(kafka: Any) -> None:
    """Their bodies together are above what one record of the ledger may have by a broker's default."""
    await fresh_topics(kafka.bootstrap_servers, PARTITIONS)
    harness = Harness()
    async with outcomes_of(kafka.bootstrap_servers) as outcomes, dispatching(harness, kafka.bootstrap_servers, "one"):
        await send(kafka.bootstrap_servers, [numbered(index, lines=lines(6, 3500)) for index in range(50)])
        ended = await outcomes.ended(50)
    assert {each.status for each in ended} == {"PROCESSED"}
    assert len(harness.numbers()) == 50


async def test_a_second_revision_of_a_shipment_as_large_as_may_be_waits_behind_the_first(kafka: Any) -> None:
    """The row holds both requests while the first is being sent."""
    await fresh_topics(kafka.bootstrap_servers, PARTITIONS)
    harness, hold = Harness(), asyncio.Event()
    harness.accounting.fault(Fault("create", hold_reply=hold))
    first, second = (numbered(1, revision=revision, lines=lines(200, 3900)) for revision in (1, 2))
    assert 0.85 * Limits().request < len(encode_request(first)) < Limits().request
    async with outcomes_of(kafka.bootstrap_servers) as outcomes, dispatching(harness, kafka.bootstrap_servers, "one"):
        await send(kafka.bootstrap_servers, [first])
        await harness.until(lambda: bool(harness.accounting.writes))
        await send(kafka.bootstrap_servers, [second])
        await asyncio.sleep(1.0)
        hold.set()
        ended = await outcomes.ended(2)
    assert {each.request_id for each in ended} == {first.request_id, second.request_id}
    assert len(harness.numbers()) == 1
