"""Publishing the chosen events, some at a time, so that an end in the middle can say where it was."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from typing import Final

from config.kafka import KafkaSettings
from streams.cli.kafka.brokers import producer
from streams.cli.kafka.records import Record, send
from streams.cli.kafka.replay.places import after
from streams.cli.kafka.source import Source, Spans

MOST_AT_ONCE: Final = 500
_BYTES_AT_ONCE = 4 * 1024 * 1024
_TOLD_SECONDS = 2.0

Wanted = Callable[[Record], bool]


class Progress:
    """Tells how far it is, every other second at most. `soon`: the first time it is asked to, too."""

    def __init__(
        self, told: Callable[[str], None], *, soon: bool = False, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._told = told
        self._clock = clock
        self._last = None if soon else clock()

    def tell(self, words: str) -> None:
        """Say it, where it is time to."""
        now = self._clock()
        if self._last is None or now - self._last >= _TOLD_SECONDS:
            self._last = now
            self._told(words)


class Sending:
    """One replay on its way: `count` events are acknowledged, `left` is what remains of the spans."""

    def __init__(self, topic: str, spans: Spans, most: int | None) -> None:
        self.topic = topic
        self._most = most
        self._asked_to_end = False
        self.left = dict(spans)
        self.count = 0
        self.is_done = False

    @property
    def remaining(self) -> int | None:
        """How many may follow; None without a limit."""
        return None if self._most is None else self._most - self.count

    def end(self) -> None:
        """Stop once what is being sent is acknowledged."""
        self._asked_to_end = True

    async def run(
        self, settings: KafkaSettings, source: Source, wanted: Wanted, progress: Progress, total: int
    ) -> None:
        """Publish until everything is, or `end` is called. Raises CommandFailedError where the brokers refuse."""
        async with producer(settings) as client, aclosing(chosen(source, self.left, wanted, self._most)) as records:
            async for some in _chunks(records):
                if self._asked_to_end:
                    return
                if self.count:
                    progress.tell(
                        f"{self.count} of {total} published, then from {some[0].recorded_at or some[0].place}"
                    )
                await send(client, [(self.topic, record) for record in some])
                self.left = after(self.left, some)
                self.count += len(some)
        self.is_done = True


async def chosen(
    source: Source, spans: Spans, wanted: Wanted, most: int | None, told: Callable[[str], None] | None = None
) -> AsyncGenerator[Record, None]:
    """The wanted records of the spans, `most` at most; `told` hears of those that cannot be read."""
    count = 0
    async with aclosing(source.records(spans, told or _in_silence)) as records:
        async for record in records:
            if count == most:
                return
            if wanted(record):
                count += 1
                yield record


async def _chunks(records: AsyncIterator[Record]) -> AsyncIterator[list[Record]]:
    """As many as go at once: bounded in records and bytes."""
    some: list[Record] = []
    size = 0
    async for record in records:
        some.append(record)
        size += len(record.value or b"")
        if len(some) == MOST_AT_ONCE or size >= _BYTES_AT_ONCE:
            yield some
            some, size = [], 0
            # Whoever asked for the end is heard between two of them.
            await asyncio.sleep(0)
    if some:
        yield some


def _in_silence(_line: str) -> None:
    """The plan has told it."""
