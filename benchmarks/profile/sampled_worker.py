"""A worker that writes down what it is at while it spends processor time: `python -m
benchmarks.profile.sampled_worker FILE`.

SIGUSR1 begins, SIGUSR2 writes FILE: JSON of the processor seconds of the process, of its main thread, and of each stack
of the main thread. A stack is sampled after each two milliseconds of the process's time, and weighs what the main
thread has spent since the sample before. Everything else is the command `shipledger worker`.
"""

import json
import signal
import sys
import time
from collections import defaultdict
from pathlib import Path
from types import FrameType

from streams.cli.main import main

EVERY_SECONDS = 0.002


class Samples:
    """What was sampled since `begin`."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seconds: defaultdict[tuple[str, ...], float] = defaultdict(float)
        self._began = (0.0, 0.0)
        self._last = 0.0

    def begin(self, *_: object) -> None:
        """Forget what was sampled and sample from now on. Takes what a signal handler is given."""
        self._seconds.clear()
        self._last = time.thread_time()
        self._began = (time.process_time(), self._last)
        signal.setitimer(signal.ITIMER_PROF, EVERY_SECONDS, EVERY_SECONDS)

    def take(self, _number: int, frame: FrameType | None) -> None:
        """What the main thread is at. Python runs signal handlers in the main thread, between two instructions."""
        now = time.thread_time()
        self._seconds[_stack(frame)] += now - self._last
        self._last = time.thread_time()

    def write(self, *_: object) -> None:
        """Write in one step, so that whoever waits for the file sees all of it."""
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        process, thread = self._began
        document = {
            "process": time.process_time() - process,
            "main": time.thread_time() - thread,
            "stacks": [[";".join(stack), seconds] for stack, seconds in self._seconds.items()],
        }
        unfinished = self._file.with_suffix(".unfinished")
        unfinished.write_text(json.dumps(document), encoding="utf-8")
        unfinished.rename(self._file)


def _stack(frame: FrameType | None) -> tuple[str, ...]:
    """Outermost first: `module function`."""
    found = []
    while frame is not None:
        found.append(f"{frame.f_globals.get('__name__', '')} {frame.f_code.co_qualname}")
        frame = frame.f_back
    return tuple(reversed(found))


def run(file: Path) -> None:
    """Run the worker until it is told to stop."""
    samples = Samples(file)
    signal.signal(signal.SIGUSR1, samples.begin)
    signal.signal(signal.SIGUSR2, samples.write)
    signal.signal(signal.SIGPROF, samples.take)
    sys.argv = ["shipledger", "worker"]
    main()


if __name__ == "__main__":
    run(Path(sys.argv[1]))
