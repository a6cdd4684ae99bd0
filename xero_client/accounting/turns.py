"""Large replies are read a few documents at a time: everything of a process waits on the same event loop meanwhile."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Final, TypeVar

Made = TypeVar("Made")

LINES_IN_A_TURN: Final = 200
"""They take some five milliseconds. Less would only add waiting: each turn may be everybody else's."""


async def in_turns(making: Iterable[Made], lines: Callable[[Made], int]) -> list[Made]:
    """All of what is made one after the other; `lines` says how much work one was.

    What came before, the reading of a reply as JSON, was work as well, and what follows with it will be.
    """
    await asyncio.sleep(0)
    made: list[Made] = []
    worked = 0
    for each in making:
        made.append(each)
        worked += lines(each)
        if worked >= LINES_IN_A_TURN:
            await asyncio.sleep(0)
            worked = 0
    if worked >= LINES_IN_A_TURN // 4:
        await asyncio.sleep(0)
    return made
