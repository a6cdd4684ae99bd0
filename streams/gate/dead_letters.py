"""Putting a record aside (contract 6.3), so that the next one goes on and this one can be read and redriven."""

import sys
from collections.abc import Awaitable, Callable
from datetime import datetime

from structlog.typing import FilteringBoundLogger

from mappers.inbound import Coordinates, Poison, bare_letter, dead_letter_headers
from streams.gate.ports import GateMetrics, Publisher, Record, RecordTooLargeError
from streams.gate.settings import GateSettings
from streams.reading import description_of, first_offset

_Headers = list[tuple[str, bytes | None]]


class DeadLetters:
    """Writes to the dead-letter topic: the original key, value and headers, and the `dlq.*` headers."""

    def __init__(
        self,
        settings: GateSettings,
        publisher: Publisher,
        metrics: GateMetrics,
        log: FilteringBoundLogger,
        clock: Callable[[], datetime],
    ) -> None:
        self._topic = settings.topics.dead_letters
        self._worker_version = settings.worker_version
        self._publisher = publisher
        self._metrics = metrics
        self._log = log
        self._clock = clock

    async def send(self, record: Record, poison: Poison) -> Awaitable[None]:
        """Hand the dead letter over; what is returned is done when the broker has it."""
        headers = dead_letter_headers(
            poison,
            Coordinates(record.topic, record.partition, first_offset(record.value, record.offset)),
            record.headers,
            failed_at=self._clock(),
            worker_version=self._worker_version,
            recorded_at=record.recorded_at,
        )
        headers += description_of(record.value)
        sys.audit("shipledger.dead_letter_due")
        sent = await self._publisher.send(self._topic, record.key, record.value, headers)
        sys.audit("shipledger.dead_letter_sent")
        return self._finish(record, poison, headers, sent)

    async def _finish(self, record: Record, poison: Poison, headers: _Headers, sent: Awaitable[None]) -> None:
        try:
            await sent
        except RecordTooLargeError:
            # Key and headers may be as large as the value, and what does not fit would come back at every start.
            key, headers = bare_letter(record.key, record.value, headers)
            await (await self._publisher.send(self._topic, key, b"", headers))
        sys.audit("shipledger.dead_letter_acknowledged")
        self._metrics.dead_letter(poison.reason)
        self._log.warning(
            "dead_lettered",
            reason=poison.reason.value,
            message=poison.message,
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
        )
