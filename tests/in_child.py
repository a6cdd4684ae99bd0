"""Work in a child of this process, which has loaded what takes long, and keeps nothing of what the work leaves."""

import os
import traceback
from collections.abc import Callable

Ended = Callable[[], tuple[bytes, int]]
"""Waits for the child; to be called once. What the work returned, and the child's exit code: not 0 where it raised,
which is printed, or was killed.
"""


def answer_of_child(work: Callable[[], bytes]) -> tuple[bytes, int]:
    """As `begin_child`, waited for. Only for a process without threads."""
    return begin_child(work)()


def begin_child(work: Callable[[], bytes]) -> Ended:
    """Begin the work. Only for a process without threads."""
    mine, its = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(mine)
        _work(work, its)
    os.close(its)

    def ended() -> tuple[bytes, int]:
        with os.fdopen(mine, "rb") as told:
            answer = told.read()
        _, status = os.waitpid(child, 0)
        return answer, os.waitstatus_to_exitcode(status)

    return ended


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
