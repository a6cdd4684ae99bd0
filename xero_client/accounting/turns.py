"""Large replies are read a few lines at a time: everything of a process waits on the same event loop meanwhile."""

import asyncio
from typing import Final, TypeVar

from mappers.planning import Steps

Made = TypeVar("Made")

STEPS_IN_A_TURN: Final = 20
"""They take some five milliseconds. Less would only add waiting: each turn may be everybody else's."""


async def one_by_one(steps: Steps[Made]) -> Made:
    """What the steps make, each in a turn of its own."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            made: Made = end.value
            return made
        await asyncio.sleep(0)


async def in_turns(steps: Steps[Made]) -> Made:
    """What the steps make, some of them in a turn.

    What came before, the reading of a reply as JSON, was work as well, and what follows with it will be.
    """
    await asyncio.sleep(0)
    made, left = await _some_at_once(steps)
    if left >= STEPS_IN_A_TURN // 4:
        await asyncio.sleep(0)
    return made


async def _some_at_once(steps: Steps[Made]) -> tuple[Made, int]:
    """And how many steps were made in the turn that is left."""
    done = 0
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value, done
        done += 1
        if done >= STEPS_IN_A_TURN:
            await asyncio.sleep(0)
            done = 0
