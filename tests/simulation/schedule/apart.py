"""One schedule in a child of this process: what killed workers leave behind ends with it, and slows nobody down.

Of a worker that is killed nothing may ever run again, so its tasks are kept for as long as the process lives: 8 MB a
schedule.
"""

import os
import pickle
import traceback

from tests.simulation.schedule.run import Result, Schedule, run_schedule


class LostChildError(Exception):
    """The child ended without a result, which says nothing of the schedule."""


def run_apart(schedule: Schedule) -> Result:
    """As `run_schedule`. Only for a process without threads. Raises LostChildError."""
    mine, its = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(mine)
        _run_in_child(schedule, its)
    os.close(its)
    with os.fdopen(mine, "rb") as told:
        answer = told.read()
    _, status = os.waitpid(child, 0)
    if status != 0:
        raise LostChildError(f"ended with {os.waitstatus_to_exitcode(status)}: {schedule}")
    result: Result = pickle.loads(answer)  # noqa: S301  # Of our own child.
    return result


def _run_in_child(schedule: Schedule, told: int) -> None:
    """Never returns; what killed workers left is not to be ended in order."""
    code = 1
    try:
        with os.fdopen(told, "wb") as answer:
            pickle.dump(run_schedule(schedule), answer)
        code = 0
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        os._exit(code)
