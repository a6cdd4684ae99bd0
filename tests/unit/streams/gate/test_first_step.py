"""What is waited for only where its first step is not its last; and that Faust's wait stays one."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from streams.gate.committed_reads import _CommittedConsumer
from streams.gate.first_step import Begun


class Refused(Exception):  # noqa: N818  # It is told apart by its name.
    """A test's own."""


async def test_a_coroutine_that_waits_for_nothing_is_done_when_it_is_made() -> None:
    async def at_once() -> int:
        return 3

    begun = Begun(at_once())
    assert (begun.is_done, begun.result(), await begun) == (True, 3, 3)


async def test_a_fault_of_the_first_step_is_raised_at_once() -> None:
    async def refuse() -> None:
        raise Refused

    with pytest.raises(Refused):
        Begun(refuse())


async def test_it_goes_on_in_another_task_with_what_it_waited_for() -> None:
    first: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    second = asyncio.Event()

    async def twice() -> int:
        found = await first
        await second.wait()
        return found + 1

    begun = Begun(twice())
    task = asyncio.ensure_future(begun)
    first.set_result(7)
    second.set()
    assert not begun.is_done
    assert await task == 8


async def test_a_cancellation_reaches_what_it_waits_for() -> None:
    waits, ended = asyncio.Event(), []

    async def until_cancelled() -> None:
        try:
            await waits.wait()
        finally:
            ended.append("cleaned up")

    task = asyncio.ensure_future(Begun(until_cancelled()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended == ["cleaned up"]


async def test_a_fault_of_a_later_step_is_raised_to_whoever_awaits_it() -> None:
    goes_on = asyncio.Event()

    async def refuse() -> None:
        await goes_on.wait()
        raise Refused

    begun = Begun(refuse())
    goes_on.set()
    with pytest.raises(Refused):
        await begun


def consumer() -> _CommittedConsumer:
    """The gate's consumer, as far as mode's waiting needs it."""
    made = object.__new__(_CommittedConsumer)
    made.loop = asyncio.get_running_loop()
    made._stopped = asyncio.Event()  # type: ignore[assignment]  # Mode's own event is one.
    made._crashed = asyncio.Event()  # type: ignore[assignment]  # The same.
    return made


async def waited(reading: _CommittedConsumer, *coroutines: Coroutine[Any, Any, Any]) -> list[Any]:
    return (await reading.wait_first(*coroutines)).results


async def test_a_message_with_room_makes_no_task() -> None:
    reading, rebalance = consumer(), asyncio.Event()

    async def put() -> str:
        return "put"

    before = asyncio.all_tasks()
    waiting = reading.wait_first(put(), rebalance.wait())
    with pytest.raises(StopIteration) as done:
        waiting.send(None)
    assert done.value.value.results == ["put"]
    assert asyncio.all_tasks() == before


async def test_a_message_without_room_waits_until_there_is_some() -> None:
    reading, rebalance, room = consumer(), asyncio.Event(), asyncio.Event()

    async def put() -> str:
        await room.wait()
        return "put"

    waiting = asyncio.ensure_future(waited(reading, put(), rebalance.wait()))
    await asyncio.sleep(0)
    assert not waiting.done()
    room.set()
    assert await waiting == ["put"]


async def test_a_message_without_room_is_given_up_where_a_rebalance_begins() -> None:
    reading, rebalance, given_up = consumer(), asyncio.Event(), []

    async def put() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            given_up.append(True)

    waiting = asyncio.ensure_future(waited(reading, put(), rebalance.wait()))
    await asyncio.sleep(0)
    rebalance.set()
    await asyncio.wait_for(waiting, 10)
    await asyncio.sleep(0)
    assert given_up == [True]


async def test_a_fault_while_a_message_is_put_is_raised() -> None:
    reading, rebalance = consumer(), asyncio.Event()

    async def refuse() -> None:
        raise Refused

    with pytest.raises(Refused):
        await reading.wait_first(refuse(), rebalance.wait())
