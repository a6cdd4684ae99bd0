"""One schedule in a child of this process: what killed workers leave behind ends with it, and slows nobody down.

Of a worker that is killed nothing may ever run again, so its tasks are kept for as long as the process lives: 8 MB a
schedule.
"""

import gc
import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator

from tests.in_child import begin_child
from tests.simulation.schedule.run import SITES, Result, Schedule, run_schedule


class LostChildError(Exception):
    """The child ended without a result, which says nothing of the schedule."""


def prepare_children() -> None:
    """Once, before the first of many: what each of them would read by itself, and search for what it can free.

    A fifth of what a schedule takes.
    """
    _ = SITES.all
    gc.collect()
    gc.freeze()


Ended = Callable[[], Result]
"""Waits for a schedule that was begun. Raises LostChildError."""


def run_apart(schedule: Schedule) -> Result:
    """As `run_schedule`. Only for a process without threads. Raises LostChildError."""
    return begin_apart(schedule)()


def begin_apart(schedule: Schedule) -> Ended:
    """The same, not waited for."""
    child = begin_child(lambda: pickle.dumps(run_schedule(schedule)))

    def ended() -> Result:
        answer, code = child()
        if code != 0:
            raise LostChildError(f"ended with {code}: {schedule}")
        result: Result = pickle.loads(answer)  # noqa: S301  # Of our own child.
        return result

    return ended


def side_by_side(begin: Callable[[Schedule], Ended], schedules: Iterable[Schedule], most: int) -> Iterator[Result]:
    """So many at the same time. Results come in the order of the schedules, however long each takes.

    The next schedule is asked for when the first of those that run was dealt with, so that what is chosen does not
    depend on the machine.
    """
    running: deque[Ended] = deque()
    for schedule in schedules:
        running.append(begin(schedule))
        if len(running) == most:
            yield running.popleft()()
    while running:
        yield running.popleft()()
