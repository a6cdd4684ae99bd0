"""Work on a shipment in steps of a few lines, between which whoever drives it may let others run.

A shipment of a thousand lines takes a tenth of a second, and everything else waits on the same event loop meanwhile.
"""

from collections.abc import Callable, Generator, Iterable
from typing import Final, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
Steps = Generator[None, None, Result]

ITEMS_IN_A_STEP: Final = 10
"""Of lines, products or problems: with the longest texts that Xero takes they are read in some milliseconds."""


def each_in_steps(work: Callable[[Item], Result], items: Iterable[Item]) -> Steps[tuple[Result, ...]]:
    """What the work makes of each item, in order."""
    made: list[Result] = []
    for index, item in enumerate(items):
        if index and index % ITEMS_IN_A_STEP == 0:
            yield
        made.append(work(item))
    return tuple(made)
