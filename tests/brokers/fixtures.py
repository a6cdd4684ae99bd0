"""The fixtures `kafka` and `own_kafka`; `tests/conftest.py` makes them known to every test."""

import asyncio
import os
from collections.abc import Iterator

import pytest

from deploy.kafka import LocalKafka
from tests.brokers.broker import Broker, running_broker
from tests.brokers.secured import SecuredKafka


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A broker that all tests of the run share; begin with `await fresh_topics(kafka.bootstrap_servers)`.

    Where it is the local one it is a `LocalKafka`. A test that kills its broker uses `own_kafka`.
    """
    _tame_clients()
    with running_broker(os.environ, tmp_path_factory.mktemp("kafka")) as broker:
        yield broker


@pytest.fixture(scope="module")
def broker_of_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalKafka]:
    """For the tests of one module that do harm to their broker; use it through `own_kafka`."""
    _tame_clients()
    broker = LocalKafka(tmp_path_factory.mktemp("own-kafka"))
    try:
        yield broker
    finally:
        asyncio.run(broker.stop())


@pytest.fixture
async def own_kafka(broker_of_module: LocalKafka) -> LocalKafka:
    """A broker of this module's own, with `kill()`, `stop()`, `start()` and `restart()`; it runs when a test begins."""
    await broker_of_module.start()
    return broker_of_module


@pytest.fixture(scope="session")
def secured_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecuredKafka]:
    """A broker that lets nobody do anything but what a list allows; all tests of the run share it.

    A test has users of its own, or topics of its own behind a prefix.
    """
    _tame_clients()
    broker = SecuredKafka(tmp_path_factory.mktemp("secured-kafka"))
    try:
        asyncio.run(broker.start())
        yield broker
    finally:
        asyncio.run(broker.stop())


def _tame_clients() -> None:
    """What aiokafka leaves open is found when the garbage is collected, and would fail whichever test runs then."""
    from streams.app.reconnects import tame_clients  # noqa: PLC0415 - it brings the whole worker, which few tests need

    tame_clients()
