"""A client that connects again and again is slowed down while the address refuses, and only then."""

from types import SimpleNamespace

import aiokafka.client
import aiokafka.producer.sender
import pytest
from aiokafka.conn import CloseReason
from aiokafka.errors import ConcurrentTransactions
from aiokafka.producer.sender import AddPartitionsToTxnHandler

from streams.app.reconnects import (
    AFTER_ANOTHER,
    FIRST_PAUSE,
    LONGEST_PAUSE,
    Reconnects,
    closing_when_late,
    tame_clients,
)


class Broker:
    """Refuses connections, or not; and notes how long each attempt had to wait."""

    def __init__(self) -> None:
        self.is_away = True
        self.pauses: list[float] = []
        self.attempts = 0

    async def connect(self, host: str, port: int, **options: object) -> str:
        self.attempts += 1
        if self.is_away:
            raise ConnectionRefusedError(host, port, options)
        return f"{host}:{port}"

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)


async def attempts(reconnects: Reconnects, count: int, port: int = 9092) -> None:
    for _ in range(count):
        with pytest.raises(ConnectionRefusedError):
            await reconnects.connect("broker", port)


async def test_each_failure_makes_the_next_attempt_wait_longer_up_to_a_bound() -> None:
    broker = Broker()
    await attempts(Reconnects(broker.connect, broker.sleep), 8)
    assert broker.attempts == 8
    assert broker.pauses[:4] == [FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE, 8 * FIRST_PAUSE]
    assert broker.pauses[-1] == LONGEST_PAUSE


async def test_nobody_waits_after_a_connection_that_works() -> None:
    broker = Broker()
    reconnects = Reconnects(broker.connect, broker.sleep)
    await attempts(reconnects, 3)
    broker.is_away = False
    assert await reconnects.connect("broker", 9092, client_id="one") == "broker:9092"
    waited = len(broker.pauses)
    assert await reconnects.connect("broker", 9092) == "broker:9092"
    assert len(broker.pauses) == waited


async def test_another_broker_is_not_waited_for() -> None:
    broker = Broker()
    reconnects = Reconnects(broker.connect, broker.sleep)
    await attempts(reconnects, 3)
    waited = len(broker.pauses)
    await attempts(reconnects, 1, port=9093)
    assert len(broker.pauses) == waited


async def test_every_client_of_the_process_connects_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """The place where aiokafka 0.14 looks for it: a client asks this name for each of its connections."""
    monkeypatch.setattr(aiokafka.client, "create_conn", aiokafka.client.create_conn)
    tame_clients()
    assert isinstance(aiokafka.client.create_conn.__self__, Reconnects)
    assert "create_conn" in aiokafka.client.AIOKafkaClient._get_conn.__code__.co_names
    assert "create_conn" in aiokafka.client.AIOKafkaClient.bootstrap.__code__.co_names


class Silent:
    """A connection that closes; why, is noted."""

    reason: CloseReason | None = None

    def close(self, reason: CloseReason | None = None) -> None:
        self.reason = reason


async def test_a_connection_over_which_no_answer_came_in_time_is_closed_and_another_is_not() -> None:
    async def late() -> None:
        raise TimeoutError

    async def answered() -> str:
        return "metadata"

    silent, well = Silent(), Silent()
    with pytest.raises(TimeoutError):
        await closing_when_late(silent, late())
    assert await closing_when_late(well, answered()) == "metadata"
    assert (silent.reason, well.reason) == (CloseReason.CONNECTION_TIMEOUT, None)


async def test_a_transaction_right_after_another_one_waits_for_milliseconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """While the brokers write the markers of the one before they answer so; aiokafka would ask again after 20 ms."""
    monkeypatch.setattr(aiokafka.client, "create_conn", aiokafka.client.create_conn)
    monkeypatch.setattr(aiokafka.producer.sender, "BACKOFF_OVERRIDE", aiokafka.producer.sender.BACKOFF_OVERRIDE)
    tame_clients()
    refused = SimpleNamespace(errors=[("outcomes", [(0, ConcurrentTransactions.errno)])])
    sender = SimpleNamespace(_retry_backoff=1.0, _txn_manager=SimpleNamespace(txn_partitions=()))
    assert AddPartitionsToTxnHandler(sender, ()).handle_response(refused) == AFTER_ANOTHER
