"""Whoever reads a large reply lets others have the event loop, counted by lines and not by a clock."""

import asyncio
from collections.abc import Iterator, Sequence

from hypothesis import given
from hypothesis import strategies as st

from xero_client.accounting.turns import LINES_IN_A_TURN, in_turns


class Reading:
    """Makes documents of so many lines each, and notes when others had the event loop."""

    def __init__(self, sizes: Sequence[int]) -> None:
        self.sizes = sizes
        self.turns = [0]
        """The lines that were made in each turn."""

    def documents(self) -> Iterator[int]:
        for size in self.sizes:
            self.turns[-1] += size
            yield size

    async def others(self) -> None:
        while True:
            await asyncio.sleep(0)
            self.turns.append(0)

    async def read(self) -> list[int]:
        others = asyncio.create_task(self.others())
        await asyncio.sleep(0)
        try:
            return await in_turns(self.documents(), lambda size: size)
        finally:
            others.cancel()


@given(st.lists(st.integers(0, 1200), max_size=80))
async def test_no_turn_has_more_lines_than_its_share_and_one_document(sizes: list[int]) -> None:
    reading = Reading(sizes)
    assert await reading.read() == sizes
    assert sum(reading.turns) == sum(sizes)
    assert max(reading.turns) <= LINES_IN_A_TURN + max(sizes, default=0)
    # And none is given away for less: all that is waited for are others' turns.
    assert sum(size > 0 for size in reading.turns) <= sum(sizes) // LINES_IN_A_TURN + 1


async def test_a_batch_of_small_documents_is_one_turn() -> None:
    reading = Reading([1] * 50)
    await reading.read()
    assert [size for size in reading.turns if size] == [50]
