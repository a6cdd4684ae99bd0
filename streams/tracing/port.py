"""What gate and dispatcher tell about a request on its way."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from mappers.model import Outcome, SyncRequest


@dataclass(frozen=True, slots=True)
class TracedCall:
    """A write to Xero: what kind of document, PUT or POST in words, and the requests that it serves."""

    organisation: str
    kind: str
    operation: str
    served: Sequence[SyncRequest]


class Tracing(Protocol):
    """Raises nothing, waits for nothing."""

    def received(self, request: SyncRequest, headers: Iterable[tuple[str, bytes | None]]) -> SyncRequest:
        """The request that a status change makes, with the trace that it belongs to; called where it was decided."""
        ...

    def call(self, call: TracedCall) -> AbstractContextManager[None]:
        """Surrounds a write."""
        ...

    def onward(self, outcome: Outcome, traceparent: str | None) -> str | None:
        """The `traceparent` of an outcome; `traceparent` is its request's."""
        ...

    def ended(self, outcome: Outcome, traceparent: str | None, asked_at: datetime) -> None:
        """The outcome is committed, and terminal."""
        ...
