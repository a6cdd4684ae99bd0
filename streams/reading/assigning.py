"""Has a group's leader know the topics before it shares out their partitions, for every consumer of the process.

aiokafka 0.14 shares out the topics that it knows at that moment. Where the answer about one was lost, or came with an
error, the whole group is assigned none of it until the leader hears more, minutes later. A leader that begins anew in
between is told that it leads no more (up to version 8 of JoinGroup a static member is, KIP-814), so that nobody
looks for what is missing: the group stands still for ever, through restarts too.
"""

import asyncio
from typing import Any

import aiokafka.consumer.consumer
import structlog
from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.coordinator.protocol import ConsumerProtocol

log = structlog.get_logger(__name__)


def assign_known_topics() -> None:
    """Let every consumer that is made in this process be so, Faust's too: none of them takes a coordinator from us."""
    vars(aiokafka.consumer.consumer)["GroupCoordinator"] = KnowingCoordinator


class KnowingCoordinator(GroupCoordinator):  # type: ignore[misc]  # aiokafka publishes no types.
    """Asks for the members' topics until it knows them all, for as long as a session lasts.

    After that the brokers have given the group another leader, and take no assignment from this one.
    """

    async def _perform_assignment(self, response: Any) -> Any:
        topics = {topic for member in response.members for topic in _subscribed(member)}
        try:
            async with asyncio.timeout(self._session_timeout_ms / 1000):
                await self._know(topics)
        except TimeoutError:
            log.warning("topics_not_known", group=self.group_id, topics=sorted(topics))
        return await super()._perform_assignment(response)

    async def _know(self, topics: set[str]) -> None:
        await self._client.set_topics(topics)
        while not all(map(self._cluster.partitions_for_topic, topics)):
            await asyncio.sleep(self._retry_backoff_ms / 1000)
            await self._client.force_metadata_update()


def _subscribed(member: Any) -> list[str]:
    """The last of a member is what it said of itself, after its id and, since version 5, its instance's."""
    topics: list[str] = ConsumerProtocol.METADATA.decode(member[-1]).subscription
    return topics
