"""Who gets a grant when: the minute, places at once, people before the backlog, organisations independent."""

import asyncio

import pytest

from tests.fakes.alarm_clock import run_ready_tasks
from tests.unit.xero_client.quota.harness import ORG, OTHER, Harness, finish
from tests.unit.xero_client.quota.xero_limits import FixedWindow
from xero_client.port import Priority
from xero_client.quota.limits import QuotaLimits
from xero_client.vocabulary import QuotaWindow


async def test_an_idle_organisation_gets_its_grant_at_once() -> None:
    harness = Harness()
    async with harness.governor.slot(ORG, Priority.BACKLOG) as grant:
        assert grant.organisation == ORG
    assert harness.clock.seconds == 0.0


async def test_five_calls_at_once_and_the_sixth_when_one_ends() -> None:
    harness = Harness()
    await harness.first_reply()
    tasks = [asyncio.create_task(harness.call(seconds=2.0)) for _ in range(6)]
    await run_ready_tasks()
    assert [at for _, at in harness.granted] == [0.5] * 5
    await harness.clock.advance(2.0)
    assert harness.granted[5] == (ORG, 2.5)
    assert harness.waits == [("concurrent", 2.0)]
    await finish(tasks)


async def test_before_the_first_reply_one_call_asks_how_much_is_left() -> None:
    """After a restart the minute may be used up already: one refused call tells, not five."""
    harness = Harness()
    tasks = [asyncio.create_task(harness.call(headers={"x-minlimit-remaining": "1"})) for _ in range(3)]
    await run_ready_tasks()
    assert len(harness.granted) == 1
    await harness.clock.advance(0.5)
    assert len(harness.granted) == 2
    await harness.clock.advance(10.0)
    assert len(harness.granted) == 2, "59 calls of somebody else count, and ours"
    await finish(tasks)


async def test_a_grant_that_was_not_used_is_given_back() -> None:
    harness = Harness(QuotaLimits(per_minute=1, per_day=1, people_reserve=0.0))
    for _ in range(3):
        async with harness.governor.slot(ORG, Priority.BACKLOG):
            pass
    assert harness.governor.calls_in_last_minute(ORG) == 0


async def test_a_request_sent_again_under_the_same_grant_counts_again() -> None:
    harness = Harness()
    async with harness.governor.slot(ORG, Priority.BACKLOG) as grant:
        harness.governor.used(grant)
        harness.governor.used(grant)
    assert harness.governor.calls_in_last_minute(ORG) == 2
    assert harness.governor.minute_limit(ORG) == 60


async def test_a_place_is_free_again_after_an_error() -> None:
    harness = Harness(QuotaLimits(concurrent=1))
    with pytest.raises(ValueError, match="broken"):
        async with harness.governor.slot(ORG, Priority.BACKLOG):
            raise ValueError("broken")
    await asyncio.wait_for(harness.first_reply(), 1.0)


async def test_waiting_tasks_that_are_cancelled_hold_no_place() -> None:
    harness = Harness(QuotaLimits(concurrent=1))
    await harness.first_reply()
    first = asyncio.create_task(harness.call())
    waiting = [asyncio.create_task(harness.call()) for _ in range(3)]
    await run_ready_tasks()
    for task in waiting[:2]:
        task.cancel()
    await harness.clock.advance(0.5)
    assert len(harness.granted) == 2
    await finish([first, *waiting])
    assert harness.governor.snapshot()[0].waiting == 0


async def test_a_task_cancelled_at_the_moment_of_its_grant_gives_it_back() -> None:
    harness = Harness(QuotaLimits(concurrent=1))
    await harness.first_reply()
    async with harness.governor.slot(ORG, Priority.BACKLOG):
        waiting = asyncio.create_task(harness.call())
        await run_ready_tasks()
    waiting.cancel()  # granted by the end of the block above, not yet resumed
    await asyncio.gather(waiting, return_exceptions=True)
    assert harness.granted == []
    assert harness.governor.snapshot()[0].remaining[QuotaWindow.CONCURRENT] == 1


async def test_people_go_before_the_backlog() -> None:
    harness = Harness(QuotaLimits(concurrent=1))
    await harness.first_reply()
    order: list[str] = []

    async def one(name: str, priority: Priority) -> None:
        await harness.call(priority=priority)
        order.append(name)

    tasks = [asyncio.create_task(one(f"backlog {number}", Priority.BACKLOG)) for number in range(3)]
    await run_ready_tasks()
    tasks.append(asyncio.create_task(one("person", Priority.PEOPLE)))
    await harness.clock.advance(5.0)
    assert order == ["backlog 0", "person", "backlog 1", "backlog 2"]


async def test_ten_thousand_waiting_do_not_delay_another_organisation() -> None:
    harness = Harness()
    await harness.first_reply()
    tasks = [asyncio.create_task(harness.call(seconds=5.0)) for _ in range(10_000)]
    await run_ready_tasks()
    async with harness.governor.slot(OTHER, Priority.BACKLOG):
        assert harness.clock.seconds == 0.5
    assert harness.governor.snapshot()[0].waiting == 9_995
    await finish(tasks)


async def test_the_limit_of_the_app_is_shared_in_turn() -> None:
    harness = Harness(QuotaLimits(app_concurrent=1))
    tasks = [asyncio.create_task(harness.call(ORG)) for _ in range(50)]
    tasks += [asyncio.create_task(harness.call(name)) for name in (OTHER, "organisation-c") for _ in range(3)]
    await harness.clock.advance(5.0)
    names = [name for name, _ in harness.granted][1:10]  # the very first call was alone
    assert sorted(names) == sorted([ORG, OTHER, "organisation-c"] * 3)
    await finish(tasks)


@pytest.mark.parametrize("phase", [0.0, 7.0, 31.0, 59.0])
@pytest.mark.parametrize("duration", [0.2, 2.0])
async def test_a_backlog_uses_nine_tenths_of_the_minute_without_one_refusal(phase: float, duration: float) -> None:
    harness, server = Harness(), FixedWindow(phase)
    tasks = [asyncio.create_task(harness.call_server(server, seconds=duration)) for _ in range(1_000)]
    await harness.clock.advance(600.0)
    assert server.refused == 0
    steady = [at for _, at in harness.granted if at > 60.0]
    assert len(steady) / 9 >= 54.0, "calls a minute after the first one"
    await finish(tasks)


async def test_room_is_left_for_the_calls_of_a_second_process() -> None:
    """Two governors on one organisation, each with a backlog (a lane has one owner; this is the worst hand-over).

    Without what the headers say, half of their calls would be refused.
    """
    harness, server = Harness(), FixedWindow(13.0)
    second = Harness(clock=harness.clock)
    tasks = [asyncio.create_task(each.call_server(server)) for each in (harness, second) for _ in range(300)]
    await harness.clock.advance(600.0)
    done = sum(server.calls.values())
    assert done >= 9 * 54
    assert server.refused <= done / 5
    await finish(tasks)
