"""Accepting connections: as many as there are places for, and never more in one turn of the loop than it can bear.

asyncio's own server accepts whatever comes, until the process has no descriptors left for Kafka and Xero; there it
logs, and begins anew, up to as often as its backlog is long, each second (Python 3.11 and 3.12).
"""

import asyncio
import errno
import socket
from collections.abc import Callable
from typing import Final

import structlog

from streams.web.http.connection import HttpConnection
from streams.web.http.places import Places

_log = structlog.get_logger(__name__)

# The kernel keeps so many that are not accepted yet.
_BACKLOG: Final = 1024
_ONCE: Final = 16
_PAUSE: Final = 0.05
_LOG_EVERY: Final = 1.0
_NO_ROOM: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


class Listener:
    """Accepts from bound sockets. `connect` makes the protocol of a new connection."""

    def __init__(self, places: Places, connect: Callable[[], HttpConnection]) -> None:
        self._places = places
        self._connect = connect
        self._loop = asyncio.get_running_loop()
        self._sockets: list[socket.socket] = []
        self._starting: set[asyncio.Task[None]] = set()
        self._logged_at = float("-inf")
        self._held_back = 0

    @property
    def addresses(self) -> list[tuple[str, int]]:
        """Host and port of each socket."""
        return [each.getsockname()[:2] for each in self._sockets]

    async def bind(self, host: str, port: int) -> None:
        """Listen at every address of the host. Raises OSError where one cannot be had."""
        found = await self._loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        try:
            for family, _, _, _, address in dict.fromkeys(found):
                self._sockets.append(_bound(family, address))
        except OSError:
            self.close()
            raise
        for each in self._sockets:
            self._loop.add_reader(each, self._accept_some, each)

    def close(self) -> None:
        """Accept no more."""
        for each in self._sockets:
            self._loop.remove_reader(each)
            each.close()
        self._sockets.clear()

    def _accept_some(self, listening: socket.socket) -> None:
        for _ in range(_ONCE):
            if not self._places.make_room():
                self._pause(listening)
                return
            try:
                accepted, _address = listening.accept()
            except (BlockingIOError, InterruptedError):
                return
            except OSError as error:
                self._failed(error)
                if error.errno in _NO_ROOM:
                    self._places.free_one()
                    self._pause(listening)
                return
            self._take(accepted)

    def _take(self, accepted: socket.socket) -> None:
        accepted.setblocking(False)
        connection = self._connect()
        self._places.take(connection)
        task = self._loop.create_task(self._begin(connection, accepted))
        self._starting.add(task)
        task.add_done_callback(self._starting.discard)

    async def _begin(self, connection: HttpConnection, accepted: socket.socket) -> None:
        try:
            await self._loop.connect_accepted_socket(lambda: connection, accepted)
        except Exception:  # noqa: BLE001  # Whatever it is, the place must come back; it logs the trace.
            _log.exception("http_connection_failed")
            accepted.close()
            self._places.leave(connection)

    def _pause(self, listening: socket.socket) -> None:
        """The socket stays readable, so the loop would ask again in each turn."""
        self._loop.remove_reader(listening)
        self._loop.call_later(_PAUSE, self._resume, listening)

    def _resume(self, listening: socket.socket) -> None:
        if listening in self._sockets:
            self._loop.add_reader(listening, self._accept_some, listening)

    def _failed(self, error: OSError) -> None:
        now = self._loop.time()
        if now - self._logged_at < _LOG_EVERY:
            self._held_back += 1
            return
        _log.warning("http_accept_failed", error=str(error), suppressed=self._held_back)
        self._logged_at, self._held_back = now, 0


def _bound(family: int, address: tuple[object, ...]) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setblocking(False)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind(address)
        made.listen(_BACKLOG)
    except OSError as error:
        made.close()
        words = (error.strerror or str(error)).lower()
        raise OSError(error.errno, f"cannot listen at {address[0]} port {address[1]}: {words}") from error
    return made
