"""Follows the topic of the pauses without a group: every worker reads all of it, from the beginning, and stays at its
end.

What it knows counts for `FRESH_SECONDS` after the brokers last said that nothing stands behind it. Whatever fails, it
begins anew; until the topic is read to its end again, the last whole reading stands, and then nothing is known.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, Protocol

import structlog
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from mappers.model import CompanyPause, kafka_time
from streams.ops import Patience, Progress, bounded
from streams.pauses.source import PauseSource
from streams.pauses.table import PauseRecord, PauseTable
from streams.reading import first_offset, poison_of
from streams.topics import TopicsMissingError

log = structlog.get_logger(__name__)

FRESH_SECONDS = 15.0
"""A reading of the topic that is older than this is no knowledge: somebody may have paused a company since."""
CONFIRM_EVERY = 1.0
LOOK_EVERY = 0.1
ANSWER_SECONDS = 10.0
START_SECONDS = 30.0
STOP_SECONDS = 2.0
SHORTEST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
POLL_RECORDS = 200
"""Whose reading is one turn of the event loop."""

# These need no traceback: the message says it all.
_EXPECTED = (KafkaError, OSError, TimeoutError, TopicsMissingError)


class PauseMetrics(Protocol):
    """What the follower shows."""

    def companies_paused(self, is_paused: Callable[[str], bool]) -> None:
        """Set which companies of the profile are paused."""
        ...


class PauseFollower:
    """Knows which companies are paused. `run` is one task; the rest answers from memory."""

    def __init__(
        self,
        source: PauseSource,
        metrics: PauseMetrics,
        *,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float],
    ) -> None:
        self._source = source
        self._metrics = metrics
        self._clock = clock
        self._monotonic = monotonic
        self._table = PauseTable()
        self._positions: dict[int, int] = {}
        self._confirmed_at = float("-inf")
        self._confirmed = asyncio.Event()
        self._is_asked = False
        self._why_not = "the pauses have not been read yet"
        self._listeners: list[Callable[[], None]] = []
        self._rounds = 0

    def subscribe(self, on_news: Callable[[], None]) -> None:
        """Tell `on_news` when a company was paused or resumed, and when that is known again."""
        self._listeners.append(on_news)

    @property
    def is_known(self) -> bool:
        """Whether what is answered here is what the topic says now, give or take some seconds."""
        return self._monotonic() - self._confirmed_at < FRESH_SECONDS

    def pause_of(self, company_id: str) -> CompanyPause | None:
        """The company's pause, as far as is known; None where it is not paused."""
        return self._table.pause_of(company_id)

    def said_of(self, company_id: str) -> CompanyPause | None:
        """What was last said of the company, that it goes on included; None where nobody ever said anything."""
        return self._table.said_of(company_id)

    def why_not_ready(self) -> str:
        """Empty where the pauses are known; else the reason."""
        return "" if self.is_known else f"which companies are paused is not known: {self._why_not}"

    @property
    def progress(self) -> Progress:
        """For liveness: each try is a step, be it in vain; what it waits for is bounded."""
        return Progress(done=self._rounds, has_work=True)

    async def caught_up(self) -> None:
        """Return when all that stands in the topic now is known. Without a bound: that is the caller's."""
        asked_at = self._monotonic()
        while self._confirmed_at < asked_at:
            self._is_asked = True
            await self._confirmed.wait()

    async def has_read(self, partition: int, offset: int) -> None:
        """Return when the record at this place is known. Without a bound: that is the caller's."""
        while self._positions.get(partition, 0) <= offset:
            await self._confirmed.wait()

    async def run(self) -> None:
        """Follow until cancelled."""
        pause = SHORTEST_PAUSE
        while True:
            before = self._confirmed_at
            try:
                await self._follow()
            except Exception as error:  # noqa: BLE001  # Whatever it is: it is read anew, and meanwhile nothing is guessed.
                self._interrupted(error)
            pause = SHORTEST_PAUSE if self._confirmed_at > before else min(2 * pause, LONGEST_PAUSE)
            self._rounds += 1
            await asyncio.sleep(pause)

    def _interrupted(self, error: Exception) -> None:
        reason = f"{type(error).__name__}: {error}"
        if reason != self._why_not:
            log.warning("pauses_not_read", reason=reason, exc_info=None if isinstance(error, _EXPECTED) else error)
        self._why_not = reason

    async def _follow(self) -> None:
        partitions = await bounded(self._source.partitions(), START_SECONDS, "the partitions of the pauses")
        consumer = self._source.consumer()
        try:
            await bounded(consumer.start(), START_SECONDS, "the start of the consumer of the pauses")
            first = await bounded(consumer.beginning_offsets(partitions), ANSWER_SECONDS, "the first pauses")
            consumer.assign(partitions)
            for each, offset in first.items():
                consumer.seek(each, offset)
            await self._read_on(consumer, partitions, dict(first), PauseTable())
        finally:
            with suppress(Exception):
                await bounded(consumer.stop(), STOP_SECONDS, "the end of the consumer of the pauses")

    async def _read_on(
        self, consumer: Any, partitions: list[TopicPartition], at: dict[TopicPartition, int], table: PauseTable
    ) -> None:
        while True:
            asked_at = self._monotonic()
            # Records that do not come although the brokers say that they are there: begin anew. A long topic is no
            # fault: whoever paused and resumed a company a million times must not keep us from knowing ever again.
            patience = Patience(START_SECONDS, self._monotonic, "the topic of the pauses gave nothing before its end")
            ends = await bounded(consumer.end_offsets(partitions), ANSWER_SECONDS, "the end of the pauses")
            while await self._is_behind(consumer, at, ends):
                is_news = await self._poll(consumer, table, LOOK_EVERY)
                if is_news and table is self._table:
                    self._tell()
                patience.check(tuple(at.values()))
            self._confirm(asked_at, at, table)
            await self._wait_for_news(consumer, table)

    async def _wait_for_news(self, consumer: Any, table: PauseTable) -> None:
        """Return when the end should be asked for again: records came, somebody asks, or it is time."""
        until = self._monotonic() + CONFIRM_EVERY
        while self._monotonic() < until and not self._is_asked:
            if await self._poll(consumer, table, LOOK_EVERY):
                self._tell()
                break
        self._is_asked = False

    async def _is_behind(
        self, consumer: Any, at: dict[TopicPartition, int], ends: Mapping[TopicPartition, int]
    ) -> bool:
        for each in at:
            at[each] = await bounded(consumer.position(each), ANSWER_SECONDS, "the position in the pauses")
        return any(at[each] < end for each, end in ends.items())

    async def _poll(self, consumer: Any, table: PauseTable, seconds: float) -> bool:
        """Take what comes within this time; whether anything came."""
        polled = await bounded(
            consumer.getmany(timeout_ms=int(seconds * 1000), max_records=POLL_RECORDS),
            ANSWER_SECONDS,
            "the next records of the pauses",
        )
        self._rounds += 1
        for record in (each for records in polled.values() for each in records):
            self._take(table, record)
        return bool(polled)

    def _take(self, table: PauseTable, record: Any) -> None:
        poison = poison_of(record.value)
        fault = table.take(
            PauseRecord(
                record.partition,
                record.offset,
                None if poison else record.key,
                record.value,
                kafka_time(record.timestamp) or self._clock(),
                poison.message if poison else "",
            )
        )
        if fault:
            log.error(
                "pause_unreadable",
                partition=record.partition,
                offset=first_offset(record.value, record.offset),
                message=fault,
                hint="Operations: say anew whether the company is paused; see docs/operators.md.",
            )

    def _confirm(self, asked_at: float, at: Mapping[TopicPartition, int], table: PauseTable) -> None:
        """Nothing stood behind what is read when it was asked."""
        is_news = table is not self._table or not self.is_known
        self._table, self._confirmed_at, self._why_not = table, asked_at, ""
        self._positions = {each.partition: position for each, position in at.items()}
        if is_news:
            self._tell()
        self._confirmed.set()
        self._confirmed = asyncio.Event()

    def show(self) -> None:
        """Show which companies are paused."""
        self._metrics.companies_paused(lambda company_id: self.pause_of(company_id) is not None)

    def _tell(self) -> None:
        self.show()
        for each in self._listeners:
            each()
