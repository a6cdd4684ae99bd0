"""How the clients reach Kafka: aiokafka's arguments and Faust's credentials, from the settings."""

import ssl
from typing import Any

import faust
from aiokafka.admin import AIOKafkaAdminClient
from faust.types.auth import CredentialsT

from config.kafka import KafkaSettings
from streams.topics import TOPICS


class TopicsMissingError(Exception):
    """Topics are missing, or differ in their number of partitions; the message says what to run."""


def connection(settings: KafkaSettings) -> dict[str, Any]:
    """The arguments that every aiokafka client shares."""
    arguments: dict[str, Any] = {
        "bootstrap_servers": settings.bootstrap_servers,
        "security_protocol": settings.security_protocol,
    }
    if settings.security_protocol.endswith("SSL"):
        arguments["ssl_context"] = ssl_context(settings)
    if settings.security_protocol.startswith("SASL"):
        arguments |= {
            "sasl_mechanism": settings.sasl_mechanism,
            "sasl_plain_username": settings.sasl_username,
            "sasl_plain_password": _password(settings),
        }
    return arguments


def ssl_context(settings: KafkaSettings) -> ssl.SSLContext:
    """Certificates and host names are checked, against the given authority or the system's."""
    return ssl.create_default_context(cafile=None if settings.ssl_cafile is None else str(settings.ssl_cafile))


def credentials(settings: KafkaSettings) -> CredentialsT | None:
    """The same for Faust; null for plain text."""
    match settings.security_protocol:
        case "PLAINTEXT":
            return None
        case "SSL":
            return faust.SSLCredentials(context=ssl_context(settings))
        case protocol:
            context = ssl_context(settings) if protocol == "SASL_SSL" else None
            return faust.SASLCredentials(
                mechanism=settings.sasl_mechanism,
                username=settings.sasl_username,
                password=_password(settings),
                ssl_context=context,
            )


async def check_topics(settings: KafkaSettings) -> int:
    """The number of partitions all topics have. Raises TopicsMissingError, or aiokafka's errors with no broker."""
    admin = AIOKafkaAdminClient(**connection(settings))
    await admin.start()
    try:
        described = await admin.describe_topics([topic.name for topic in TOPICS])
    finally:
        await admin.close()
    counts = {each["topic"]: len(each["partitions"]) for each in described}
    missing = sorted(topic.name for topic in TOPICS if not counts.get(topic.name))
    if missing:
        raise TopicsMissingError(f"Topics are missing: {', '.join(missing)}. Run: shipledger topics create")
    if len(set(counts.values())) != 1:
        raise TopicsMissingError(f"All topics need the same number of partitions, but there are {counts}.")
    return next(iter(counts.values()))


def _password(settings: KafkaSettings) -> str | None:
    return None if settings.sasl_password is None else settings.sasl_password.get_secret_value()
