"""`shipledger topics create`: the topics, all with the same number of partitions."""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, Final

import typer

from config.kafka import KafkaSettings
from config.settings import Settings
from streams.cli.errors import CommandFailedError
from streams.cli.kafka.brokers import administration
from streams.cli.kafka.topic_settings import mend, wanting
from streams.cli.output import Output, OutputOption, say_rows
from streams.cli.paragraphs import in_paragraphs
from streams.cli.terminal import say
from streams.topics import (
    Cluster,
    Needs,
    Operation,
    Resource,
    Right,
    TopicsHiddenError,
    TopicSpec,
    cluster_of,
    what_to_do,
)

COLUMNS: Final = ("topic", "partitions", "answer", "needs")
_NOT_ALLOWED = 29  # Kafka protocol, error TOPIC_AUTHORIZATION_FAILED.
_ALREADY_EXISTS = 36  # Kafka protocol, error TOPIC_ALREADY_EXISTS: somebody else made it first, which is as good.
_DEFAULT_PARTITIONS = 12
_USUAL_COPIES = 3


def topics() -> typer.Typer:
    """The group `shipledger topics`."""
    app = typer.Typer(name="topics", help="Make the topics.", no_args_is_help=True)
    app.command("create", help=in_paragraphs(create.__doc__))(create)
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
    output: OutputOption = Output.TEXT,
    repair: Annotated[
        bool, typer.Option("--repair", help="Mend settings of existing topics that lose data or refuse records.")
    ] = False,
) -> None:
    """Create the topics that are missing. It can be repeated.

    All topics have the same number of partitions; where existing topics differ from --partitions or from each
    other, nothing is created and the difference is named.
    """
    settings = Settings.load_kafka(os.environ)
    made = asyncio.run(create_topics(settings, partitions, replication_factor))
    if output is Output.TEXT:
        for name, number, is_new in made:
            say(f"{name}: {number} partitions, {_made(is_new)}")
    needs = asyncio.run(check_settings(settings, repair=repair))
    if output is Output.TEXT:
        for line in needs.values():
            say(line)
    else:
        say_rows(output, COLUMNS, ((name, number, _made(is_new), needs.get(name)) for name, number, is_new in made))


def _made(is_new: bool) -> str:
    return "created" if is_new else "was there"


async def check_settings(settings: KafkaSettings, *, repair: bool) -> dict[str, str]:
    """What was mended, or what has to be, by topic. Raises CommandFailedError where that is not allowed."""
    async with administration(settings) as admin:
        needs = await wanting(admin, settings.topics)
        if repair:
            await mend(admin, needs)
    return {each.topic: f"{each}: {_what_now(each, repair=repair)}" for each in needs}


def _what_now(needs: Needs, *, repair: bool) -> str:
    settings = ("mended" if repair else "run again with --repair") if needs.settings else ""
    return "; ".join(each for each in (settings, what_to_do([replace(needs, settings={})])) if each)


async def create_topics(
    settings: KafkaSettings, partitions: int | None, replication_factor: int | None
) -> list[tuple[str, int, bool]]:
    """(topic, partitions, whether it was made now) of each topic. Raises CommandFailedError."""
    names = settings.topics
    async with administration(settings) as admin:
        cluster = await cluster_of(admin, names.all)
        if cluster.hidden:
            raise CommandFailedError(f"{TopicsHiddenError(cluster.hidden)}. Nothing was created.")
        number = agreed_partitions({name: len(each.partitions) for name, each in cluster.topics.items()}, partitions)
        missing = [spec for spec in names.specs if spec.name in cluster.missing]
        # Three copies, or as many as there are brokers. (The client cannot ask for the brokers' own default.)
        copies = replication_factor or min(_USUAL_COPIES, len(cluster.brokers))
        if refused := await _create(admin, missing, number, copies):
            raise CommandFailedError("Topics could not be created: " + "; ".join(refused))
    return [(name, number, name in cluster.missing) for name in names.all]


async def may_create(admin: Any, specs: Sequence[TopicSpec], cluster: Cluster) -> list[str]:
    """Why the topics could not be created, as the brokers say it; nothing is created."""
    return await _create(admin, specs, 1, min(_USUAL_COPIES, len(cluster.brokers)), validate_only=True)


async def _create(
    admin: Any, specs: Sequence[TopicSpec], partitions: int, copies: int, *, validate_only: bool = False
) -> list[str]:
    """What was refused, with the reasons."""
    from aiokafka.admin import NewTopic  # noqa: PLC0415 - see `brokers`.

    new = [NewTopic(each.name, partitions, copies, topic_configs=each.settings_for(copies)) for each in specs]
    if not new:
        return []
    reply = (await admin.create_topics(new, validate_only=validate_only)).to_object()
    return [_refusal(each) for each in reply["topic_errors"] if each["error_code"] not in {0, _ALREADY_EXISTS}]


def _refusal(failure: dict[str, Any]) -> str:
    if failure["error_code"] == _NOT_ALLOWED:
        return str(Right(Operation.CREATE, Resource.TOPIC, failure["topic"]))
    return f"{failure['topic']}: {failure.get('error_message') or 'error'} (Kafka error {failure['error_code']})"


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
