"""One connection: uvicorn's protocol, with a deadline for whatever the caller is to do next."""

import asyncio
import time
from collections.abc import Callable
from enum import StrEnum

import h11
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import STATUS_PHRASES, H11Protocol, RequestResponseCycle
from uvicorn.server import ServerState

from streams.web.headers import RawHeaders, with_safe_headers
from streams.web.http.limits import HttpLimits
from streams.web.http.parser import StrictParser
from streams.web.problems import PROBLEM_JSON, ApiError, HttpCode


class Awaited(StrEnum):
    """What a connection waits for from its caller. NOTHING: the call is being answered."""

    CALL = "call"
    HEAD = "head"
    BODY = "body"
    READER = "reader"
    END = "end"
    NOTHING = "nothing"


class HttpConnection(H11Protocol):
    """uvicorn's has no deadline but that between two calls, and answers what it cannot parse in its own shape.

    `changed` is told whenever the connection begins or ceases to wait for a call, and when it is gone.
    """

    def __init__(
        self, config: Config, state: ServerState, limits: HttpLimits, changed: Callable[["HttpConnection"], None]
    ) -> None:
        super().__init__(config, state, {}, asyncio.get_running_loop())
        self._limits = limits
        self._changed = changed
        self._deadline: asyncio.TimerHandle | None = None
        self._discarded = 0
        self.conn = self._parser = StrictParser(limits)
        self.awaited = Awaited.CALL
        self.is_gone = False
        self._is_refused = False

    def give_way(self) -> None:
        """Close at once: others need the place."""
        self.transport.abort()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # As in uvicorn.
        """asyncio's."""
        super().connection_made(transport)
        self._expect(Awaited.HEAD, self._limits.head)

    def connection_lost(self, exc: Exception | None) -> None:
        """asyncio's."""
        super().connection_lost(exc)
        self._unset_keepalive_if_required()
        self._expect(Awaited.NOTHING, None)
        self.is_gone = True
        self._changed(self)

    def data_received(self, data: bytes) -> None:
        """asyncio's."""
        if self.awaited is Awaited.END:
            self._discarded += len(data)
        if self._discarded > self._limits.discarded:
            self.transport.abort()
        if self._is_refused or self.transport.is_closing():
            return
        if self.awaited is Awaited.CALL:
            self._expect(Awaited.HEAD, self._limits.head)
        super().data_received(data)
        self._look_at_the_call()

    def pause_writing(self) -> None:
        """asyncio's: the caller does not take its answer."""
        super().pause_writing()
        self._look_at_the_call()

    def resume_writing(self) -> None:
        """asyncio's."""
        super().resume_writing()
        self._look_at_the_call()

    def on_response_complete(self) -> None:
        """uvicorn's: the answer is written, and the next call may be in the buffer already."""
        super().on_response_complete()
        self._look_at_the_call()

    def shutdown(self) -> None:
        """uvicorn's: no more calls, and the end where none is under way."""
        if self._is_refused:
            self.transport.close()
        else:
            super().shutdown()
        self._look_at_the_call()

    def timeout_keep_alive_handler(self) -> None:
        """uvicorn's: no call came for too long."""
        super().timeout_keep_alive_handler()
        self._look_at_the_call()

    def send_400_response(self, msg: str) -> None:
        """uvicorn's: the parser refuses what came."""
        self._refuse(self._parser.refusal or ApiError(400, HttpCode.BAD_REQUEST, msg))

    def _look_at_the_call(self) -> None:
        """Expect of the caller what the states of parser and answer leave to do."""
        if self.is_gone or self._is_refused:
            return
        cycle: RequestResponseCycle | None = self.cycle
        has_call = cycle is not None and not cycle.response_complete
        if self.transport.is_closing():
            self._expect(Awaited.END, self._limits.end)
        elif self.flow.write_paused:
            self._expect(Awaited.READER, self._limits.answer)
        elif self.conn.their_state is h11.SEND_BODY:
            self._expect(Awaited.BODY, self._limits.body) if has_call else self._expect(Awaited.END, self._limits.end)
        elif has_call:
            self._expect(Awaited.NOTHING, None)
        elif self.awaited not in (Awaited.HEAD, Awaited.CALL):
            has_begun = bool(self.conn.trailing_data[0])
            self._expect(Awaited.HEAD, self._limits.head) if has_begun else self._expect(Awaited.CALL, None)

    def _expect(self, awaited: Awaited, seconds: float | None) -> None:
        """Begin to wait; who waits for the same already goes on with the deadline that it has."""
        if awaited is self.awaited and (self._deadline is not None) is (seconds is not None):
            return
        if self._deadline is not None:
            self._deadline.cancel()
        self.awaited = awaited
        self._deadline = None if seconds is None else self.loop.call_later(seconds, self._overdue)
        self._changed(self)

    def _overdue(self) -> None:
        self._deadline = None
        if self.awaited is Awaited.BODY or (self.awaited is Awaited.HEAD and self.conn.trailing_data[0]):
            self._refuse(_too_slow(self.awaited))
        else:
            self.transport.abort()

    def _refuse(self, error: ApiError) -> None:
        """Answer and end. What is answered in part already just ends."""
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.abort()
            return
        body = error.body()
        headers: RawHeaders = [
            (b"content-type", PROBLEM_JSON.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
        ]
        head = h11.Response(
            status_code=error.status,
            headers=with_safe_headers(headers, time.time()),
            reason=STATUS_PHRASES[error.status],
        )
        for event in (head, h11.Data(data=body), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is not None and not cycle.response_complete:
            # The application hears that its caller is gone, and what it still says is dropped.
            cycle.disconnected = True
            cycle.message_event.set()
        self._linger()

    def _linger(self) -> None:
        """End our side, and wait for theirs: closed with bytes unread, the kernel would take the answer back (RST)."""
        self._is_refused = True
        self._expect(Awaited.END, self._limits.end)
        self.flow.resume_reading()
        self.transport.write_eof()


def _too_slow(awaited: Awaited) -> ApiError:
    return ApiError(
        408,
        HttpCode.REQUEST_TOO_SLOW,
        f"The request's {awaited.value} did not come in time.",
        "Send it without pauses.",
    )
