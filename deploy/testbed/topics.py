"""Fresh topics for each run. The contract fixes their names, so runs are kept apart by making the topics anew."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from deploy.testbed.groups import delete_groups
from streams.topics import TOPICS, TopicSpec

_POLL_SECONDS = 0.05
_MOST_REPLICAS = 3
_SECONDS = 60.0


async def fresh_topics(bootstrap_servers: str, partitions: int = 4, seconds: float = _SECONDS) -> None:
    """Leave the broker with nothing but the contract's topics, empty, each with `partitions` and a leader for each.

    Consumer groups go too, members that a killed worker left behind included: what is committed for a topic of the
    same name would make the next run start in the middle.
    """
    async with _admin(bootstrap_servers) as admin, asyncio.timeout(seconds):
        await _until(lambda: delete_groups(admin))
        await _until(lambda: _delete_topics(admin))
        await _until(lambda: _create_topics(admin, TOPICS, partitions))


async def make_topics(bootstrap_servers: str, specs: Sequence[TopicSpec], partitions: int = 4) -> None:
    """Make those that are missing, beside whatever else there is, and wait until each partition has a leader."""
    async with _admin(bootstrap_servers) as admin, asyncio.timeout(_SECONDS):
        await _until(lambda: _create_topics(admin, specs, partitions))


@asynccontextmanager
async def _admin(bootstrap_servers: str) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    try:
        await admin.start()
        yield admin
    finally:
        await admin.close()


async def _until(step: Callable[[], Awaitable[bool]]) -> None:
    """Repeat `step` until it says that nothing is left to do; the caller bounds the time."""
    done = False
    while not done:
        done = await step()
        await asyncio.sleep(0 if done else _POLL_SECONDS)


async def _delete_topics(admin: AIOKafkaAdminClient) -> bool:
    present = [name for name in await admin.list_topics() if not name.startswith("__")]
    if present:
        await admin.delete_topics(present)
    return not present


async def _create_topics(admin: AIOKafkaAdminClient, specs: Sequence[TopicSpec], partitions: int) -> bool:
    present = set(await admin.list_topics())
    replicas = min(_MOST_REPLICAS, len((await admin.describe_cluster())["brokers"]))
    missing = [
        NewTopic(spec.name, partitions, replicas, topic_configs=spec.settings_for(replicas))
        for spec in specs
        if spec.name not in present
    ]
    if missing:
        await admin.create_topics(missing)
        return False
    described = await admin.describe_topics([spec.name for spec in specs])
    return all(
        len(topic["partitions"]) == partitions and all(part["leader"] >= 0 for part in topic["partitions"])
        for topic in described
    )


async def topic_settings(bootstrap_servers: str, name: str) -> dict[str, str]:
    """All settings of the topic, those of the broker included."""
    async with _admin(bootstrap_servers) as admin:
        return await _settings(admin, name)


async def set_topic(bootstrap_servers: str, name: str, settings: Mapping[str, str], seconds: float = 20.0) -> None:
    """Replace what is set on the topic; what was set before is gone. Returns when the broker has heard of it."""
    async with _admin(bootstrap_servers) as admin, asyncio.timeout(seconds):
        await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, dict(settings))])

        async def is_set() -> bool:
            return settings.items() <= (await _settings(admin, name)).items()

        await _until(is_set)


async def _settings(admin: AIOKafkaAdminClient, name: str) -> dict[str, str]:
    (reply,) = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name)])
    return {entry[0]: entry[1] for entry in reply.resources[0][4]}
