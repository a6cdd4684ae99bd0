"""A clock that runs many times faster than the machine's and may be put forward; sleepers and alarms notice."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.unit.streams.dispatch.harness import Clock
from xero_client.quota.clock import Alarm, Moment


@dataclass(frozen=True)
class TaskAlarm:
    """A callback that a task will make."""

    task: "asyncio.Task[None]"

    def cancel(self) -> None:
        """Never run it."""
        self.task.cancel()


class DrivenClock(Clock):
    """Seconds of this clock, `scale` to a real one, plus what `advance` adds. May be read from any thread."""

    def __init__(self, scale: float) -> None:
        super().__init__()
        self.scale = scale
        self._began = time.monotonic()
        self._began_utc = datetime.now(UTC)
        self._moved = asyncio.Event()

    def utc(self) -> datetime:
        """Now."""
        return self._began_utc + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        """Seconds since this clock was made."""
        return (time.monotonic() - self._began) * self.scale + self.ahead.total_seconds()

    def now(self) -> Moment:
        """As `xero_client.quota.clock.Clock.now`."""
        return Moment(self.monotonic(), self.utc())

    def advance(self, seconds: float) -> None:
        """Let the time pass at once: whoever sleeps until then wakes."""
        self.ahead += timedelta(seconds=seconds)
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    async def sleep(self, seconds: float) -> None:
        """Wait for seconds of this clock."""
        due = self.monotonic() + seconds
        await asyncio.sleep(0)
        while (left := due - self.monotonic()) > 0:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left / self.scale):
                    await self._moved.wait()

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Alarm:
        """As `xero_client.quota.clock.Clock.call_later`."""
        return TaskAlarm(asyncio.get_running_loop().create_task(self._alarm(seconds, callback)))

    async def _alarm(self, seconds: float, callback: Callable[[], None]) -> None:
        await self.sleep(seconds)
        callback()
