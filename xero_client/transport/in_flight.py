"""One call in flight: whether its first byte is out yet, and the means to abandon it.

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
"""A connection that was idle for longer is replaced."""


class AbandonedError(Exception):
    """The caller abandoned the call before its first byte went out; nothing was sent."""


class InFlightCall:
    """The state of one call, shared by the thread that makes it and the task that waits for it.

    `start_before`: a time of the monotonic clock after which the first byte may not go out, None for reads.
    """

    def __init__(self, monotonic: Monotonic, *, deadline: float, start_before: float | None = None) -> None:
        self.deadline = deadline
        self._monotonic = monotonic
        self._start_before = start_before
        self._lock = threading.Lock()
        self._sent = False
        self._abandoned = False
        self._connection: HTTPConnection | None = None

    @property
    def sent(self) -> bool:
        """Whether the first byte of the request went out, or is about to."""
        with self._lock:
            return self._sent

    @property
    def abandoned(self) -> bool:
        """Whether the caller abandoned the call; its connection is not to be used again."""
        with self._lock:
            return self._abandoned

    def now(self) -> float:
        """The call's clock, in seconds."""
        return self._monotonic()

    def seconds_left(self) -> float:
        """What is left of the call's total time, in seconds; negative when it is over."""
        return self.deadline - self._monotonic()

    def begin(self, connection: HTTPConnection) -> None:
        """Called right before each piece of the request goes out; the first one is the point of no return.

        Raises AbandonedError or IntentExpiredError, and then nothing was sent.
        """
        with self._lock:
            self._connection = connection
            if self._sent:
                return
            if self._abandoned:
                raise AbandonedError
            if self._start_before is not None and self._monotonic() > self._start_before:
                raise IntentExpiredError("The intent was committed too long ago; nothing was sent")
            self._sent = True

    def abandon(self) -> bool:
        """Give the call up and shut its connection, which ends the thread's waiting. Returns whether it was sent."""
        with self._lock:
            self._abandoned = True
            connection, sent = self._connection, self._sent
        if connection is not None and connection.sock is not None:
            # The thread may close the socket at the same moment; then there is nothing left to shut.
            with contextlib.suppress(OSError):
                # The plain socket's own shutdown: that of a TLS socket would have the thread read on unencrypted.
                socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)
        return sent


IN_FLIGHT: Final[ContextVar[InFlightCall]] = ContextVar("IN_FLIGHT")
"""The call that the current thread makes. Set around each exchange by the transport."""


class PlainConnection(HTTPConnection):
    """A connection that reports to its call before it sends, and is not used again after a long idle time."""

    used_at = 0.0

    def send(self, data: Any) -> None:
        """Connect where needed, report, send."""
        if self.sock is None:
            self.connect()
        call = IN_FLIGHT.get()
        call.begin(self)
        self.used_at = call.now()
        super().send(data)

    @property
    def is_connected(self) -> bool:
        """Whether the pool may use the connection again.

        A proxy or firewall on the way may have dropped an idle connection without telling us. A write sent into it
        would be of unknown effect; a new handshake is cheaper than that.
        """
        return super().is_connected and IN_FLIGHT.get().now() - self.used_at < IDLE_SECONDS


class SecureConnection(PlainConnection, HTTPSConnection):
    """The same over TLS."""


class PlainPool(urllib3.HTTPConnectionPool):
    """A pool of reporting connections."""

    ConnectionCls = PlainConnection


class SecurePool(urllib3.HTTPSConnectionPool):
    """A pool of reporting TLS connections."""

    ConnectionCls = SecureConnection
