"""The dispatcher on a real Kafka: transactions, fences, take-overs."""

from collections import Counter
from typing import Any

import pytest

from deploy.testbed.topics import fresh_topics
from tests.integration.dispatch.dispatchers import PARTITIONS, dispatching, outcomes_of, send
from tests.unit.streams.dispatch.harness import Harness
from tests.unit.streams.dispatch.requests import numbered

pytestmark = pytest.mark.kafka


async def test_requests_become_outcomes(kafka: Any) -> None:
    """Five hundred requests: five hundred documents, five hundred outcomes."""
    await fresh_topics(kafka.bootstrap_servers, PARTITIONS)
    harness = Harness()
    async with outcomes_of(kafka.bootstrap_servers) as outcomes, dispatching(harness, kafka.bootstrap_servers, "one"):
        await send(kafka.bootstrap_servers, [numbered(index) for index in range(500)])
        ended = await outcomes.ended(500)
    assert {each.status for each in ended} == {"PROCESSED"}
    assert len(harness.numbers()) == 500


async def test_a_restarted_owner_goes_on_where_the_ledger_ends(kafka: Any) -> None:
    """Killed again and again while requests flow: every request answered once, every document made once."""
    await fresh_topics(kafka.bootstrap_servers, PARTITIONS)
    harness = Harness()
    requests = [numbered(index) for index in range(300)]
    async with outcomes_of(kafka.bootstrap_servers) as outcomes:
        for round_number in range(3):
            async with dispatching(harness, kafka.bootstrap_servers, "one"):
                await send(kafka.bootstrap_servers, requests[round_number * 100 : round_number * 100 + 100])
                await outcomes.ended(round_number * 100 + 20)
        async with dispatching(harness, kafka.bootstrap_servers, "one"):
            ended = await outcomes.ended(300)
    assert Counter(each.request_id for each in ended).most_common(1)[0][1] == 1
    assert len(harness.numbers()) == 300
    assert Counter(harness.numbers()).most_common(1)[0][1] == 1
