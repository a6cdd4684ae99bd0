"""One status change: ignored, requested or dead-lettered, and counted as exactly one of them (invariant 2)."""

import sys
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from structlog.typing import FilteringBoundLogger

from mappers.inbound import Poison, PoisonReason, read_event, to_request, trigger_of
from mappers.model import Company, SyncRequest, encode_request
from streams.gate.dead_letters import DeadLetters
from streams.gate.ports import GateMetrics, Publisher, Record, RecordTooLargeError
from streams.gate.settings import GateSettings
from streams.ops import EventResult, Invariant
from streams.reading import poison_of


@dataclass(frozen=True, slots=True)
class _Ready:
    """A request and its bytes."""

    request: SyncRequest
    value: bytes


class GateHandler:
    """Decides about a record and does what follows; knows ports, not Faust."""

    def __init__(
        self,
        settings: GateSettings,
        companies: Mapping[str, Company],
        publisher: Publisher,
        metrics: GateMetrics,
        log: FilteringBoundLogger,
        clock: Callable[[], datetime],
    ) -> None:
        self._topics = settings.topics
        self._limits = settings.limits
        self._companies = companies
        self._publisher = publisher
        self._metrics = metrics
        self._log = log
        self._tracing = settings.tracing
        self._dead_letters = DeadLetters(settings, publisher, metrics, log, clock)

    async def handle(self, record: Record) -> Coroutine[Any, Any, EventResult] | None:
        """Hand over what the record causes, in order; None for an ignored record, which causes nothing.

        What is returned must be awaited: it returns `requested` or `dead_lettered` when what the record caused is on
        the broker. Both raise only where the broker could not be told: then the record must not be acknowledged.
        """
        sys.audit("shipledger.status_change_fetched")
        if record.key is None:
            self._metrics.event_without_key()
        decision = self._decide(record)
        if isinstance(decision, _Ready):
            return self._requested(record, decision, await self._send(decision))
        if isinstance(decision, Poison):
            return self._dead_lettered(await self._dead_letters.send(record, decision))
        self._metrics.event(EventResult.IGNORED)
        return None

    def _decide(self, record: Record) -> _Ready | Poison | None:
        """What to do; None for an event that triggers nothing. A fault of our own code is a dead letter as well."""
        try:
            return self._read(record)
        except Exception as bug:  # noqa: BLE001  # The one catch-all: whatever our code gets wrong, the record goes aside.
            self._log.exception("gate_internal_error", **_coordinates(record))
            self._metrics.invariant_violated(Invariant.AGENT_BODY)
            return Poison(PoisonReason.INTERNAL_ERROR, f"a fault of the worker: {type(bug).__name__}")

    def _read(self, record: Record) -> _Ready | Poison | None:
        if (unreadable := poison_of(record.value)) is not None:
            return unreadable
        if record.value is None:  # A tombstone says that something was deleted, not that a shipment changed.
            return None
        event = read_event(
            record.value, record.headers, self._companies, recorded_at=record.recorded_at, limit=self._limits.event
        )
        if isinstance(event, Poison):
            return event
        company = self._companies[event.company_id]
        trigger = trigger_of(event, company)
        if trigger is None:
            return None
        request = to_request(event, company, trigger, asked_at=record.recorded_at)
        request = self._tracing.received(request, record.headers)
        value = encode_request(request)
        return _Ready(request, value) if len(value) <= self._limits.request else _too_large(value)

    async def _send(self, ready: _Ready) -> Awaitable[None]:
        key = ready.request.organisation.encode()
        sent = await self._publisher.send(self._topics.sync_requests, key, ready.value, headers=())
        sys.audit("shipledger.sync_request_sent")
        return sent

    async def _requested(self, record: Record, ready: _Ready, sent: Awaitable[None]) -> EventResult:
        try:
            await sent
        except RecordTooLargeError:
            return await self._dead_lettered(await self._dead_letters.send(record, _too_large(ready.value)))
        sys.audit("shipledger.sync_request_acknowledged")
        request = ready.request
        # The line that counts is the dispatcher's `request_answered`, which has these ids too.
        self._log.debug(
            "sync_requested",
            company_id=request.company_id,
            shipment_id=request.shipment_id,
            revision=request.revision,
            event_id=request.event_id,
            request_id=str(request.request_id),
            trigger=request.trigger.value,
            **_coordinates(record),
        )
        self._metrics.event(EventResult.REQUESTED)
        return EventResult.REQUESTED

    async def _dead_lettered(self, sent: Awaitable[None]) -> EventResult:
        await sent
        self._metrics.event(EventResult.DEAD_LETTERED)
        return EventResult.DEAD_LETTERED


def _too_large(value: bytes) -> Poison:
    return Poison(PoisonReason.OVERSIZE, f"the request would have {len(value)} bytes, more than Kafka can carry on")


def _coordinates(record: Record) -> dict[str, str | int]:
    return {"topic": record.topic, "partition": record.partition, "offset": record.offset}
