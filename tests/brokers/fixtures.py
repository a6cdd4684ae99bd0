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
    _tame_clients()
    with running_broker(os.environ, tmp_path_factory.mktemp("kafka")) as broker:
        yield broker


@pytest.fixture
async def own_kafka(tmp_path: Path) -> AsyncIterator[LocalKafka]:
    """A broker of this test's own, with `kill()`, `stop()`, `start()` and `restart()`."""
    _tame_clients()
    async with LocalKafka.started(tmp_path / "kafka") as broker:
        yield broker


def _tame_clients() -> None:
    """What aiokafka leaves open is found when the garbage is collected, and would fail whichever test runs then."""
    from streams.app.reconnects import tame_clients  # noqa: PLC0415 - it brings the whole worker, which few tests need

    tame_clients()
