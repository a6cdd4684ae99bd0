"""Whether a broker can be reached. aiokafka logs the reason and raises another one, so each address is tried by
itself.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from streams.topics.reasons import ANSWER_SECONDS, why_not

CLOSE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Attempt:
    """An address, and why it cannot be reached ("": it can). `is_refusal`: who we are, or how we ask, is refused.

    Asking again does not help then.
    """

    address: str
    why_not: str = ""
    is_refusal: bool = False


async def attempts(connection: Mapping[str, Any], addresses: Iterable[str]) -> list[Attempt]:
    """Try each address, with the security of `connection` (aiokafka's client arguments)."""
    return list(await asyncio.gather(*(_attempt(connection, each) for each in addresses)))


def addresses_of(bootstrap_servers: str) -> list[str]:
    """The addresses that the setting names."""
    return [each.strip() for each in bootstrap_servers.split(",")]


async def _attempt(connection: Mapping[str, Any], address: str) -> Attempt:
    from aiokafka.errors import KafkaError  # noqa: PLC0415 - loads Kafka's client.

    try:
        await _ask_for_brokers(connection, address)
    except (KafkaError, OSError, TimeoutError, ValueError) as error:
        reason, is_refusal = why_not(error, connection)
        return Attempt(address, reason, is_refusal)
    return Attempt(address)


async def _ask_for_brokers(connection: Mapping[str, Any], address: str) -> None:
    """A listener that wants another protocol may take the connection, and refuse the first question."""
    from aiokafka.conn import AIOKafkaConnection  # noqa: PLC0415 - as above.
    from aiokafka.errors import KafkaConnectionError  # noqa: PLC0415 - as above.
    from aiokafka.protocol.metadata import MetadataRequest  # noqa: PLC0415 - as above.

    host, _, port = address.rpartition(":")
    security = {name: value for name, value in connection.items() if name != "bootstrap_servers"}
    made = AIOKafkaConnection(host, int(port), request_timeout_ms=int(ANSWER_SECONDS * 1000), **security)
    try:
        await made.connect()
        answer = await made.send(MetadataRequest([], allow_auto_topic_creation=False))
        # A broker that does not take a token says so in words that aiokafka 0.14 takes for a welcome (RFC 7628, 3.2.2),
        # and what it answers then is no answer to the question.
        if not answer.brokers:
            raise KafkaConnectionError("it names no brokers")
    finally:
        closed = made.close()
        # One that was never open is never closed either, and nothing else tells.
        if made._protocol is not None:  # noqa: SLF001
            await asyncio.wait({closed}, timeout=CLOSE_SECONDS)
