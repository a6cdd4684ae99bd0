"""Which broker the integration tests get: the one that is named, one in Docker, or the local one."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from deploy.kafka import LocalKafka
from deploy.kafka.readiness import answers
from tests.brokers.docker_kafka import docker_answers, docker_kafka

VARIABLE = "SHIPLEDGER_TEST_KAFKA"


class Broker(Protocol):
    """A broker that answers; it may be shared, so tests make their topics anew (`deploy.testbed.topics`)."""

    @property
    def bootstrap_servers(self) -> str:
        """`host:port`."""


@dataclass(frozen=True)
class GivenBroker:
    """A broker that somebody else runs."""

    bootstrap_servers: str


class BrokerMissingError(Exception):
    """No broker, and what to do about it. A failure, not a skip: a suite without Kafka has tested nothing."""


@contextmanager
def running_broker(environment: Mapping[str, str], data_dir: Path) -> Iterator[Broker]:
    """Give a broker for the time of a `with` block; what is started here is stopped here."""
    if given := environment.get(VARIABLE):
        yield _given(given)
    elif docker_answers(environment):
        with docker_kafka() as bootstrap_servers:
            yield _given(bootstrap_servers)
    else:
        with _local(data_dir, environment) as kafka:
            yield kafka


def _given(bootstrap_servers: str) -> GivenBroker:
    if not asyncio.run(answers(bootstrap_servers.split(",", maxsplit=1)[0])):
        raise BrokerMissingError(
            f"broker_missing: no Kafka answers at {bootstrap_servers}. Start it, or correct {VARIABLE}, or unset it: "
            "the tests then use Docker, and without Docker a local Kafka (JDK 17 and Maven; `make install` has them)."
        )
    return GivenBroker(bootstrap_servers)


@contextmanager
def _local(data_dir: Path, environment: Mapping[str, str]) -> Iterator[LocalKafka]:
    kafka = LocalKafka(data_dir, environment=environment)
    try:
        asyncio.run(kafka.start())
        yield kafka
    finally:
        asyncio.run(kafka.stop())
