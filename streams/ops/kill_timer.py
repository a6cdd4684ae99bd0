"""The last resort: a thread that ends the process some seconds after it was armed, whatever else hangs."""

import os
import select
import threading
from collections.abc import Callable

_ARM = b"a"


class KillTimer:
    """Waits on a pipe from its start on, so that arming it is one `write`: safe in a signal handler.

    Starting a thread there is not: the interrupted code may hold the interpreter's lock on the list of threads.
    """

    def __init__(self, end: Callable[[], object], *, seconds: float) -> None:
        """`end` is called in the thread, `seconds` after the first `arm`."""
        self._end = end
        self._seconds = seconds
        self._reader, self._writer = os.pipe()
        self._thread = threading.Thread(target=self._watch, name="kill-timer", daemon=True)
        self._thread.start()

    def arm(self) -> None:
        """Begin the countdown. Arming again changes nothing."""
        os.write(self._writer, _ARM)

    def close(self) -> None:
        """Call the countdown off and end the thread."""
        os.close(self._writer)
        self._thread.join()
        os.close(self._reader)

    def _watch(self) -> None:
        if os.read(self._reader, 1) != _ARM or self._is_closed_in_time():
            return
        self._end()

    def _is_closed_in_time(self) -> bool:
        """Whether the other end closes the pipe before the countdown is over; further arming is swallowed."""
        poll = select.poll()
        poll.register(self._reader, select.POLLHUP)
        return bool(poll.poll(self._seconds * 1000))
