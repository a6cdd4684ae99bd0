"""The server: bound before Kafka is asked for anything, stopped with the calls under way answered.

Of uvicorn it has protocol and configuration, not `uvicorn.Server`: that one wants the signals, ends the process where
the port is taken, and lets asyncio accept.
"""

import asyncio
import time
from contextlib import suppress
from typing import Final

from starlette.types import ASGIApp
from uvicorn import Config
from uvicorn.server import ServerState

from streams.web.http.connection import HttpConnection
from streams.web.http.limits import HttpLimits
from streams.web.http.listener import Listener
from streams.web.http.places import Places

# Within the bound of the whole stop, with room for the parts that stop after the server.
_STOP_SECONDS: Final = 2.0
_LOOK_EVERY: Final = 0.005


class WebServer:
    """Serves an application; `start` raises OSError where the port is taken."""

    def __init__(self, app: ASGIApp, *, host: str, port: int, limits: HttpLimits | None = None) -> None:
        """Port 0 lets the system choose one."""
        self._limits = limits or HttpLimits()
        self._config = Config(
            app,
            http=HttpConnection,
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            log_level="error",  # What callers do wrong is theirs to know; the log would be theirs to fill.
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=int(self._limits.idle),
        )
        self._host = host
        self._port = port
        self._state = ServerState()
        self._places = Places(self._limits.connections, self._limits.grace, time.monotonic)
        self._listener: Listener | None = None
        self._over = asyncio.Event()

    async def start(self) -> None:
        """Listen."""
        self._config.load()
        self._listener = Listener(self._places, self._connect)
        await self._listener.bind(self._host, self._port)

    @property
    def port(self) -> int:
        """The bound port."""
        if self._listener is None:
            raise RuntimeError("the server was not started")
        return self._listener.addresses[0][1]

    @property
    def connections(self) -> int:
        """How many are open."""
        return len(self._places)

    @property
    def calls_under_way(self) -> int:
        """How many are not answered yet."""
        return len(self._state.tasks)

    async def serve(self) -> None:
        """Return when nobody listens any more, which nothing but `stop` should bring about."""
        await self._over.wait()

    async def stop(self) -> None:
        """Finish calls under way, for two seconds at most, and close."""
        if self._listener is not None:
            self._listener.close()
        for connection in list(self._state.connections):
            connection.shutdown()
        with suppress(TimeoutError):
            async with asyncio.timeout(_STOP_SECONDS):
                await self._ended()
        await self._cut_off()
        self._over.set()

    async def _ended(self) -> None:
        """Calls have their answers, and callers have taken them."""
        while self.calls_under_way or self._state.connections:
            if self.calls_under_way:
                await asyncio.wait(self._state.tasks)
            await asyncio.sleep(_LOOK_EVERY)

    async def _cut_off(self) -> None:
        for task in self._state.tasks:
            task.cancel()
        await asyncio.sleep(0)
        for connection in list(self._state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)

    def _connect(self) -> HttpConnection:
        return HttpConnection(self._config, self._state, self._limits, self._places.changed)
