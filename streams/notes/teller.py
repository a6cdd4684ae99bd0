"""Tells the companies of this worker what is new, by one channel: one note at a time, and one open note a company.

Before each attempt it is kept that somebody tries, and for how long nobody else is to; after it what came of it. A
worker that ends in between leaves a note that its successor sends again, with the same id. docs/adr/0022 has the rest.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog

from streams.notes.composer import Composer
from streams.notes.pauses import LONGEST_PAUSE, Pauses
from streams.notes.ports import Channel, Delivery, Memory, MemoryAwayError, NoteMetrics, Result
from streams.notes.share import Share
from streams.notes.told import OpenNote, Told
from streams.ops import NoteResult

log = structlog.get_logger(__name__)

ROUND_SECONDS: Final = 10.0
HANDS_OFF: Final = timedelta(seconds=60)
"""Longer than an attempt can take, so that two workers never try at once."""
GIVE_UP: Final = timedelta(days=3)
LONGEST_WAIT: Final = HANDS_OFF + timedelta(seconds=LONGEST_PAUSE)


class Teller:
    """`run` is one task."""

    def __init__(
        self,
        channel: Channel,
        composer: Composer,
        memory: Memory,
        share: Share,
        metrics: NoteMetrics,
        clock: Callable[[], datetime],
        pauses: Pauses,
    ) -> None:
        self._channel = channel
        self._composer = composer
        self._memory = memory
        self._share = share
        self._metrics = metrics
        self._clock = clock
        self._pauses = pauses
        self._away_until = datetime.min.replace(tzinfo=UTC)
        self._failures = 0
        self._is_gone = False
        self._why_not = ""
        self._done: set[str] = set()
        """Notes that were delivered, and of which that could not be kept yet."""
        self._stop = asyncio.Event()
        self._stopped = asyncio.Event()
        self._stopped.set()

    async def run(self) -> None:
        """Tell what is new until cancelled, or until `stop`."""
        self._stopped.clear()
        try:
            while not self._stop.is_set():
                await self.round()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stop.wait(), ROUND_SECONDS)
        finally:
            self._stopped.set()

    async def stop(self) -> None:
        """Return when the attempt under way, if any, has ended and is kept. Without a bound: that is the caller's."""
        self._stop.set()
        await self._stopped.wait()

    async def round(self) -> None:
        """Look at each company once, and try what is to be tried."""
        ours = [each for each in self._share.companies() if self._channel.reaches(each)]
        try:
            if ours:
                await self._memory.read()
            for company_id in ours:
                if self._stop.is_set():
                    return
                await self._attend_to_it_alone(company_id)
            self._why_not = ""
        except MemoryAwayError as error:
            self._say_once(str(error))
        self._show(ours)

    def _say_once(self, reason: str) -> None:
        if reason != self._why_not:
            log.warning("notes_not_told", channel=self._channel.name.value, reason=reason)
        self._why_not = reason

    def _show(self, ours: list[str]) -> None:
        known = (self._memory.told(self._channel.name, each).open for each in ours)
        ages = [(self._clock() - each.made_at).total_seconds() for each in known if each is not None]
        self._metrics.notes_open(self._channel.name, len(ages), max(0.0, *ages) if ages else 0.0)

    async def _attend_to_it_alone(self, company_id: str) -> None:
        """A fault of ours about one company must not keep the others from being told."""
        try:
            await self._attend(company_id)
        except MemoryAwayError:
            raise
        except Exception:
            log.exception("note_failed", channel=self._channel.name.value, company_id=company_id)

    async def _attend(self, company_id: str) -> None:
        told = self._memory.told(self._channel.name, company_id)
        if told.open is None:
            self._done.discard(told.last_id)
            told = await self._look(told)
        if told.open is not None:
            await self._try(told, told.open)

    async def _look(self, told: Told) -> Told:
        now = self._clock()
        if not self._composer.is_due(told, now):
            return told
        seen = await asyncio.to_thread(self._composer.look, told, now)
        if seen is not told:
            await self._memory.keep(seen)
        return seen

    async def _try(self, told: Told, note: OpenNote) -> None:
        now = self._clock()
        if note.id in self._done:
            await self._is_delivered(told, note)
        elif now - note.made_at > GIVE_UP:
            await self._give_up(told, note)
        elif self._may_try(told, note, now):
            await self._send(told, note.attempted(now, now + HANDS_OFF))

    def _may_try(self, told: Told, note: OpenNote, now: datetime) -> bool:
        if self._is_gone or now < self._away_until or not self._share.still_has(told.company_id):
            return False
        # A time beyond every pause was written under a clock that was wrong.
        return not timedelta(0) < note.try_at - now <= LONGEST_WAIT

    async def _send(self, before: Told, note: OpenNote) -> None:
        """The attempt is kept before it is made."""
        told = before.with_open(note)
        await self._memory.keep(told)
        delivery = await self._channel.send(note.id, note.note)
        if delivery.result is Result.DELIVERED:
            self._failures = 0
            self._done.add(note.id)
            await self._is_delivered(told, note)
        else:
            await self._has_failed(told, note, delivery)

    async def _is_delivered(self, told: Told, note: OpenNote) -> None:
        await self._memory.keep(told.delivered(self._clock()))
        self._done.discard(note.id)
        self._metrics.note(self._channel.name, NoteResult.DELIVERED)
        log.info(
            "note_delivered",
            channel=self._channel.name.value,
            company_id=told.company_id,
            note_id=note.id,
            causes=note.note.data.count,
            attempt=note.attempts,
        )

    async def _has_failed(self, told: Told, note: OpenNote, delivery: Delivery) -> None:
        """A receiver that is away gets a rest from all notes; a note that is refused waits by itself."""
        now = self._clock()
        self._metrics.note(self._channel.name, NoteResult.FAILED)
        if delivery.result is Result.REFUSED:
            pause = self._pauses.after(note.attempts, delivery.retry_after)
        else:
            self._failures += 1
            pause = self._pauses.after(self._failures, delivery.retry_after)
            self._away_until = now + timedelta(seconds=pause)
            self._is_gone = delivery.result is Result.GONE
        self._say_why(told, note, delivery, pause)
        await self._memory.keep(told.with_open(note.put_off(now + timedelta(seconds=pause))))

    def _say_why(self, told: Told, note: OpenNote, delivery: Delivery, pause: float) -> None:
        if delivery.result is Result.GONE:
            log.error(
                "note_receiver_gone",
                channel=self._channel.name.value,
                company_id=told.company_id,
                note_id=note.id,
                reason=delivery.reason,
                attempt=note.attempts,
            )
            return
        log.warning(
            "note_not_delivered",
            channel=self._channel.name.value,
            company_id=told.company_id,
            note_id=note.id,
            reason=delivery.reason,
            attempt=note.attempts,
            seconds=round(pause, 1),
        )

    async def _give_up(self, told: Told, note: OpenNote) -> None:
        await self._memory.keep(told.given_up(self._clock()))
        self._metrics.note(self._channel.name, NoteResult.GIVEN_UP)
        log.error("note_given_up", channel=self._channel.name.value, company_id=told.company_id, note_id=note.id)
