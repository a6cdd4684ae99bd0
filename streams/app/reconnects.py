"""Bounds how often the Kafka clients of this process try to connect while brokers are away.

aiokafka has no back-off of its own there: each request that meets a broken connection tries to connect, and so does
each refresh of the metadata that the failure asks for. The worker's clients together made thousands of attempts a
second, a line of log for each.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiokafka.client
from aiokafka.conn import create_conn

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 1.0

Connect = Callable[..., Awaitable[Any]]


class Reconnects:
    """Opens connections; while an address refuses, each further attempt waits first, longer with each failure.

    It waits, and does not fail at once: what tries again in a loop is slowed down with it. A client makes one attempt
    at a time. After a connection that works nobody waits.
    """

    def __init__(
        self, connect: Connect = create_conn, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._connect = connect
        self._sleep = sleep
        self._pauses: dict[tuple[str, int], float] = {}

    async def connect(self, host: str, port: int, **options: Any) -> Any:
        """As `aiokafka.conn.create_conn`."""
        address = host, port
        if address in self._pauses:
            await self._sleep(self._pauses[address])
        try:
            connection = await self._connect(host, port, **options)
        except BaseException:
            self._pauses[address] = min(LONGEST_PAUSE, 2 * self._pauses.get(address, FIRST_PAUSE / 2))
            raise
        self._pauses.pop(address, None)
        return connection


def slow_reconnects() -> None:
    """Let every client that is made in this process connect so, Faust's too: none of them takes a client from us."""
    aiokafka.client.create_conn = Reconnects().connect
