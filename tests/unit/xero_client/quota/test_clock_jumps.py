"""Parks and pauses last as long as they were meant to, whatever somebody does to the wall clock meanwhile."""

import asyncio
from datetime import datetime, timedelta

import pytest

from tests.fakes.alarm_clock import AlarmClock
from tests.unit.xero_client.quota.harness import ORG, Harness
from xero_client.errors import OutOfQuotaError
from xero_client.port import Priority

HOUR = timedelta(hours=1)
YEAR = timedelta(days=365)


class AdjustableClock(AlarmClock):
    """A clock whose wall time can be set; the steady one goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.jump = timedelta()

    def utc(self) -> datetime:
        """The wall clock as it was set."""
        return super().utc() + self.jump


async def test_a_park_ends_in_time_although_the_wall_clock_was_put_back() -> None:
    clock = AdjustableClock()
    harness = Harness(clock=clock)
    harness.governor.park(ORG, clock.utc() + HOUR, "out_of_quota")
    clock.jump = -YEAR
    await clock.advance(1_800)
    with pytest.raises(OutOfQuotaError) as refused:
        await harness.call()
    assert refused.value.resume_at == clock.utc() + HOUR / 2, "in the time that the wall clock shows now"
    await clock.advance(1_800)
    await _granted(harness)


async def test_the_day_that_xero_said_is_used_up_ends_although_the_wall_clock_was_put_back() -> None:
    clock = AdjustableClock()
    harness = Harness(clock=clock)
    headers = {"x-rate-limit-problem": "day", "retry-after": "7200"}
    refused = asyncio.create_task(harness.call(headers=headers, status=429))
    await clock.advance(0.5)
    await refused
    clock.jump = -YEAR
    await clock.advance(7_000)
    with pytest.raises(OutOfQuotaError):
        await harness.call(priority=Priority.PEOPLE)
    await clock.advance(201)
    await _granted(harness)


async def _granted(harness: Harness) -> None:
    async with harness.governor.slot(ORG, Priority.BACKLOG):
        return
