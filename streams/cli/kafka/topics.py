"""`shipledger topics create`: the topics, all with the same number of partitions."""

import asyncio
import os
from typing import Annotated, Any

import typer

from config.kafka import KafkaSettings
from config.settings import Settings
from streams.cli.errors import CommandFailedError
from streams.cli.kafka.brokers import administration
from streams.cli.kafka.topic_settings import mend, wanting
from streams.cli.terminal import say
from streams.topics import TOPICS, TopicAdmin, in_words, partitions_by_topic

_ALREADY_EXISTS = 36  # Kafka protocol, error TOPIC_ALREADY_EXISTS: somebody else made it first, which is as good.
_DEFAULT_PARTITIONS = 12
_USUAL_COPIES = 3


def topics() -> typer.Typer:
    """The group `shipledger topics`."""
    app = typer.Typer(name="topics", help="Make the topics.", no_args_is_help=True)
    app.command("create")(create)
    app.callback()(_group)
    return app


def _group() -> None:
    """Make the topics."""


def create(
    partitions: Annotated[
        int | None, typer.Option(min=1, help=f"Of each topic. Default: as there are, else {_DEFAULT_PARTITIONS}.")
    ] = None,
    replication_factor: Annotated[
        int | None, typer.Option(min=1, help="Copies of each partition. Default: 3, or as many as there are brokers.")
    ] = None,
    *,
    repair: Annotated[
        bool, typer.Option("--repair", help="Mend settings of existing topics that lose data or refuse records.")
    ] = False,
) -> None:
    """Create the topics that are missing. It can be repeated.

    All topics have the same number of partitions; where existing topics differ from --partitions or from each
    other, nothing is created and the difference is named.
    """
    settings = Settings.load_kafka(os.environ)
    for name, number, made in asyncio.run(create_topics(settings, partitions, replication_factor)):
        say(f"{name}: {number} partitions, {'created' if made else 'was there'}")
    for line in asyncio.run(check_settings(settings, repair=repair)):
        say(line)


async def check_settings(settings: KafkaSettings, *, repair: bool) -> list[str]:
    """What was mended, or what has to be. Raises CommandFailedError where that is not allowed."""
    async with administration(settings) as admin:
        wanted = await wanting(admin)
        if repair and wanted:
            await mend(admin, wanted)
    ending = "mended" if repair else "run again with --repair"
    return [f"{line}: {ending}" for line in in_words(wanted)]


async def create_topics(
    settings: KafkaSettings, partitions: int | None, replication_factor: int | None
) -> list[tuple[str, int, bool]]:
    """(topic, partitions, whether it was made now) of each topic. Raises CommandFailedError."""
    async with administration(settings) as admin:
        there = await partition_counts(admin)
        number = agreed_partitions(there, partitions)
        missing = [topic for topic in TOPICS if topic.name not in there]
        if missing:
            from aiokafka.admin import NewTopic  # noqa: PLC0415 - see `brokers`.

            factor = replication_factor or await _usual_factor(admin)
            new = [NewTopic(each.name, number, factor, topic_configs=dict(each.settings)) for each in missing]
            reply = await admin.create_topics(new)
            _refuse_failures(reply.to_object())
    return [(topic.name, number, topic in missing) for topic in TOPICS]


async def partition_counts(admin: TopicAdmin) -> dict[str, int]:
    """How many partitions those of our topics have that exist."""
    partitions = await partitions_by_topic(admin, [topic.name for topic in TOPICS])
    return {topic: len(numbers) for topic, numbers in partitions.items()}


def agreed_partitions(there: dict[str, int], wanted: int | None) -> int:
    """The number that all topics have or get. Raises CommandFailedError where that is not possible."""
    numbers = set(there.values()) | ({wanted} if wanted is not None else set())
    if len(numbers) > 1:
        listed = ", ".join(f"{name} has {number}" for name, number in sorted(there.items()))
        asked = f" and {wanted} were asked for" if wanted is not None else ""
        raise CommandFailedError(
            f"All topics need the same number of partitions, but {listed}{asked}. Nothing was created. The number of "
            "a topic in use cannot change without moving its ledger: ask for the number that is there, or begin with "
            "new topics."
        )
    return numbers.pop() if numbers else _DEFAULT_PARTITIONS


async def _usual_factor(admin: Any) -> int:
    """Three copies, or as many as there are brokers. (The client cannot ask for the brokers' own default.)"""
    return min(_USUAL_COPIES, len((await admin.describe_cluster())["brokers"]))


def _refuse_failures(reply: dict[str, Any]) -> None:
    failures = [
        f"{each['topic']}: {each.get('error_message') or 'error'} (Kafka error {each['error_code']})"
        for each in reply["topic_errors"]
        if each["error_code"] not in {0, _ALREADY_EXISTS}
    ]
    if failures:
        raise CommandFailedError("Topics could not be created: " + "; ".join(failures))
