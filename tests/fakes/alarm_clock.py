"""A clock that moves only when it is told to, for tests of what waits."""

import asyncio
import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from xero_client.quota.clock import Moment

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@dataclass(order=True, slots=True)
class SetAlarm:
    """A callback due at `at`."""

    at: float
    number: int
    callback: Callable[[], None] = field(compare=False)
    cancelled: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        """Never run it."""
        self.cancelled = True


class AlarmClock:
    """Implements `quota.clock.Clock`; `sleep` is for the tasks of a test that stand for a slow server."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._alarms: list[SetAlarm] = []
        self._set = 0

    def now(self) -> Moment:
        """The present moment; both clocks move together."""
        return Moment(self.seconds, self.utc())

    def utc(self) -> datetime:
        """The wall clock."""
        return START + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        """The steady clock."""
        return self.seconds

    def call_later(self, seconds: float, callback: Callable[[], None]) -> SetAlarm:
        """Run `callback` when `advance` passes that time."""
        self._set += 1
        alarm = SetAlarm(self.seconds + seconds, self._set, callback)
        heapq.heappush(self._alarms, alarm)
        return alarm

    async def sleep(self, seconds: float) -> None:
        """Wait until `advance` passes that time."""
        over = asyncio.get_running_loop().create_future()
        self.call_later(seconds, lambda: None if over.done() else over.set_result(None))
        await over

    async def advance(self, seconds: float) -> None:
        """Let time pass: every alarm in its order, and after each everything that it wakes."""
        end = self.seconds + seconds
        await run_ready_tasks()
        while self._alarms and self._alarms[0].at <= end:
            alarm = heapq.heappop(self._alarms)
            self.seconds = max(self.seconds, alarm.at)
            if not alarm.cancelled:
                alarm.callback()
                await run_ready_tasks()
        self.seconds = end


async def run_ready_tasks(turns: int = 12) -> None:
    """Let every task that is ready run until it waits again."""
    for _ in range(turns):
        await asyncio.sleep(0)
