"""The end of the process is orderly where it can be, and bounded always."""

import asyncio
import queue
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import pytest

from streams.ops.kill_timer import HardEnd
from streams.ops.shutdown import EXIT_CUT_OFF, EXIT_FAILED, EXIT_OK, Lifetime

PATIENCE = 10.0


class Ends:
    """Stands for `os._exit` and remembers the codes."""

    def __init__(self) -> None:
        self.codes: queue.Queue[int] = queue.Queue()

    def __call__(self, code: int) -> None:
        self.codes.put(code)


@asynccontextmanager
async def lifetime(ends: Ends, *, orderly: float = PATIENCE, hard: float = 2 * PATIENCE) -> AsyncIterator[Lifetime]:
    life = Lifetime(ends, orderly_seconds=orderly, hard_seconds=hard)
    try:
        yield life
    finally:
        life.release()


@contextmanager
def signals_restored(*signals: signal.Signals) -> Iterator[None]:
    before = {each: signal.getsignal(each) for each in signals}
    yield
    for each, handler in before.items():
        signal.signal(each, handler)


async def nothing() -> None:
    return


async def never() -> None:
    await asyncio.Event().wait()


async def test_an_orderly_stop_has_the_code_that_was_asked_for() -> None:
    async with lifetime(Ends()) as life:
        life.stop("done")
        assert await life.wait() == "done"
        assert await life.close(nothing()) == EXIT_OK


async def test_a_part_that_cannot_go_on_ends_the_process_with_its_own_code_and_reason() -> None:
    async with lifetime(Ends()) as life:
        life.fail("the ledger is gone")
        life.stop("a later request changes nothing")
        assert await life.wait() == "the ledger is gone"
        assert await life.close(nothing()) == EXIT_FAILED


async def test_an_overdue_orderly_stop_is_left_behind() -> None:
    async with lifetime(Ends(), orderly=0.01) as life:
        life.stop("done")
        assert await life.close(never()) == EXIT_CUT_OFF


async def test_an_orderly_stop_that_raises_is_a_failure() -> None:
    async def broken() -> None:
        raise ConnectionError("no broker")

    async with lifetime(Ends()) as life:
        life.stop("done")
        assert await life.close(broken()) == EXIT_FAILED


async def test_the_first_signal_asks_and_the_second_ends_at_once() -> None:
    ends = Ends()
    with signals_restored(signal.SIGUSR1):
        async with lifetime(ends) as life:
            life.listen([signal.SIGUSR1])
            signal.raise_signal(signal.SIGUSR1)
            async with asyncio.timeout(PATIENCE):
                assert await life.wait() == "SIGUSR1"
            assert ends.codes.empty()
            signal.raise_signal(signal.SIGUSR1)
            assert ends.codes.get_nowait() == EXIT_CUT_OFF


async def test_a_hanging_event_loop_does_not_keep_the_process_alive() -> None:
    ends = Ends()
    async with lifetime(ends, hard=0.05) as life:
        life.stop("done")
        # Blocks the loop on purpose: only the thread can act.
        assert ends.codes.get(timeout=PATIENCE) == EXIT_CUT_OFF


async def test_without_a_request_to_stop_nothing_ends() -> None:
    ends = Ends()
    async with lifetime(ends, hard=0.0):
        pass
    assert ends.codes.empty()


def test_a_countdown_that_is_called_off_does_not_end_the_process() -> None:
    ends = Ends()
    hard = HardEnd(lambda: ends(1), seconds=PATIENCE)
    hard.arm()
    hard.arm()
    began = time.monotonic()
    hard.close()
    assert time.monotonic() - began < PATIENCE
    assert ends.codes.empty()


HANGING_WORKER = """
import asyncio, os, time
from streams.ops.shutdown import Lifetime
async def main():
    life = Lifetime(os._exit, orderly_seconds=0.2, hard_seconds=0.5)
    life.listen()
    print("up", flush=True)
    await life.wait()
    {stop}
asyncio.run(main())
"""


@pytest.mark.parametrize(
    "stop",
    ["os._exit(await life.close(asyncio.Event().wait()))", "time.sleep(60)", "[x for x in iter(int, 1)]"],
    ids=["a stop that waits for ever", "a call that blocks", "a loop without end"],
)
def test_sigterm_ends_a_process_whatever_hangs_in_it(stop: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HANGING_WORKER.format(stop=stop)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "up\n"
        worker.terminate()
        try:
            assert worker.wait(PATIENCE) == EXIT_CUT_OFF
        finally:
            worker.kill()
