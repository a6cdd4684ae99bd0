"""A connection to the brokers for one command, and one sentence where there is none."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from config.kafka import KafkaSettings
from streams.cli.errors import CommandFailedError, UnreachableError
from streams.topics import LARGEST_LEDGER_RECORD, TopicsMissingError, addresses_of, attempts, make_no_topics

if TYPE_CHECKING:
    from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
    from aiokafka.admin import AIOKafkaAdminClient


@asynccontextmanager
async def administration(settings: KafkaSettings) -> AsyncIterator["AIOKafkaAdminClient"]:
    """An admin client. Raises CommandFailedError where no broker answers or a request fails."""
    from aiokafka.admin import AIOKafkaAdminClient  # noqa: PLC0415 - only commands that talk to Kafka pay for it.

    async with _explained(settings):
        admin = AIOKafkaAdminClient(**settings.client_arguments())
        try:
            await admin.start()
            yield admin
        finally:
            await admin.close()


@asynccontextmanager
async def consumer(
    settings: KafkaSettings, partitions: "Sequence[TopicPartition]"
) -> AsyncIterator["AIOKafkaConsumer"]:
    """A consumer of the partitions, without a group, that sees committed records only."""
    from aiokafka import AIOKafkaConsumer  # noqa: PLC0415 - as above.

    from streams.reading import guard_readers  # noqa: PLC0415 - as above.

    guard_readers()

    async with _explained(settings):
        client = AIOKafkaConsumer(
            **settings.client_arguments(),
            enable_auto_commit=False,
            isolation_level="read_committed",
            # What was deleted meanwhile is a failure; the client would go on at the end of the topic.
            auto_offset_reset="none",
        )
        try:
            await client.start()
            client.assign(partitions)
            yield client
        finally:
            await client.stop()


@asynccontextmanager
async def producer(settings: KafkaSettings) -> AsyncIterator["AIOKafkaProducer"]:
    """A producer whose retries do not repeat a record."""
    from aiokafka import AIOKafkaProducer  # noqa: PLC0415 - as above.

    async with _explained(settings):
        client = AIOKafkaProducer(**producer_arguments(settings))
        try:
            await client.start()
            yield client
        finally:
            await client.stop()


def producer_arguments(settings: KafkaSettings) -> dict[str, Any]:
    """How the producer is made. It takes whatever one of our topics does, so that the broker's limit decides."""
    return {
        **settings.client_arguments(),
        "enable_idempotence": True,
        "acks": "all",
        "max_request_size": LARGEST_LEDGER_RECORD,
    }


@asynccontextmanager
async def _explained(settings: KafkaSettings) -> AsyncIterator[None]:
    """Make no topic by asking, and turn what Kafka's client raises into a sentence for the operator."""
    from aiokafka.errors import KafkaConnectionError, KafkaError, NodeNotReadyError  # noqa: PLC0415 - as above.

    make_no_topics()
    try:
        yield
    except TopicsMissingError as failure:
        raise CommandFailedError(str(failure)) from failure
    except (KafkaConnectionError, NodeNotReadyError, OSError, TimeoutError) as failure:
        raise await _unreached(settings, failure) from failure
    except KafkaError as failure:
        raise CommandFailedError(f"Kafka at {_at(settings)} refused: {failure!r}") from failure


async def _unreached(settings: KafkaSettings, failure: BaseException) -> CommandFailedError:
    """What keeps us from the brokers: the client says that it could not, and not why."""
    tried = await attempts(settings.client_arguments(), addresses_of(settings.bootstrap_servers))
    reasons = "; ".join(f"{each.address} {each.why_not}" for each in tried if each.why_not)
    if any(each.is_refusal for each in tried):
        return CommandFailedError(f"The brokers do not let us in: {reasons}")
    return UnreachableError(f"No broker answers at {_at(settings)}: {reasons or failure}")


def _at(settings: KafkaSettings) -> str:
    return f"{settings.bootstrap_servers} (SHIPLEDGER_KAFKA__BOOTSTRAP_SERVERS)"
