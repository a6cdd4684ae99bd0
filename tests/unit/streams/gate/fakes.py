"""A publisher, metrics and log in memory: they keep what they were given, and fail when told to."""

from collections import Counter
from collections.abc import Awaitable
from dataclasses import dataclass, field

import structlog
from structlog.testing import LogCapture
from structlog.typing import EventDict, FilteringBoundLogger

from mappers.inbound.bare_letter import letter_size
from mappers.inbound.dead_letter import PoisonReason
from streams.gate.ports import KafkaHeaders, RecordTooLargeError
from streams.ops.labels import EventResult, Invariant


@dataclass(frozen=True)
class Published:
    """One record that the broker would have."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: dict[str, bytes | None]


@dataclass
class MemoryPublisher:
    """Keeps records up to `largest` bytes of value; `failure` is raised instead where there is one: `at_once`, or when
    the broker is waited for.
    """

    largest: int = 10**9
    largest_record: int = 10**9
    """With key and headers, as a broker counts."""
    failure: Exception | None = None
    at_once: bool = False
    published: list[Published] = field(default_factory=list)

    async def send(self, topic: str, key: bytes | None, value: bytes | None, headers: KafkaHeaders) -> Awaitable[None]:
        if self.failure is not None and self.at_once:
            raise self.failure
        assert key is not None or value is not None, "Kafka's clients refuse a record without key and value"
        return self._keep(Published(topic, key, value, dict(headers)))

    async def _keep(self, record: Published) -> None:
        if self.failure is not None:
            raise self.failure
        if len(record.value or b"") > self.largest:
            raise RecordTooLargeError(f"{len(record.value or b'')} bytes")
        if letter_size(record.key, record.value, list(record.headers.items())) > self.largest_record:
            raise RecordTooLargeError("the record")
        self.published.append(record)

    def on(self, topic: str) -> list[Published]:
        return [each for each in self.published if each.topic == topic]


@dataclass
class CountingMetrics:
    """Counts by label."""

    events: Counter[str] = field(default_factory=Counter)
    dead_letters: Counter[str] = field(default_factory=Counter)
    violations: Counter[str] = field(default_factory=Counter)
    keyless: int = 0

    def event(self, result: EventResult) -> None:
        self.events[result] += 1

    def event_without_key(self) -> None:
        self.keyless += 1

    def dead_letter(self, reason: PoisonReason) -> None:
        self.dead_letters[reason] += 1

    def invariant_violated(self, invariant: Invariant) -> None:
        self.violations[invariant] += 1


@dataclass
class CapturedLog:
    """A structlog logger and the lines that were written to it."""

    _capture: LogCapture = field(default_factory=LogCapture)

    @property
    def lines(self) -> list[EventDict]:
        return list(self._capture.entries)

    @property
    def logger(self) -> FilteringBoundLogger:
        logger: FilteringBoundLogger = structlog.wrap_logger(
            None, processors=[self._capture], wrapper_class=structlog.make_filtering_bound_logger(0)
        )
        return logger
