"""What is asked of the brokers about the topics, by name, so that nothing is made by asking."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from streams.topics.requirements import PartitionState, TopicState

if TYPE_CHECKING:
    from aiokafka import TopicPartition

_NOT_ALLOWED = 29  # Kafka protocol, error TOPIC_AUTHORIZATION_FAILED.
_OPERATIONS_UNKNOWN = -(2**31)
_TRIES = 10
_PAUSE = 0.1


class TopicsMissingError(Exception):
    """Topics are missing, or are not as they must be; the message says what to run."""


class TopicsHiddenError(TopicsMissingError):
    """Topics that the brokers do not show to this user."""

    def __init__(self, topics: Sequence[str]) -> None:
        super().__init__(
            f"The brokers do not show this user the topics {', '.join(topics)}; give it the rights of the table in "
            "docs/deploying.md, and see: shipledger doctor"
        )
        self.topics = tuple(topics)


class SettingsHiddenError(Exception):
    """The brokers do not show the settings of a topic; the message has Kafka's reason."""


class Admin(Protocol):
    """What is needed of aiokafka's admin client."""

    async def _send_request(self, request: Any) -> Any:
        """Send a request of the protocol to a broker, any by default. aiokafka has no public way."""
        ...


@dataclass(frozen=True, slots=True)
class Cluster:
    """The brokers that run, by their id, and those of the topics that were asked for and exist."""

    brokers: Mapping[int, str]
    topics: Mapping[str, TopicState]
    missing: tuple[str, ...]
    hidden: tuple[str, ...]

    @property
    def absent(self) -> frozenset[int]:
        """Brokers that have copies of the topics and do not run."""
        named = {broker for topic in self.topics.values() for part in topic.partitions for broker in part.copies}
        return frozenset(named - self.brokers.keys())

    @property
    def size(self) -> int:
        """Of the cluster, as far as it shows."""
        return len(self.brokers) + len(self.absent)


def make_no_topics() -> None:
    """Let no client of this process make a topic, Faust's included, however it asks.

    A broker with Kafka's own settings makes each topic that it is asked about, with its defaults, unless it is told
    not to, which aiokafka 0.14 never does. One that somebody deletes while we run would be there again, empty, and the
    ledger's with a week to live.
    """
    import aiokafka.admin.client  # noqa: PLC0415 - commands that never ask Kafka stay quick.
    from aiokafka.protocol.metadata import MetadataRequest  # noqa: PLC0415 - as above.

    for module in (aiokafka.client, aiokafka.admin.client):
        vars(module)["MetadataRequest"] = partial(MetadataRequest, allow_auto_topic_creation=False)


async def ask(admin: Admin, request: Any) -> Any:
    """The answer of some broker, as a dict. Raises aiokafka's errors."""
    answer = await _of_any(lambda: admin._send_request(request))  # noqa: SLF001  # aiokafka has no public way.
    return answer.to_object()


async def _of_any(question: Callable[[], Awaitable[Any]]) -> Any:
    """The answer of any broker that runs: aiokafka asks one at random, also one that it was told of and that is gone.

    Each failure has it ask anew which brokers there are.
    """
    from aiokafka.errors import NodeNotReadyError  # noqa: PLC0415 - commands that never ask Kafka stay quick.

    for _ in range(_TRIES - 1):
        try:
            return await question()
        except NodeNotReadyError:
            await asyncio.sleep(_PAUSE)
    return await question()


async def cluster_of(admin: Admin, topics: Sequence[str]) -> Cluster:
    """The cluster with the topics of these names. It may be a moment old: what was just made may be missing."""
    # Imported here: commands that never ask Kafka stay quick.
    from streams.topics.wire import DescribeTopics  # noqa: PLC0415

    answer = await ask(admin, DescribeTopics(list(topics)))
    found = {each["topic"]: _state(each) for each in answer["topics"] if each["partitions"]}
    refused = {each["topic"] for each in answer["topics"] if each["error_code"] == _NOT_ALLOWED}
    return Cluster(
        {each["node_id"]: f"{each['host']}:{each['port']}" for each in answer["brokers"]},
        found,
        # Whatever else the reason is: a topic without partitions is not there to work with.
        tuple(name for name in topics if name not in found and name not in refused),
        tuple(name for name in topics if name in refused),
    )


def _state(topic: Mapping[str, Any]) -> TopicState:
    partitions = tuple(
        PartitionState(each["partition"], each["leader"], frozenset(each["replicas"]), frozenset(each["isr"]))
        for each in sorted(topic["partitions"], key=lambda each: each["partition"])
    )
    operations = topic["operations"]
    return TopicState(topic["topic"], partitions, None if operations == _OPERATIONS_UNKNOWN else operations)


async def partitions_by_topic(admin: Admin, topics: Sequence[str]) -> dict[str, list[int]]:
    """The partitions of those of the topics that exist, by number. Raises TopicsHiddenError."""
    cluster = await cluster_of(admin, topics)
    if cluster.hidden:
        raise TopicsHiddenError(cluster.hidden)
    return {
        topic: [each.number for each in cluster.topics[topic].partitions] for topic in topics if topic in cluster.topics
    }


async def existing_partitions(admin: Admin, topics: Sequence[str]) -> dict[str, list[int]]:
    """The partitions of all the topics, by number. Raises TopicsMissingError where one does not exist."""
    found = await partitions_by_topic(admin, topics)
    missing = sorted(set(topics) - set(found))
    if missing:
        raise TopicsMissingError(f"Topics are missing: {', '.join(missing)}. Run: shipledger topics create")
    return found


async def partitions_there(connection: Mapping[str, Any], topics: Sequence[str]) -> "list[TopicPartition]":
    """Every partition of the topics. Raises TopicsMissingError and aiokafka's errors.

    Asked of an admin client of its own: a consumer knows the partitions of assigned topics only.
    """
    from aiokafka import TopicPartition  # noqa: PLC0415 - commands that never ask Kafka stay quick.
    from aiokafka.admin import AIOKafkaAdminClient  # noqa: PLC0415 - as above.

    admin = AIOKafkaAdminClient(**connection)
    try:
        await admin.start()
        found = await existing_partitions(admin, topics)
    finally:
        await admin.close()
    return [TopicPartition(topic, number) for topic, numbers in found.items() for number in numbers]


async def settings_of(admin: Any, topics: Sequence[str]) -> dict[str, list[Any]]:
    """The settings of each topic as Kafka describes them: (name, value, read only, source, …).

    Raises SettingsHiddenError, for one without the right to DESCRIBE_CONFIGS.
    """
    from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType  # noqa: PLC0415 - as above.

    found: dict[str, list[Any]] = {}
    wanted = [ConfigResource(ConfigResourceType.TOPIC, name) for name in topics]
    for reply in await _of_any(lambda: admin.describe_configs(wanted)):
        for code, message, _type, name, entries in reply.resources:
            if code:
                raise SettingsHiddenError(f"The settings of {name} cannot be read: {message} (Kafka error {code})")
            found[name] = entries
    return found


async def set_settings(admin: Admin, settings: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Set them on the topics, and leave the others as they are. Returns what was refused, with Kafka's reason."""
    from streams.topics.wire import SetTopicSettings  # noqa: PLC0415 - as above.

    if not settings:
        return []
    answer = await ask(admin, SetTopicSettings(settings))
    return [
        f"{each['resource_name']}: {each['error_message']} (Kafka error {each['error_code']})"
        for each in answer["resources"]
        if each["error_code"]
    ]
