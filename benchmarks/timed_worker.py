"""A worker that times the turns of its event loop: `python -m benchmarks.timed_worker FILE`.

SIGUSR1 begins anew, SIGUSR2 writes what was measured to FILE, as JSON. Everything else is the command `shipledger
worker`.
"""

import asyncio
import heapq
import json
import signal
import sys
import time
from asyncio import events
from pathlib import Path
from typing import Any

from streams.cli.main import main

LONGEST = 20
"""So many of the longest pieces of work are named."""


class TurnTimes:
    """`cpu` are the seconds of the processor of each turn of the loop, waiting left out; `late` those by which a timer
    of 5 ms was late, which the other threads and the machine have their part in.
    """

    TICK = 0.005

    def __init__(self, file: Path) -> None:
        self._file = file
        self.begin()

    def begin(self, *_: object) -> None:
        """Forget what was measured. Takes what a signal handler is given."""
        self._cpu: list[float] = []
        self._late: list[float] = []
        self._longest: list[tuple[float, str]] = []

    def write(self, *_: object) -> None:
        """In one step, so that whoever waits for the file sees all of it."""
        unfinished = self._file.with_suffix(".unfinished")
        measured = {"cpu": self._cpu, "late": self._late, "longest": sorted(self._longest, reverse=True)}
        unfinished.write_text(json.dumps(measured), encoding="utf-8")
        unfinished.rename(self._file)

    def install(self) -> None:
        """Time every loop of this process."""
        turn, run = asyncio.BaseEventLoop._run_once, events.Handle._run  # type: ignore[attr-defined]  # noqa: SLF001  # There is no public place.

        def timed_turn(loop: Any) -> None:
            began = time.thread_time()
            turn(loop)
            self._cpu.append(time.thread_time() - began)

        def timed_run(handle: Any) -> None:
            began = time.thread_time()
            run(handle)
            self._note(time.thread_time() - began, handle)

        asyncio.BaseEventLoop._run_once = timed_turn  # type: ignore[attr-defined]  # noqa: SLF001  # As above.
        events.Handle._run = timed_run  # type: ignore[method-assign, assignment]  # noqa: SLF001  # As above.

    def _note(self, spent: float, handle: Any) -> None:
        if len(self._longest) < LONGEST or spent > self._longest[0][0]:
            keep = heapq.heappush if len(self._longest) < LONGEST else heapq.heapreplace
            keep(self._longest, (spent, _name(handle)))

    async def tick(self) -> None:
        """The timer, until cancelled."""
        while True:
            began = time.perf_counter()
            await asyncio.sleep(self.TICK)
            self._late.append(time.perf_counter() - began - self.TICK)


def _name(handle: Any) -> str:
    """What ran: the task's coroutine, or the callback."""
    task = getattr(handle._callback, "__self__", None)  # noqa: SLF001  # As above.
    return repr(task.get_coro())[:120] if isinstance(task, asyncio.Task) else repr(handle._callback)[:120]  # noqa: SLF001  # As above.


def run(file: Path) -> None:
    """Run the worker and time it until it is told to stop."""
    times = TurnTimes(file)
    times.install()
    signal.signal(signal.SIGUSR1, times.begin)
    signal.signal(signal.SIGUSR2, times.write)
    ticking: list[asyncio.Task[None]] = []
    create = asyncio.BaseEventLoop.run_until_complete

    def with_timer(loop: Any, future: Any) -> Any:
        if not ticking:
            ticking.append(loop.create_task(times.tick()))
        return create(loop, future)

    asyncio.BaseEventLoop.run_until_complete = with_timer  # type: ignore[method-assign, assignment]  # As above.
    sys.argv = ["shipledger", "worker"]
    main()


if __name__ == "__main__":
    run(Path(sys.argv[1]))
