"""Who gets a grant when: minutes, places at once, people before backlog, and nobody in another's way."""

import asyncio

import pytest

from tests.fakes.alarm_clock import settle
from tests.unit.xero_client.quota.harness import ORG, OTHER, Bench, finish
from tests.unit.xero_client.quota.xero_limits import FixedWindow
from xero_client.port import Priority
from xero_client.quota.limits import QuotaLimits


async def test_an_idle_organisation_gets_its_grant_at_once() -> None:
    bench = Bench()
    async with bench.governor.slot(ORG, Priority.BACKLOG) as grant:
        assert grant.organisation == ORG
    assert bench.clock.seconds == 0.0


async def test_five_calls_at_once_and_the_sixth_when_one_ends() -> None:
    bench = Bench()
    await bench.heard()
    tasks = [asyncio.create_task(bench.call(seconds=2.0)) for _ in range(6)]
    await settle()
    assert [at for _, at in bench.granted] == [0.5] * 5
    await bench.clock.advance(2.0)
    assert bench.granted[5] == (ORG, 2.5)
    assert bench.waits == [("concurrent", 2.0)]
    await finish(tasks)


async def test_before_the_first_reply_one_call_asks_how_much_is_left() -> None:
    """After a restart the minute may be used up already: one refused call tells, not five."""
    bench = Bench()
    tasks = [asyncio.create_task(bench.call(headers={"x-minlimit-remaining": "1"})) for _ in range(3)]
    await settle()
    assert len(bench.granted) == 1
    await bench.clock.advance(0.5)
    assert len(bench.granted) == 2
    await bench.clock.advance(10.0)
    assert len(bench.granted) == 2, "59 calls of somebody else count, and ours"
    await finish(tasks)


async def test_a_grant_that_was_not_used_is_given_back() -> None:
    bench = Bench(QuotaLimits(per_minute=1, per_day=1, people_reserve=0.0))
    for _ in range(3):
        async with bench.governor.slot(ORG, Priority.BACKLOG):
            pass
    assert bench.governor.calls_in_last_minute(ORG) == 0


async def test_a_request_sent_again_under_the_same_grant_counts_again() -> None:
    bench = Bench()
    async with bench.governor.slot(ORG, Priority.BACKLOG) as grant:
        bench.governor.used(grant)
        bench.governor.used(grant)
    assert bench.governor.calls_in_last_minute(ORG) == 2
    assert bench.governor.minute_limit(ORG) == 60


async def test_a_place_is_free_again_after_an_error() -> None:
    bench = Bench(QuotaLimits(concurrent=1))
    with pytest.raises(ValueError, match="broken"):
        async with bench.governor.slot(ORG, Priority.BACKLOG):
            raise ValueError("broken")
    await asyncio.wait_for(bench.heard(), 1.0)


async def test_waiting_tasks_that_are_cancelled_hold_no_place() -> None:
    bench = Bench(QuotaLimits(concurrent=1))
    await bench.heard()
    first = asyncio.create_task(bench.call())
    waiting = [asyncio.create_task(bench.call()) for _ in range(3)]
    await settle()
    for task in waiting[:2]:
        task.cancel()
    await bench.clock.advance(0.5)
    assert len(bench.granted) == 2
    await finish([first, *waiting])
    assert bench.governor.snapshot()[0].waiting == 0


async def test_a_task_cancelled_at_the_moment_of_its_grant_gives_it_back() -> None:
    bench = Bench(QuotaLimits(concurrent=1))
    await bench.heard()
    async with bench.governor.slot(ORG, Priority.BACKLOG):
        waiting = asyncio.create_task(bench.call())
        await settle()
    waiting.cancel()  # granted by the end of the block above, not yet resumed
    await asyncio.gather(waiting, return_exceptions=True)
    assert bench.granted == []
    assert bench.governor.snapshot()[0].remaining["concurrent"] == 1


async def test_people_go_before_the_backlog() -> None:
    bench = Bench(QuotaLimits(concurrent=1))
    await bench.heard()
    order: list[str] = []

    async def one(name: str, priority: Priority) -> None:
        await bench.call(priority=priority)
        order.append(name)

    tasks = [asyncio.create_task(one(f"backlog {number}", Priority.BACKLOG)) for number in range(3)]
    await settle()
    tasks.append(asyncio.create_task(one("person", Priority.PEOPLE)))
    await bench.clock.advance(5.0)
    assert order == ["backlog 0", "person", "backlog 1", "backlog 2"]


async def test_ten_thousand_waiting_do_not_delay_another_organisation() -> None:
    bench = Bench()
    await bench.heard()
    tasks = [asyncio.create_task(bench.call(seconds=5.0)) for _ in range(10_000)]
    await settle()
    async with bench.governor.slot(OTHER, Priority.BACKLOG):
        assert bench.clock.seconds == 0.5
    assert bench.governor.snapshot()[0].waiting == 9_995
    await finish(tasks)


async def test_the_limit_of_the_app_is_shared_in_turn() -> None:
    bench = Bench(QuotaLimits(app_concurrent=1))
    tasks = [asyncio.create_task(bench.call(ORG)) for _ in range(50)]
    tasks += [asyncio.create_task(bench.call(name)) for name in (OTHER, "organisation-c") for _ in range(3)]
    await bench.clock.advance(5.0)
    names = [name for name, _ in bench.granted][1:10]  # the very first call was alone
    assert sorted(names) == sorted([ORG, OTHER, "organisation-c"] * 3)
    await finish(tasks)


@pytest.mark.parametrize("phase", [0.0, 7.0, 31.0, 59.0])
@pytest.mark.parametrize("duration", [0.2, 2.0])
async def test_a_backlog_uses_nine_tenths_of_the_minute_without_one_refusal(phase: float, duration: float) -> None:
    bench, server = Bench(), FixedWindow(phase)
    tasks = [asyncio.create_task(bench.call_server(server, seconds=duration)) for _ in range(1_000)]
    await bench.clock.advance(600.0)
    assert server.refused == 0
    steady = [at for _, at in bench.granted if at > 60.0]
    assert len(steady) / 9 >= 54.0, "calls a minute after the first one"
    await finish(tasks)


async def test_calls_of_a_second_process_are_left_room_for() -> None:
    """Two governors on one organisation, each with a backlog (a lane has one owner; this is the worst hand-over).

    Without a word from the headers half of their calls would be refused.
    """
    bench, server = Bench(), FixedWindow(13.0)
    second = Bench(clock=bench.clock)
    tasks = [asyncio.create_task(each.call_server(server)) for each in (bench, second) for _ in range(300)]
    await bench.clock.advance(600.0)
    done = sum(server.calls.values())
    assert done >= 9 * 54
    assert server.refused <= done / 5
    await finish(tasks)
