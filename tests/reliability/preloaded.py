"""Workers forked from a process that has loaded them already: most of what a start costs is Python's imports.

`python -m tests.reliability.preloaded` takes a line of JSON on standard input for each worker that is to start, and
answers with its process id; its end is written as a line too. What is forked has no threads, no sockets and no loop.
Where it matters how long a start takes, workers are started as users do (`WorkerProcess`).
"""

import contextlib
import gc
import itertools
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.testbed.worker import WorkerProcess
from tests.reliability.armed import listen

_LOOK_SECONDS = 0.02


class Nursery:
    """The process that forks, as its parent sees it."""

    def __init__(self, command: Sequence[str] = (sys.executable, "-m", "tests.reliability.preloaded")) -> None:
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._numbers = itertools.count(1)
        self._ended: dict[int, int] = {}
        """By the number of the start: process ids come again in a long run."""
        self._started: dict[int, int] = {}
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def start(self, arguments: list[str], environment: dict[str, str], log: Path) -> "Forked":
        """A new worker."""
        assert self._process.stdin is not None
        number = next(self._numbers)
        line = {"number": number, "arguments": arguments, "environment": environment, "log": str(log)}
        self._process.stdin.write(json.dumps(line) + "\n")
        self._process.stdin.flush()
        with self._news:
            answers = self._news.wait_for(lambda: number in self._started, timeout=120)
            assert answers, "the loaded process does not answer"
            return Forked(self._started.pop(number), number, self)

    def ended(self, number: int, seconds: float) -> int | None:
        """How the one of this start ended, once it has within so many seconds; else None."""
        with self._news:
            self._news.wait_for(lambda: number in self._ended, timeout=seconds)
            return self._ended.get(number)

    def close(self) -> None:
        """It ends, and all workers with it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._reader.join(30)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            told = json.loads(line)
            with self._news:
                if "code" in told:
                    self._ended[told["number"]] = told["code"]
                else:
                    self._started[told["number"]] = told["pid"]
                self._news.notify_all()


@dataclass
class Forked:
    """A forked worker, as `subprocess.Popen` would show it."""

    pid: int
    number: int
    nursery: Nursery

    def poll(self) -> int | None:
        """The code it ended with, if it did."""
        return self.nursery.ended(self.number, 0)

    def wait(self, seconds: float) -> int:
        """The code. Raises subprocess.TimeoutExpired."""
        code = self.nursery.ended(self.number, seconds)
        if code is None:
            raise subprocess.TimeoutExpired(["shipledger"], seconds)
        return code

    def send_signal(self, number: int) -> None:
        """Any signal, where it runs."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)


class PreloadedWorker(WorkerProcess):
    """A worker that comes from a nursery; nothing else about it differs."""

    nursery: Nursery

    def start_as_users_do(self) -> None:
        """An interpreter of its own, imports and all."""
        super().start()

    def start(self) -> None:
        """Fork it."""
        folder, *arguments = self.module[1:]
        role = [] if self.role is None else ["--role", self.role]
        started: Any = self.nursery.start([folder, *arguments, *role], self._environment(), self.log_path)
        self._started = started
        self.started_at = time.monotonic()


@contextmanager
def nursery() -> Iterator[Nursery]:
    """A nursery for the time of a `with` block."""
    made = Nursery()
    try:
        yield made
    finally:
        made.close()


def _be_worker(line: dict[str, Any]) -> None:
    """In the fork: its own input, output and environment, then the command."""
    log = os.open(line["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    os.environ.clear()
    os.environ.update(line["environment"])
    folder, *arguments = line["arguments"]
    listen(Path(folder))
    sys.argv = ["shipledger", *arguments]
    from streams.cli.main import main  # noqa: PLC0415  # Loaded before the fork.

    main()


def _serve() -> None:
    import streams.app  # noqa: PLC0415  # What takes long.
    import streams.cli.main  # noqa: F401, PLC0415

    gc.freeze()
    running: dict[int, int] = {}
    """The number of each start, by the process id that is its own as long as nobody has asked for its end."""
    waiting = b""
    while True:
        readable, _, _ = select.select([0], [], [], _LOOK_SECONDS)
        if readable:
            data = os.read(0, 1 << 20)
            if not data:
                break
            *lines, waiting = (waiting + data).split(b"\n")
            for line in map(json.loads, lines):
                running[_forked(line)] = line["number"]
        for process_id, number in tuple(running.items()):
            ended, status = os.waitpid(process_id, os.WNOHANG)
            if ended:
                del running[process_id]
                _tell(number=number, code=os.waitstatus_to_exitcode(status))
    for process_id in running:
        os.kill(process_id, signal.SIGKILL)
        os.waitpid(process_id, 0)


def _forked(line: dict[str, Any]) -> int:
    process_id = os.fork()
    if process_id == 0:
        try:
            _be_worker(line)
        finally:
            os._exit(1)
    _tell(number=line["number"], pid=process_id)
    return process_id


def _tell(**fields: int) -> None:
    os.write(1, json.dumps(fields).encode() + b"\n")


if __name__ == "__main__":
    _serve()
