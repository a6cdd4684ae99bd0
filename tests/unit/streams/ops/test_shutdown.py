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

from streams.exit_codes import ExitCode
from streams.ops.kill_timer import KillTimer
from streams.ops.shutdown import Shutdown

PATIENCE = 60.0


class Ends:
    """Stands for `os._exit` and remembers the codes."""

    def __init__(self) -> None:
        self.codes: queue.Queue[int] = queue.Queue()

    def __call__(self, code: int) -> None:
        self.codes.put(code)


@asynccontextmanager
async def stopping(ends: Ends, *, orderly: float = PATIENCE, kill: float = 2 * PATIENCE) -> AsyncIterator[Shutdown]:
    shutdown = Shutdown(ends, orderly_seconds=orderly, kill_seconds=kill)
    try:
        yield shutdown
    finally:
        shutdown.release()


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
    async with stopping(Ends()) as shutdown:
        shutdown.stop("done")
        assert await shutdown.wait() == "done"
        assert await shutdown.close(nothing()) == ExitCode.OK


async def test_a_part_that_cannot_go_on_ends_the_process_with_its_own_code_and_reason() -> None:
    async with stopping(Ends()) as shutdown:
        shutdown.fail("the ledger is gone")
        shutdown.stop("a later request changes nothing")
        assert await shutdown.wait() == "the ledger is gone"
        assert await shutdown.close(nothing()) == ExitCode.FAULT


async def test_an_overdue_orderly_stop_is_left_behind() -> None:
    async with stopping(Ends(), orderly=0.01) as shutdown:
        shutdown.stop("done")
        assert await shutdown.close(never()) == ExitCode.CUT_OFF


async def test_an_orderly_stop_that_raises_is_a_failure() -> None:
    async def broken() -> None:
        raise ConnectionError("no broker")

    async with stopping(Ends()) as shutdown:
        shutdown.stop("done")
        assert await shutdown.close(broken()) == ExitCode.FAULT


async def test_the_first_signal_asks_and_the_second_ends_at_once() -> None:
    ends = Ends()
    with signals_restored(signal.SIGUSR1):
        async with stopping(ends) as shutdown:
            shutdown.listen([signal.SIGUSR1])
            signal.raise_signal(signal.SIGUSR1)
            async with asyncio.timeout(PATIENCE):
                assert await shutdown.wait() == "SIGUSR1"
            assert ends.codes.empty()
            signal.raise_signal(signal.SIGUSR1)
            assert ends.codes.get_nowait() == ExitCode.CUT_OFF


async def test_a_hanging_event_loop_does_not_keep_the_process_alive() -> None:
    ends = Ends()
    async with stopping(ends, kill=0.05) as shutdown:
        shutdown.stop("done")
        # Blocks the loop on purpose: only the thread can act.
        assert ends.codes.get(timeout=PATIENCE) == ExitCode.CUT_OFF


async def test_without_a_request_to_stop_nothing_ends() -> None:
    ends = Ends()
    async with stopping(ends, kill=0.0):
        pass
    assert ends.codes.empty()


def test_a_countdown_that_is_called_off_does_not_end_the_process() -> None:
    ends = Ends()
    timer = KillTimer(lambda: ends(1), seconds=PATIENCE)
    timer.arm()
    timer.arm()
    began = time.monotonic()
    timer.close()
    assert time.monotonic() - began < PATIENCE
    assert ends.codes.empty()


HANGING_WORKER = """
import asyncio, os, time
from streams.ops.shutdown import Shutdown
async def main():
    shutdown = Shutdown(os._exit, orderly_seconds=0.2, kill_seconds=0.5)
    shutdown.listen()
    print("up", flush=True)
    await shutdown.wait()
    {stop}
asyncio.run(main())
"""


@pytest.mark.parametrize(
    "stop",
    ["os._exit(await shutdown.close(asyncio.Event().wait()))", "time.sleep(60)", "[x for x in iter(int, 1)]"],
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
            assert worker.wait(PATIENCE) == ExitCode.CUT_OFF
        finally:
            worker.kill()
