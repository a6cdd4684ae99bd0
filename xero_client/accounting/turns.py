"""Large replies are read a few documents at a time: everything of a process waits on the same event loop meanwhile."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Final, TypeVar

Made = TypeVar("Made")

LINES_IN_A_TURN: Final = 400
"""They take some ten milliseconds. Less would only add waiting: each turn may be everybody else's."""


async def in_turns(making: Iterable[Made], lines: Callable[[Made], int]) -> list[Made]:
    """All of what is made one after the other; `lines` says how much work one was."""
    made: list[Made] = []
    worked = 0
    for each in making:
        made.append(each)
        worked += lines(each)
        if worked >= LINES_IN_A_TURN:
            await asyncio.sleep(0)
            worked = 0
    return made
