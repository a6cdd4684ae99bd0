"""The demo's own processes: started with their output in a file, ended in order, never outliving the demo."""

import asyncio
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from deploy.demo.failure import DemoFailedError
from deploy.kafka import bound_to_this_process

_STOP_SECONDS = 12.0
_LINES_SHOWN = 25


class Child:
    """`shipledger COMMAND…` as a process with a name and a log.

    It has a session of its own, so that a Ctrl-C in the terminal reaches the demo alone, which then ends its children
    in order; it is bound to the demo's own process, so that it ends where the demo is killed.
    """

    def __init__(self, name: str, arguments: tuple[str, ...], environment: Mapping[str, str], folder: Path) -> None:
        self.name = name
        self.log_path = folder / f"{name}.log"
        command = [sys.executable, "-m", "streams.cli.main", *arguments]
        with self.log_path.open("ab") as output:
            self._process = subprocess.Popen(
                bound_to_this_process(command),
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=folder,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def check(self) -> None:
        """Raise DemoFailedError with its last log lines where it has ended."""
        if (code := self._process.poll()) is not None:
            raise DemoFailedError(f"The {self.name} ended with exit code {code}. Its log ends with:\n{self.log_end()}")

    async def finished(self) -> int:
        """Its exit code, when it has ended."""
        return await asyncio.to_thread(self._process.wait)

    async def stop(self) -> None:
        """SIGTERM, and SIGKILL for one that does not end in time."""
        self._process.terminate()
        try:
            await asyncio.to_thread(self._process.wait, _STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def log_end(self) -> str:
        """The last lines of its log."""
        lines = self.log_path.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-_LINES_SHOWN:])
