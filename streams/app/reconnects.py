"""How the Kafka clients of this process behave where aiokafka has no setting for it.

They connect not too often while brokers are away, and nothing stays open.

aiokafka has no back-off of its own there: each request that meets a broken connection tries to connect, and so does
each refresh of the metadata that the failure asks for. The worker's clients together made thousands of attempts a
second, a line of log for each.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiokafka.client
import aiokafka.producer.sender
from aiokafka.conn import AIOKafkaConnection, CloseReason
from aiokafka.errors import KafkaConnectionError

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 1.0
AFTER_ANOTHER = 0.003
"""So long a transaction waits where the brokers are not through with the one before it: they still write its markers.

aiokafka's own 20 ms are five times what that takes, and every transaction right after another one waited for it.
"""

Connect = Callable[..., Awaitable[Any]]


class Connection(AIOKafkaConnection):  # type: ignore[misc]  # aiokafka publishes no types.
    """Closes itself where aiokafka 0.14 would leave it open.

    A client's first connection belongs to nobody but the function that makes it, so where that is cancelled between
    the connection and its first answer, as a start that takes too long is, nobody closes it.
    """

    def send(self, request: Any, expect_response: bool = True) -> Awaitable[Any]:
        """As in aiokafka."""
        answer = closing_when_late(self, super().send(request, expect_response))
        belongs_to_client = self._on_close_cb is not None
        return answer if belongs_to_client else self._answer_or_close(answer)

    async def _answer_or_close(self, answer: Awaitable[Any]) -> Any:
        try:
            return await answer
        except asyncio.CancelledError:
            self.close()
            raise


async def closing_when_late(connection: Any, answer: Awaitable[Any]) -> Any:
    """The answer; a connection of which none comes in its client's time is closed.

    Answers come in order, so behind one that is missing no other would come sooner. aiokafka 0.14 closes the connection
    for most requests, and for that of metadata it does not: where nothing else was asked over it, because a consumer
    did not know its leaders yet, it asked over a silent connection for ever.
    """
    try:
        return await answer
    except TimeoutError:
        connection.close(reason=CloseReason.CONNECTION_TIMEOUT)
        raise


async def open_connection(host: str, port: int, **options: Any) -> Connection:
    """As `aiokafka.conn.create_conn`."""
    connection = Connection(host, port, **options)
    await connection.connect()
    return connection


class Reconnects:
    """Opens connections; while an address refuses, each further attempt waits first, longer with each failure.

    It waits, and does not fail at once: what tries again in a loop is slowed down with it. A client makes one attempt
    at a time. After a connection that works nobody waits.
    """

    def __init__(
        self, connect: Connect = open_connection, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._connect = connect
        self._sleep = sleep
        self._pauses: dict[tuple[str, int], float] = {}

    async def connect(self, host: str, port: int, **options: Any) -> Any:
        """As `aiokafka.conn.create_conn`. Raises KafkaConnectionError too where the client was closed meanwhile."""
        address = host, port
        if address in self._pauses:
            await self._sleep(self._pauses[address])
        try:
            connection = await self._connect(host, port, **options)
        except BaseException:
            self._pauses[address] = min(LONGEST_PAUSE, 2 * self._pauses.get(address, FIRST_PAUSE / 2))
            raise
        self._pauses.pop(address, None)
        client = getattr(options.get("on_close"), "__self__", None)
        if client is not None and client._sync_task is None:  # noqa: SLF001  # A closed client shows it nowhere else.
            connection.close()  # It would keep the connection, and never close it.
            raise KafkaConnectionError(f"the client that wanted {host}:{port} was closed meanwhile")
        return connection


def tame_clients() -> None:
    """Let every client that is made in this process be so, Faust's too: none of them takes a client from us."""
    vars(aiokafka.client)["create_conn"] = Reconnects().connect
    vars(aiokafka.producer.sender)["BACKOFF_OVERRIDE"] = AFTER_ANOTHER
