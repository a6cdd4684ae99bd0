"""A task that ends unasked begins again, whatever ended it; one that was told to stop does not."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from streams.ops.bounded import bounded
from streams.ops.supervision import End, EndedError, Supervised, endless


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Work:
    """Ends its first runs as it is told, then runs for ever."""

    def __init__(self, *ends: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self.ends = list(ends)
        self.runs = 0
        self.running = asyncio.Event()

    async def __call__(self) -> None:
        self.runs += 1
        if self.ends:
            await self.ends.pop(0)()
            return
        self.running.set()
        await asyncio.Event().wait()


def listening() -> tuple[list[End], Callable[[End], float]]:
    """The ends that were told, and a listener that asks for a new start at once."""
    ends: list[End] = []

    def on_end(told: End) -> float:
        ends.append(told)
        return 0.0

    return ends, on_end


async def fails() -> None:
    await asyncio.sleep(0)
    raise ValueError("a fault")


async def returns() -> None:
    await asyncio.sleep(0)


async def is_cancelled_from_elsewhere() -> None:
    task = asyncio.current_task()
    assert task is not None
    task.cancel()
    await asyncio.sleep(1)


async def loses_a_member_of_its_group() -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(fails())
        group.create_task(asyncio.sleep(10))


@pytest.mark.parametrize(
    ("end", "error"),
    [
        (fails, ValueError),
        (returns, EndedError),
        (is_cancelled_from_elsewhere, asyncio.CancelledError),
        (loses_a_member_of_its_group, ExceptionGroup),
    ],
)
async def test_every_end_that_nobody_asked_for_is_told_and_followed_by_a_new_start(
    end: Callable[[], Coroutine[Any, Any, None]], error: type[BaseException]
) -> None:
    ends, on_end = listening()
    work = Work(end, end)
    task = Supervised("work", work, on_end, monotonic=Clock())
    task.start()
    async with asyncio.timeout(60):
        await work.running.wait()
    assert work.runs == 3
    assert [type(each.error) for each in ends] == [error, error]
    assert [each.quick_ends for each in ends] == [0, 1]
    task.stop()
    assert await task.ended(1)
    await asyncio.sleep(0.01)
    assert work.runs == 3
    assert len(ends) == 2


async def test_a_stop_between_two_runs_holds() -> None:
    work = Work(fails)
    task = Supervised("work", work, lambda _: 0.01, monotonic=Clock())
    task.start()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.stop()
    await asyncio.sleep(0.03)
    assert work.runs == 1


async def test_no_pause_means_no_further_start() -> None:
    work = Work(fails)
    task = Supervised("work", work, lambda _: None, monotonic=Clock())
    task.start()
    await asyncio.sleep(0.01)
    assert work.runs == 1


async def test_a_restart_is_an_end_that_is_told() -> None:
    ends, on_end = listening()
    work = Work()
    task = Supervised("work", work, on_end, monotonic=Clock())
    task.start()
    await work.running.wait()
    task.restart()
    await asyncio.sleep(0.01)
    assert work.runs == 2
    assert len(ends) == 1
    task.stop()


async def test_a_run_that_lasted_begins_the_count_anew() -> None:
    clock = Clock()
    ends, on_end = listening()

    async def lasts() -> None:
        clock.now += 60

    work = Work(fails, fails, lasts)
    task = Supervised("work", work, on_end, monotonic=clock)
    task.start()
    async with asyncio.timeout(60):
        await work.running.wait()
    assert [each.quick_ends for each in ends] == [0, 1, 0]
    task.stop()


async def test_a_fault_in_whoever_is_told_does_not_end_the_supervision(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.ops.supervision.PAUSE_UNTOLD", 0.0)

    def on_end(_: End) -> float:
        raise KeyError("nobody foresaw it")

    work = Work(fails)
    task = Supervised("work", work, on_end, monotonic=Clock())
    task.start()
    async with asyncio.timeout(60):
        await work.running.wait()
    task.stop()


def test_pauses_double_up_to_the_longest() -> None:
    pauses = [End(ValueError(), 0.0, quick).pause(0.5, 5.0) for quick in (0, 1, 2, 3, 4, 10_000)]
    assert pauses == [0.5, 1.0, 2.0, 4.0, 5.0, 5.0]


async def test_what_is_late_is_left_behind_even_where_it_swallows_its_cancellation() -> None:
    let_go = asyncio.Event()

    async def stubborn() -> None:
        while not let_go.is_set():
            with contextlib.suppress(asyncio.CancelledError):
                await let_go.wait()

    async with asyncio.timeout(60):
        with pytest.raises(TimeoutError, match="the start took longer than"):
            await bounded(stubborn(), 0.02, "the start")
    assert not let_go.is_set()
    let_go.set()
    await asyncio.sleep(0.01)  # It ends, for the loop to have nothing left.


async def test_a_cancellation_from_within_is_an_error_and_not_ours() -> None:
    async def is_cancelled_by_its_client() -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        future.cancel()
        await future

    with pytest.raises(ConnectionError, match="given up"):
        await bounded(is_cancelled_by_its_client(), 1, "the look")


async def test_a_bounded_wait_can_itself_be_cancelled() -> None:
    inner = asyncio.Event()

    async def hangs() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            inner.set()

    task = asyncio.create_task(bounded(hangs(), 10, "it"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait({task})
    assert task.cancelled()
    async with asyncio.timeout(60):
        await inner.wait()


@pytest.mark.parametrize(("end", "error"), [(fails, ValueError), (returns, EndedError)])
async def test_a_member_that_ends_ends_its_group(
    end: Callable[[], Coroutine[Any, Any, None]], error: type[BaseException]
) -> None:
    async def group() -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(endless(end(), "the end"))
            tasks.create_task(endless(asyncio.sleep(100), "the other"))

    with pytest.raises(ExceptionGroup) as raised:
        await asyncio.wait_for(group(), 60)
    assert raised.group_contains(error)


async def test_a_member_that_somebody_cancelled_ends_its_group() -> None:
    async def group() -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(endless(is_cancelled_from_elsewhere(), "the work"))

    with pytest.raises(ExceptionGroup) as raised:
        await asyncio.wait_for(group(), 60)
    assert raised.group_contains(EndedError, match="the work was cancelled")


async def test_members_end_with_their_group() -> None:
    ended = asyncio.Event()

    async def works() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async def group() -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(endless(works(), "the work"))

    task = asyncio.create_task(group())
    await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.wait({task})
    assert task.cancelled()
    assert ended.is_set()
