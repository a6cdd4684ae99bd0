"""What the end of a background task means for the worker."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from streams.app import background as module
from streams.app.background import Background
from streams.ops import BackgroundTask, Work


class Worker:
    """What is told of the ends."""

    def __init__(self) -> None:
        self.reasons: list[str] = []
        self.restarts: list[BackgroundTask] = []
        self.background = Background(self.reasons.append, self, monotonic=lambda: asyncio.get_running_loop().time())

    def restarted(self, task: BackgroundTask) -> None:
        self.restarts.append(task)


@pytest.fixture
async def worker() -> AsyncIterator[Worker]:
    made = Worker()
    yield made
    await made.background.stop(1)


async def returns() -> None:
    return


async def fails() -> None:
    raise ValueError("a fault")


async def is_cancelled() -> None:
    raise asyncio.CancelledError


@pytest.mark.parametrize("work", [returns, fails, is_cancelled])
async def test_any_end_of_a_vital_task_ends_the_process(worker: Worker, work: Work) -> None:
    worker.background.vital("dispatch", work)
    await asyncio.sleep(0.01)
    assert len(worker.reasons) == 1
    assert worker.reasons[0].startswith("dispatch: ")


@pytest.mark.parametrize(("work", "failures"), [(returns, 0), (fails, 1), (is_cancelled, 1)])
async def test_a_task_that_is_to_end_may_return(worker: Worker, work: Work, failures: int) -> None:
    worker.background.once("start", work)
    await asyncio.sleep(0.01)
    assert len(worker.reasons) == failures


@pytest.mark.parametrize("work", [returns, fails, is_cancelled])
async def test_a_lasting_task_begins_anew_and_is_counted(
    worker: Worker, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FIRST_PAUSE", 0.001)
    worker.background.lasting(BackgroundTask.LAG, work)
    async with asyncio.timeout(60):
        while len(worker.restarts) < 3:  # noqa: ASYNC110  # The count has no event.
            await asyncio.sleep(0.001)
    assert set(worker.restarts) == {BackgroundTask.LAG}
    assert worker.reasons == []


async def test_an_end_after_the_worker_was_told_to_stop_is_none_to_tell_of(worker: Worker) -> None:
    """A consumer that is stopped raises an error in whoever polls it."""
    may_fail = asyncio.Event()

    async def fails_later() -> None:
        await may_fail.wait()
        raise ValueError("stopped")

    worker.background.vital("dispatch", fails_later)
    worker.background.expect_ends()
    may_fail.set()
    await asyncio.sleep(0.01)
    assert worker.reasons == []
