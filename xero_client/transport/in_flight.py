"""One call on its way: whether its first byte is out yet, and the means to call it back.

"Was anything sent?" decides between "surely nothing was written" and "effect unknown", so it is noted at the one place
where it is known: in the connection, after the TLS handshake, before the first byte of the request.
"""

import contextlib
import socket
import threading
from contextvars import ContextVar
from typing import Any, Final

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from xero_client.collaborators import Monotonic
from xero_client.errors import IntentExpiredError

IDLE_SECONDS: Final = 30.0
"""A connection that rested longer is replaced."""


class CalledBackError(Exception):
    """The caller gave the call up before its first byte went out; nothing was sent."""


class Flight:
    """The state of one call, shared by the thread that makes it and the task that waits for it.

    `start_before`: a time of the monotonic clock after which the first byte may not go out, null for reads.
    """

    def __init__(self, monotonic: Monotonic, *, deadline: float, start_before: float | None = None) -> None:
        self.deadline = deadline
        self._monotonic = monotonic
        self._start_before = start_before
        self._lock = threading.Lock()
        self._sent = False
        self._called_back = False
        self._connection: HTTPConnection | None = None

    @property
    def sent(self) -> bool:
        """Whether the first byte of the request went out, or is about to."""
        with self._lock:
            return self._sent

    @property
    def called_back(self) -> bool:
        """Whether the caller gave the call up; its connection is not to be used again."""
        with self._lock:
            return self._called_back

    def now(self) -> float:
        """The flight's clock, in seconds."""
        return self._monotonic()

    def seconds_left(self) -> float:
        """What is left of the call's total time, in seconds; negative when it is over."""
        return self.deadline - self._monotonic()

    def begin(self, connection: HTTPConnection) -> None:
        """Called right before each piece of the request goes out; the first one is the point of no return.

        Raises CalledBackError or IntentExpiredError, and then nothing was sent.
        """
        with self._lock:
            self._connection = connection
            if self._sent:
                return
            if self._called_back:
                raise CalledBackError
            if self._start_before is not None and self._monotonic() > self._start_before:
                raise IntentExpiredError("The intent was committed too long ago; nothing was sent")
            self._sent = True

    def call_back(self) -> bool:
        """Give the call up: true where it was sent already. Its connection is shut, which ends the thread's waiting."""
        with self._lock:
            self._called_back = True
            connection, sent = self._connection, self._sent
        if connection is not None and connection.sock is not None:
            # The thread may close the socket at the same moment; then there is nothing left to shut.
            with contextlib.suppress(OSError):
                # The plain socket's own shutdown: that of a TLS socket would have the thread read on unencrypted.
                socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)
        return sent


FLIGHT: Final[ContextVar[Flight]] = ContextVar("FLIGHT")
"""The call that the current thread makes. Set around each exchange by the transport."""


class PlainConnection(HTTPConnection):
    """A connection that reports to the flight before it sends, and is not used again after a long rest."""

    used_at = 0.0

    def send(self, data: Any) -> None:
        """Connect where needed, report, send."""
        if self.sock is None:
            self.connect()
        flight = FLIGHT.get()
        flight.begin(self)
        self.used_at = flight.now()
        super().send(data)

    @property
    def is_connected(self) -> bool:
        """Whether the pool may use the connection again.

        What stands between may have forgotten an idle connection without telling us; a write sent into it is of
        unknown effect, which a new handshake is cheaper than.
        """
        return super().is_connected and FLIGHT.get().now() - self.used_at < IDLE_SECONDS


class SecureConnection(PlainConnection, HTTPSConnection):
    """The same over TLS."""


class PlainPool(urllib3.HTTPConnectionPool):
    """A pool of reporting connections."""

    ConnectionCls = PlainConnection


class SecurePool(urllib3.HTTPSConnectionPool):
    """A pool of reporting TLS connections."""

    ConnectionCls = SecureConnection
