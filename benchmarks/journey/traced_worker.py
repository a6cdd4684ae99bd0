"""A worker that writes down which of our functions it enters: `python -m benchmarks.journey.traced_worker FILE`.

SIGUSR1 begins a new list, SIGUSR2 writes it to FILE: one function a line, module and qualified name, in the order of
their first call. Everything else is the command `shipledger worker`.
"""

import signal
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any

from streams.cli.main import main

PACKAGES = ("config", "mappers", "streams", "xero_client")


class Trace:
    """The functions that were entered since `begin`; before that, nothing is noted."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._entered: dict[str, None] | None = None

    def begin(self, *_: object) -> None:
        """Forget what was noted and note from now on. Takes what a signal handler is given."""
        self._entered = {}

    def write(self, *_: object) -> None:
        """Write the list in one step, so that whoever waits for the file sees all of it."""
        unfinished = self._file.with_suffix(".unfinished")
        unfinished.write_text("".join(f"{each}\n" for each in self._entered or ()), encoding="utf-8")
        unfinished.rename(self._file)

    def note(self, frame: FrameType, event: str, _argument: Any) -> None:
        """The profile function: see `sys.setprofile`."""
        if self._entered is None or event != "call":
            return
        module = frame.f_globals.get("__name__", "")
        if module.split(".", 1)[0] in PACKAGES:
            self._entered.setdefault(f"{module} {frame.f_code.co_qualname}")


def run(file: Path) -> None:
    """Run the worker under the trace until it is told to stop."""
    trace = Trace(file)
    signal.signal(signal.SIGUSR1, trace.begin)
    signal.signal(signal.SIGUSR2, trace.write)
    threading.setprofile(trace.note)
    sys.setprofile(trace.note)
    sys.argv = ["shipledger", "worker"]
    main()


if __name__ == "__main__":
    run(Path(sys.argv[1]))
