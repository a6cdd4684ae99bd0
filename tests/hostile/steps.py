"""How long the event loop stands still for a coroutine: the longest of the steps between its waits."""

import time
from collections.abc import Awaitable, Generator
from typing import Any, Generic, TypeVar

Made = TypeVar("Made")


class TimedSteps(Generic[Made]):
    """To be awaited in the place of `work`. `longest_ms` is in milliseconds of the processor."""

    def __init__(self, work: Awaitable[Made]) -> None:
        self._work = work
        self.longest_ms = 0.0

    def __await__(self) -> Generator[Any, Any, Made]:
        """Passes on whatever the work waits for."""
        steps = self._work.__await__()
        given: Any = None
        failed: BaseException | None = None
        while True:
            began = time.thread_time()
            try:
                waits_for = steps.send(given) if failed is None else steps.throw(failed)
            except StopIteration as end:
                made: Made = end.value
                return made
            finally:
                self.longest_ms = max(self.longest_ms, (time.thread_time() - began) * 1000)
            given = failed = None
            try:
                given = yield waits_for
            except BaseException as error:  # noqa: BLE001  # It is the work's, whatever it is.
                failed = error
