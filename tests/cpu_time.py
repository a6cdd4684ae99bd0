"""How long work takes on the processor, whatever else the machine does meanwhile."""

import time
from collections.abc import Callable


def least_milliseconds(work: Callable[[], object], tries: int = 8) -> float:
    """The least of several tries: what a busy machine adds is not the work's."""
    return min(_milliseconds(work) for _ in range(tries))


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.thread_time()
    work()
    return (time.thread_time() - began) * 1000
