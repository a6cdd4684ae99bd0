"""The fixtures `kafka` and `own_kafka`; `tests/conftest.py` makes them known to every test."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from deploy.kafka import LocalKafka
from tests.brokers.broker import Broker, running_broker


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A broker that all tests of the run share; begin with `await fresh_topics(kafka.bootstrap_servers)`.

    Where it is the local one it is a `LocalKafka`. A test that kills its broker uses `own_kafka`.
    """
    with running_broker(os.environ, tmp_path_factory.mktemp("kafka")) as broker:
        yield broker


@pytest.fixture
async def own_kafka(tmp_path: Path) -> AsyncIterator[LocalKafka]:
    """A broker of this test's own, with `kill()`, `stop()`, `start()` and `restart()`."""
    async with LocalKafka.started(tmp_path / "kafka") as broker:
        yield broker
