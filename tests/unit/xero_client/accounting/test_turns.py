"""Whoever reads a large reply lets others have the event loop, counted by lines and not by a clock."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappers.model.company import DocumentType
from mappers.planning.steps import Steps
from xero_client.accounting.decode import READ_IN_A_STEP, documents_in_steps
from xero_client.accounting.elements import SentElement, match_in_steps
from xero_client.accounting.turns import STEPS_IN_A_TURN, in_turns, one_by_one

LINES_IN_A_TURN = READ_IN_A_STEP * STEPS_IN_A_TURN
Reading = Callable[[dict[str, Any], int], Steps[Sequence[Any]]]


class Line(dict[str, Any]):
    """A line of a reply that notes in which turn it is read."""

    def __init__(self, turns: list[int]) -> None:
        super().__init__(Description="Chilled beef")
        self._turns = turns

    def get(self, key: str, default: Any = None) -> Any:
        self._turns[-1] += key == "Description"
        return super().get(key, default)


def reply_of(sizes: Sequence[int], turns: list[int]) -> dict[str, Any]:
    """A reply with documents of so many lines each."""
    heads = ({"InvoiceID": f"id-{index}", "InvoiceNumber": f"A-{index}", "SubTotal": 0} for index in range(len(sizes)))
    return {"Invoices": [{**head, "LineItems": [Line(turns)] * size} for head, size in zip(heads, sizes, strict=True)]}


def as_read(reply: dict[str, Any], _count: int) -> Steps[Sequence[Any]]:
    return documents_in_steps(DocumentType.INVOICE, reply)


def as_written(reply: dict[str, Any], count: int) -> Steps[Sequence[Any]]:
    return match_in_steps(DocumentType.INVOICE, [SentElement(f"A-{index}", None) for index in range(count)], reply)


async def beside_others(work: Awaitable[Sequence[Any]], turns: list[int]) -> Sequence[Any]:
    """What the work makes, while somebody else notes each turn of the event loop."""

    async def others() -> None:
        while True:
            await asyncio.sleep(0)
            turns.append(0)

    running = asyncio.create_task(others())
    await asyncio.sleep(0)
    try:
        return await work
    finally:
        running.cancel()


@pytest.mark.parametrize("reading", [as_read, as_written])
@given(sizes=st.lists(st.integers(0, 450), max_size=3))
async def test_no_turn_reads_more_lines_than_its_share(reading: Reading, sizes: list[int]) -> None:
    turns = [0]
    read = await beside_others(in_turns(reading(reply_of(sizes, turns), len(sizes))), turns)
    assert len(read) == len(sizes)
    assert sum(turns) == sum(sizes)
    assert max(turns) <= LINES_IN_A_TURN
    # And none is given away for less: all that is waited for are others' turns. A document counts as a line does.
    assert sum(size > 0 for size in turns) <= (sum(sizes) + len(sizes)) // LINES_IN_A_TURN + 1


MANY = 10_000


@pytest.mark.parametrize("reading", [as_read, as_written])
@pytest.mark.parametrize(
    "documents",
    [
        [{}] * MANY,
        [{"InvoiceID": "1", "InvoiceNumber": "A-0", "LineItems": [{}] * MANY}],
        [{"InvoiceID": "1", "InvoiceNumber": "A-0", "LineItems": [{"Tracking": [{}] * MANY}]}],
    ],
    ids=["documents", "lines", "tracking options"],
)
def test_a_step_reads_few_of_anything_that_there_may_be_many_of(
    reading: Reading, documents: list[dict[str, Any]]
) -> None:
    """A hundred thousand empty documents, 400 kB, took a third of a second in one step."""
    assert len(list(reading({"Invoices": documents}, 1))) >= MANY // READ_IN_A_STEP


@pytest.mark.parametrize("reading", [as_read, as_written])
async def test_a_batch_of_small_documents_is_one_turn(reading: Reading) -> None:
    turns = [0]
    await beside_others(in_turns(reading(reply_of([1] * 50, turns), 50)), turns)
    assert [size for size in turns if size] == [50]


async def test_steps_that_are_long_by_themselves_have_a_turn_each() -> None:
    turns = [0]

    def steps() -> Steps[Sequence[int]]:
        for _ in range(5):
            turns[-1] += 1
            yield
        return [5]

    assert await beside_others(one_by_one(steps()), turns) == [5]
    assert max(turns) == 1
