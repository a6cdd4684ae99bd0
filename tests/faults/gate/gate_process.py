"""A gate in a process of its own, for tests that kill it (`python -m` runs this module)."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable
from datetime import UTC, datetime
from pathlib import Path

import structlog
from faust import App

from mappers.model.sync_request import decode_request
from streams.gate.app import create_gate
from streams.gate.ports import KafkaHeaders
from streams.gate.publisher import FaustPublisher
from streams.gate.settings import GateSettings
from streams.topics import SYNC_REQUESTS
from tests.faults.gate.status_changes import COMPANIES
from tests.unit.streams.gate.fakes import CountingMetrics

STOP_SECONDS = 20.0


class WithholdingPublisher:
    """One request never reaches the broker, and nothing says so."""

    def __init__(self, event_id: str) -> None:
        self.app: App
        self._event_id = event_id

    async def send(self, topic: str, key: bytes | None, value: bytes | None, headers: KafkaHeaders) -> Awaitable[None]:
        """As the port says, but for the one."""
        if topic == SYNC_REQUESTS and decode_request(value or b"").event_id == self._event_id:
            return _never()
        return await FaustPublisher(self.app).send(topic, key, value, headers)


async def _never() -> None:
    await asyncio.Event().wait()


async def main(servers: str, folder: str, withheld: str) -> int:
    """Run until SIGTERM (0) or until the gate cannot go on (70). The request of the event `withheld` is not sent."""
    fatal, terminated = asyncio.Event(), asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, terminated.set)
    publisher = WithholdingPublisher(withheld) if withheld else None
    app = create_gate(
        GateSettings(servers, "worker-1", Path(folder), "0.1.0", session_timeout=6.0, heartbeat_interval=1.0),
        COMPANIES,
        CountingMetrics(),
        structlog.wrap_logger(None, wrapper_class=structlog.make_filtering_bound_logger(50)),
        fatal,
        clock=lambda: datetime.now(UTC),
        publisher=publisher,
    )
    if publisher is not None:
        publisher.app = app
    app.loop = asyncio.get_running_loop()
    await app.start()
    waiting = [asyncio.create_task(event.wait()) for event in (fatal, terminated)]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    if fatal.is_set():
        return 70
    _, pending = await asyncio.wait([asyncio.create_task(app.stop())], timeout=STOP_SECONDS)
    return 1 if pending else 0


async def _end(code: Awaitable[int]) -> None:
    # As the worker ends: at once, whatever threads of Faust are left.
    os._exit(await code)


if __name__ == "__main__":
    asyncio.run(_end(main(*sys.argv[1:])))
