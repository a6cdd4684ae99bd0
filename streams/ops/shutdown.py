"""The end of the process: asked for by a signal or by a part that cannot go on, orderly if it can be, bounded always.

Everything that matters is in Kafka transactions, so a process may end at any moment (crash-only). What must not happen
is that it does not end: a client that waits for a broker that is gone has kept a worker alive after SIGTERM.
"""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterable
from types import FrameType

import structlog

from streams.exit_codes import ExitCode
from streams.ops.kill_timer import KillTimer

_log = structlog.get_logger(__name__)


class Shutdown:
    """Who asked for the end, and how it comes about. Made inside the running event loop."""

    def __init__(
        self, end: Callable[[int], object], *, orderly_seconds: float = 8.0, kill_seconds: float = 9.5
    ) -> None:
        """`end` ends the process at once with an exit code (`os._exit`).

        `orderly_seconds` bound the orderly stop; after `kill_seconds` a thread ends the process even where the event
        loop hangs. Both count from the request to stop.
        """
        self._end = end
        self._orderly_seconds = orderly_seconds
        self._kill_timer = KillTimer(lambda: end(ExitCode.CUT_OFF), seconds=kill_seconds)
        self._loop = asyncio.get_running_loop()
        self._over = asyncio.Event()
        self._asked: tuple[str, int] | None = None

    def listen(self, signals: Iterable[signal.Signals] = (signal.SIGTERM, signal.SIGINT)) -> None:
        """Let the signals ask for the stop; a second one ends the process at once. Main thread only.

        `signal.signal`, not `loop.add_signal_handler`: the kill timer must be armed even where the loop is busy.
        """
        for each in signals:
            signal.signal(each, self._on_signal)

    def stop(self, reason: str, code: int = ExitCode.OK) -> None:
        """Ask for the end of the process. May be called from any thread, and again: the first code stays.

        It runs in signal handlers: it takes no lock and writes no log.
        """
        if self._asked is None:
            self._asked = (reason, code)
            self._kill_timer.arm()
            self._loop.call_soon_threadsafe(self._over.set)

    def fail(self, reason: str) -> None:
        """Ask for the end because a part cannot go on (exit code 70)."""
        self.stop(reason, ExitCode.FAULT)

    async def wait(self) -> str:
        """Return the reason when the end has been asked for."""
        await self._over.wait()
        reason, code = self._asked or ("", ExitCode.OK)
        _log.info("worker_stopping", reason=reason, exit_code=code)
        return reason

    async def close(self, stop: Awaitable[None], *, within: float | None = None) -> int:
        """Run the orderly stop within its bound and return the exit code. What is cut off after `within` was no loss.

        Faust swallows cancellation, so an overdue stop is left behind (`asyncio.wait`), not cancelled and awaited. The
        caller passes the code to `end`: threads of a hanging client would keep an ordinary exit from happening.
        """
        task = asyncio.ensure_future(stop)
        done, _ = await asyncio.wait({task}, timeout=self._orderly_seconds if within is None else within)
        code = self._asked[1] if self._asked is not None else ExitCode.OK
        if not done and within is not None:
            return code
        if not done:
            _log.error("stop_cut_off", seconds=self._orderly_seconds)
            return ExitCode.CUT_OFF
        if task.cancelled() or (error := task.exception()) is None:
            return code
        _log.error("stop_failed", exc_info=error)
        return code or ExitCode.FAULT

    def release(self) -> None:
        """Call the kill timer off, for a caller that goes on living (tests, an embedding program)."""
        self._kill_timer.close()

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if self._asked is not None:
            self._end(ExitCode.CUT_OFF)
        self.stop(signal.Signals(number).name)
