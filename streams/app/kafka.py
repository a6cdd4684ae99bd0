"""How Faust reaches Kafka, and whether the topics are there."""

import ssl

import faust
from aiokafka.admin import AIOKafkaAdminClient
from faust.types.auth import CredentialsT

from config.kafka import KafkaSettings
from streams.topics import TOPICS, TopicsMissingError, existing_partitions


def credentials(settings: KafkaSettings) -> CredentialsT | None:
    """What Faust takes in place of aiokafka's arguments; None for plain text."""
    arguments = settings.client_arguments()
    context: ssl.SSLContext | None = arguments.get("ssl_context")
    if settings.security_protocol == "PLAINTEXT":
        return None
    if context is not None and settings.security_protocol == "SSL":
        return faust.SSLCredentials(context=context)
    return faust.SASLCredentials(
        mechanism=settings.sasl_mechanism,
        username=settings.sasl_username,
        password=arguments["sasl_plain_password"],
        ssl_context=context,
    )


def group_patience(session_timeout: float) -> float:
    """Seconds that an assignment may take: a member that died holds its group up until its session is over."""
    return 45.0 + 2 * session_timeout


async def check_topics(settings: KafkaSettings) -> int:
    """The number of partitions all topics have. Raises TopicsMissingError, or aiokafka's errors with no broker."""
    admin = AIOKafkaAdminClient(**settings.client_arguments())
    await admin.start()
    try:
        partitions = await existing_partitions(admin, [topic.name for topic in TOPICS])
    finally:
        await admin.close()
    counts = {topic: len(numbers) for topic, numbers in partitions.items()}
    if len(set(counts.values())) != 1:
        raise TopicsMissingError(f"All topics need the same number of partitions, but there are {counts}.")
    return next(iter(counts.values()))
