"""Work in a child of this process, which has loaded what takes long, and keeps nothing of what the work leaves."""

import os
import traceback
from collections.abc import Callable


def answer_of_child(work: Callable[[], bytes]) -> tuple[bytes, int]:
    """What the work returns, and the child's exit code: not 0 where it raised, which is printed, or was killed.

    Only for a process without threads.
    """
    mine, its = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(mine)
        _work(work, its)
    os.close(its)
    with os.fdopen(mine, "rb") as told:
        answer = told.read()
    _, status = os.waitpid(child, 0)
    return answer, os.waitstatus_to_exitcode(status)


def _work(work: Callable[[], bytes], told: int) -> None:
    """Never returns; what the work left is not ended in order."""
    code = 1
    try:
        with os.fdopen(told, "wb") as answer:
            answer.write(work())
        code = 0
    except BaseException:  # noqa: BLE001  # The parent hears of it by the code.
        traceback.print_exc()
    finally:
        os._exit(code)
