"""A turn of the event loop is shared among all organisations that work in it."""

import asyncio

import pytest

from streams.dispatch.context import LEAST_SECONDS, TURN_SECONDS, LaneContext, Turns
from tests.unit.streams.dispatch.harness import Harness

MANY = 20
FEWER_THAN_50_MS = 4 * TURN_SECONDS


async def one_turn(turns: Turns, organisations: int) -> list[float]:
    """The share of each in a turn in which so many begin; returns in the next one."""
    shares = [turns.share() for _ in range(organisations)]
    await asyncio.sleep(0)
    return shares


async def test_who_works_alone_has_all_of_it() -> None:
    turns = Turns()
    assert [await one_turn(turns, 1) for _ in range(3)] == [[TURN_SECONDS]] * 3


async def test_those_who_begin_all_at_once_have_less_and_less_of_it() -> None:
    shares = await one_turn(Turns(), MANY)
    assert shares[0] == TURN_SECONDS
    assert sum(shares) <= FEWER_THAN_50_MS


async def test_those_who_go_on_together_have_equal_parts() -> None:
    turns = Turns()
    await one_turn(turns, 4)
    assert await one_turn(turns, 4) == pytest.approx([TURN_SECONDS / 4] * 4)


async def test_nobody_has_too_little_to_go_on() -> None:
    turns = Turns()
    await one_turn(turns, 1000)
    assert min(await one_turn(turns, 1000)) == LEAST_SECONDS


async def test_who_is_left_alone_has_all_of_it_again() -> None:
    turns = Turns()
    await one_turn(turns, MANY)
    await one_turn(turns, 1)
    assert await one_turn(turns, 1) == [TURN_SECONDS]


async def test_all_lanes_of_a_worker_share_them() -> None:
    context: LaneContext = Harness().context()
    assert context.time.turns is context.time.turns
    ends = [context.time.begin_turn() for _ in range(MANY)]
    began = context.time.cpu()
    assert ends[-1] - began <= TURN_SECONDS / MANY + LEAST_SECONDS


async def test_lanes_at_work_all_at_once_have_the_event_loop_back_in_time() -> None:
    """Each of them works as long as it may; the clock is one that only work moves."""
    context = Harness()
    now = 0.0
    context.cpu = lambda: now
    time = context.context().time
    longest, began = 0.0, 0.0

    async def work() -> None:
        nonlocal now
        turn = time.begin_turn()
        for _ in range(200):
            now += LEAST_SECONDS / 4
            turn = await time.next_turn(turn)

    async def look() -> None:
        nonlocal longest, began
        while True:
            longest, began = max(longest, now - began), now
            await asyncio.sleep(0)

    looking = asyncio.ensure_future(look())
    await asyncio.gather(*(work() for _ in range(MANY)))
    looking.cancel()
    assert 0 < longest <= FEWER_THAN_50_MS + MANY * LEAST_SECONDS / 4
