"""Tracing that is off: a sender's context is passed on as it came, so that consumers can join what senders trace."""

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Final

from mappers.model import Outcome, SyncRequest
from streams.tracing.port import TracedCall
from streams.tracing.trace_context import TraceContext

_NOTHING: Final = nullcontext()


class PassOn:
    """The port `Tracing` without spans."""

    def received(self, request: SyncRequest, headers: Iterable[tuple[str, bytes | None]]) -> SyncRequest:
        """As the port says."""
        context = TraceContext.of_headers(headers)
        return request if context is None else request.model_copy(update={"traceparent": str(context)})

    def call(self, call: TracedCall) -> AbstractContextManager[None]:
        """As the port says."""
        del call
        return _NOTHING

    def onward(self, outcome: Outcome, traceparent: str | None) -> str | None:
        """As the port says."""
        del outcome
        return traceparent

    def ended(self, outcome: Outcome, traceparent: str | None, asked_at: datetime) -> None:
        """As the port says."""


PASS_ON: Final = PassOn()
