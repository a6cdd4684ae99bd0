"""What code asks the machine for, put in the hands of a simulation: time, chance, threads, sockets, connections."""

import asyncio
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import aiokafka.client
import urllib3.util.connection

from streams.app.reconnects import Reconnects
from streams.reading import assign_known_topics, guard_readers
from streams.topics import make_no_topics
from tests.simulation.machine.loop import Submit, VirtualLoop

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def prepare_process() -> None:
    """What a worker's process does at its start, for all its clients of Kafka. There is no way back."""
    guard_readers()
    assign_known_topics()
    make_no_topics()


@contextmanager
def surroundings(
    loop: VirtualLoop,
    seed: int,
    *,
    submit: Submit,
    connect_kafka: Callable[..., Any],
    connect_xero: Callable[..., Any],
) -> Iterator[None]:
    """For the block, aiokafka, urllib3 and the standard library ask the simulation. Our own code is as it is.

    One simulation in a process at a time: this is the whole process's.
    """

    def submit_to(pool: ThreadPoolExecutor, job: Callable[..., Any], *args: Any) -> Any:
        return submit(pool, job, *args)

    state = random.getstate()
    random.seed(seed)
    loop.submit = submit
    pause = Reconnects(connect_kafka)  # As the worker tames its clients.
    with (
        patch.object(time, "monotonic", loop.time),
        patch.object(time, "time", lambda: START.timestamp() + loop.time()),
        patch.object(ThreadPoolExecutor, "submit", submit_to),
        patch.object(urllib3.util.connection, "create_connection", connect_xero),
        patch.object(aiokafka.client, "create_conn", pause.connect),
    ):
        asyncio.set_event_loop(loop)
        try:
            yield
        finally:
            asyncio.set_event_loop(None)
            random.setstate(state)
