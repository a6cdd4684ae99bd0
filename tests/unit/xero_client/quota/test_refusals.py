"""What the governor does after a 429, or after one that the ledger remembers from before a restart."""

import asyncio
from datetime import timedelta

import pytest

from tests.fakes.alarm_clock import START, run_ready_tasks
from tests.unit.xero_client.quota.harness import ORG, OTHER, Harness, finish
from xero_client.errors import OutOfQuotaError
from xero_client.port import Priority
from xero_client.quota.limits import QuotaLimits


async def refused(harness: Harness, organisation: str = ORG, priority: Priority = Priority.BACKLOG) -> OutOfQuotaError:
    """The error that a slot raises at once."""
    with pytest.raises(OutOfQuotaError) as caught:
        async with harness.governor.slot(organisation, priority):
            pass
    return caught.value


async def test_a_minute_refusal_is_waited_for_as_long_as_xero_says_and_a_little_more() -> None:
    harness = Harness(random=lambda: 0.5)
    harness.governor.observe(ORG, {"x-rate-limit-problem": "minute", "retry-after": "12"}, 429)
    task = asyncio.create_task(harness.call())
    await harness.clock.advance(12.0)
    assert harness.granted == []
    await harness.clock.advance(0.5)
    assert harness.granted == [(ORG, 12.5)]
    assert harness.waits == [("minute", 12.5)]
    await finish([task])


async def test_a_minute_refusal_of_one_does_not_hold_up_another() -> None:
    harness = Harness()
    harness.governor.observe(ORG, {"x-rate-limit-problem": "minute", "retry-after": "12"}, 429)
    task = asyncio.create_task(harness.call(OTHER))
    await run_ready_tasks()
    assert harness.granted == [(OTHER, 0.0)]
    await finish([task])


async def test_a_used_up_day_is_refused_at_once_with_its_absolute_end() -> None:
    harness = Harness()
    harness.governor.observe(ORG, {"x-rate-limit-problem": "day", "retry-after": "71468"}, 429)
    error = await refused(harness, priority=Priority.PEOPLE)
    assert (error.limit, error.resume_at) == ("day", START + timedelta(seconds=71_468))
    async with harness.governor.slot(OTHER, Priority.BACKLOG):
        pass


async def test_the_organisation_goes_on_when_its_day_is_over() -> None:
    harness = Harness()
    harness.governor.observe(ORG, {"x-rate-limit-problem": "day", "retry-after": "71468"}, 429)
    await harness.clock.advance(71_468.0)
    async with harness.governor.slot(ORG, Priority.BACKLOG):
        pass


async def test_whoever_waits_is_refused_when_the_day_is_used_up() -> None:
    harness = Harness()
    harness.governor.observe(ORG, {"x-rate-limit-problem": "minute", "retry-after": "30"}, 429)
    tasks = [asyncio.create_task(harness.call()) for _ in range(3)]
    await run_ready_tasks()
    harness.governor.observe(ORG, {"x-rate-limit-problem": "day", "retry-after": "7200"}, 429)
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(each) for each in results] == [OutOfQuotaError] * 3


async def test_the_reserve_of_the_day_is_for_people() -> None:
    harness = Harness()
    await harness.first_reply()
    harness.governor.observe(ORG, {"x-daylimit-remaining": "250"}, 200)
    error = await refused(harness)
    assert error.limit == "day"
    assert "250 are kept for people" in error.message
    async with harness.governor.slot(ORG, Priority.PEOPLE):
        pass


async def test_the_reserve_is_a_share_of_the_day() -> None:
    harness = Harness(QuotaLimits(per_day=1_000))
    harness.governor.observe(ORG, {"x-daylimit-remaining": "51"}, 200)
    async with harness.governor.slot(ORG, Priority.BACKLOG):
        pass


async def test_parking_from_the_ledger_refuses_until_its_time() -> None:
    harness = Harness()
    until = START + timedelta(hours=3)
    harness.governor.park(ORG, until, "Xero's day limit")
    error = await refused(harness)
    assert (error.limit, error.resume_at) == ("parked", until)
    assert "Xero's day limit" in error.message
    assert harness.governor.snapshot()[0].resume_at == until
    await harness.clock.advance(3 * 3_600.0)
    async with harness.governor.slot(ORG, Priority.BACKLOG):
        pass
    assert harness.governor.snapshot()[0].resume_at is None


async def test_a_park_whose_time_has_passed_ends_an_earlier_one() -> None:
    harness = Harness()
    harness.governor.park(ORG, START + timedelta(hours=3), "disconnected")
    harness.governor.park(ORG, START, "connected again")
    async with harness.governor.slot(ORG, Priority.BACKLOG):
        pass


async def test_a_wait_of_many_minutes_is_refused_rather_than_waited_for() -> None:
    harness = Harness()
    harness.governor.observe(ORG, {"x-rate-limit-problem": "minute", "retry-after": "600"}, 429)
    assert (await refused(harness)).resume_at == START + timedelta(seconds=600)


async def test_too_many_at_once_halves_the_places_of_that_organisation_only() -> None:
    harness = Harness()
    await harness.first_reply(OTHER)
    harness.governor.observe(ORG, {"x-rate-limit-problem": "concurrent"}, 429)
    tasks = [asyncio.create_task(harness.call(name, seconds=60.0)) for name in (ORG, OTHER) for _ in range(6)]
    await harness.clock.advance(2.0)
    assert [name for name, _ in harness.granted].count(ORG) == 2
    assert [name for name, _ in harness.granted].count(OTHER) == 5
    await finish(tasks)


async def test_a_refused_app_pauses_everybody_longer_each_time() -> None:
    harness = Harness()
    for pause in (1.0, 2.0, 4.0):
        harness.governor.observe(ORG, {"x-rate-limit-problem": "appminute"}, 429)
        began = harness.clock.seconds
        task = asyncio.create_task(harness.call(OTHER, status=500))
        await harness.clock.advance(pause)
        assert harness.granted.pop() == (OTHER, began + pause)
        await finish([task])


async def test_a_refused_app_does_not_hold_up_the_organisations_of_another_app() -> None:
    harness = Harness(app_of={ORG: "default", OTHER: "second"})
    harness.governor.observe(ORG, {"x-rate-limit-problem": "appminute"}, 429)
    async with harness.governor.slot(OTHER, Priority.BACKLOG):
        assert harness.clock.seconds == 0.0


async def test_an_app_without_calls_left_holds_everybody_up() -> None:
    harness = Harness()
    harness.governor.observe(ORG, {"x-appminlimit-remaining": "0"}, 200)
    task = asyncio.create_task(harness.call(OTHER))
    await harness.clock.advance(60.0)
    assert harness.granted == []
    await harness.clock.advance(0.25)
    assert harness.granted == [(OTHER, 60.25)]
    await finish([task])


async def test_the_snapshot_says_what_is_left() -> None:
    harness = Harness()
    await harness.first_reply()
    harness.governor.observe(ORG, {"x-minlimit-remaining": "40", "x-daylimit-remaining": "4000"}, 200)
    view = harness.governor.snapshot()[0]
    assert view.organisation == ORG
    assert view.remaining == {"minute": 40, "day": 4000, "app_minute": 9_999, "concurrent": 5}
