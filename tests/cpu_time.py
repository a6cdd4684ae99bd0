"""How long work takes on the processor, whatever else the machine does meanwhile and however slow it is."""

import json
import time
from collections.abc import Callable
from typing import Final

# What `_reference` took on the machine on which the limits of the tests were set. A machine that is slower now than
# that one was gets as much more time for the work.
REFERENCE_MS: Final = 9.0
_DOCUMENT: Final = json.dumps([{"number": each, "words": [str(each)] * 3} for each in range(4_000)])


def least_milliseconds(work: Callable[[], object], tries: int = 8) -> float:
    """The least of several tries: what a busy machine adds is not the work's."""
    return min(_try(work) for _ in range(tries))


def slowness() -> float:
    """How many times slower this machine is at this moment than the one of the limits; at least 1."""
    return max(1.0, _milliseconds(_reference) / REFERENCE_MS)


def _try(work: Callable[[], object]) -> float:
    took = _milliseconds(work)
    return took / slowness()


def _reference() -> object:
    return [sorted(each.items()) for each in json.loads(_DOCUMENT)]


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.thread_time()
    work()
    return (time.thread_time() - began) * 1000
