"""A group's leader shares out the topics of its members, and not only those that it happens to know."""

import asyncio
from collections.abc import Awaitable, Mapping
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import aiokafka.consumer.consumer
import pytest
from aiokafka.cluster import ClusterMetadata
from aiokafka.consumer.subscription_state import SubscriptionState
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from aiokafka.protocol.metadata import MetadataResponse_v1

from streams.reading import assign_known_topics
from streams.reading.assigning import KnowingCoordinator

TOPIC = "sync-requests"
ONE_BROKER = [(0, "127.0.0.1", 9092, None)]
NOT_KNOWN: tuple[object, ...] = (3, TOPIC, False, [])
KNOWN = (0, TOPIC, False, [(0, part, 0, [0], [0]) for part in range(2)])


class Client:
    """Asks a cluster that knows the topic from the so manyth question on."""

    def __init__(self, knows_from: int) -> None:
        self.cluster = ClusterMetadata()
        self.asked = 0
        self._knows_from = knows_from

    def set_topics(self, _topics: set[str]) -> Awaitable[None]:
        """aiokafka begins it and does not always wait for its end."""
        return asyncio.ensure_future(self.force_metadata_update())

    async def force_metadata_update(self) -> None:
        self.asked += 1
        told = KNOWN if self.asked >= self._knows_from else NOT_KNOWN
        self.cluster.update_metadata(MetadataResponse_v1(ONE_BROKER, 0, [told]))

    async def _maybe_wait_metadata(self) -> None:
        return None


async def shared_out(client: Client, version: int, session: float) -> Mapping[str, Any]:
    """What the leader gives its only member."""
    coordinator = KnowingCoordinator(
        client,
        SubscriptionState(),
        assignors=(RoundRobinPartitionAssignor,),
        session_timeout_ms=int(session * 1000),
        retry_backoff_ms=1,
    )
    described = RoundRobinPartitionAssignor.metadata({TOPIC}).encode()
    member = ("me", "instance", described) if version == 5 else ("me", described)
    answer = SimpleNamespace(group_protocol="roundrobin", members=[member], API_VERSION=version)
    try:
        shares = await coordinator._perform_assignment(answer)
        return {name: share.assignment for name, share in shares.items()}
    finally:
        coordinator._coordination_task.cancel()
        with suppress(asyncio.CancelledError):
            await coordinator._coordination_task


@pytest.mark.parametrize("version", [2, 5])
async def test_a_topic_of_which_the_answer_was_lost_is_asked_for_until_it_is_known(version: int) -> None:
    client = Client(knows_from=4)
    assert await shared_out(client, version, session=60) == {"me": [(TOPIC, [0, 1])]}
    assert client.asked >= 4


async def test_a_leader_that_hears_nothing_gives_up_with_its_session() -> None:
    """The brokers have given the group another leader by then, and refuse what this one brings."""
    client = Client(knows_from=10**9)
    assert await shared_out(client, 5, session=0.05) == {"me": []}
    assert client.asked > 2


def test_every_consumer_of_the_process_leads_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(vars(aiokafka.consumer.consumer), "GroupCoordinator", None)
    assign_known_topics()
    assert vars(aiokafka.consumer.consumer)["GroupCoordinator"] is KnowingCoordinator
