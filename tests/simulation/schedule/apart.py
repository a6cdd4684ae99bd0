"""One schedule in a child of this process: what killed workers leave behind ends with it, and slows nobody down.

Of a worker that is killed nothing may ever run again, so its tasks are kept for as long as the process lives: 8 MB a
schedule.
"""

import gc
import pickle

from tests.in_child import answer_of_child
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


def run_apart(schedule: Schedule) -> Result:
    """As `run_schedule`. Only for a process without threads. Raises LostChildError."""
    answer, code = answer_of_child(lambda: pickle.dumps(run_schedule(schedule)))
    if code != 0:
        raise LostChildError(f"ended with {code}: {schedule}")
    result: Result = pickle.loads(answer)  # noqa: S301  # Of our own child.
    return result
