"""Where the input goes on, and when a person has to decide; and that an organisation has one home."""

import asyncio

import pytest

from streams.dispatch.ledger.ledger import Ledger
from streams.dispatch.ledger.ledger_transaction import LedgerTransaction
from streams.dispatch.ledger.records import Row, RowKey, State
from streams.dispatch.ownership import takeover
from streams.dispatch.ownership.intake import partition_of
from streams.dispatch.ownership.takeover import InputLostError, PartitionsChangedError, begin, check_homes, start_offset
from tests.builders import COMPANY_ID, ORGANISATION, make_request
from tests.fakes.pauses import FakePauses
from tests.fakes.row_store import MemoryRowStore
from tests.unit.streams.dispatch.harness import Harness


@pytest.mark.parametrize(
    ("first", "end", "committed", "start"),
    [(0, 0, None, 0), (0, 40, None, 0), (0, 40, 40, 40), (0, 40, 7, 7), (30, 40, 30, 30), (40, 40, 40, 40)],
)
def test_the_input_goes_on_where_the_last_transaction_left_it(
    first: int, end: int, committed: int | None, start: int
) -> None:
    assert start_offset(3, first=first, end=end, committed=committed) == start


@pytest.mark.parametrize(
    ("first", "end", "committed", "told"),
    [
        (5000, 6000, None, "nothing is committed, and offsets 0 to 4999 are deleted"),
        (5000, 5000, None, "nothing is committed, and offsets 0 to 4999 are deleted"),
        (5000, 6000, 4990, "offsets 4990 to 4999 were deleted before they were taken"),
        (0, 10, 5000, "the committed offset is 5000, but the topic ends at 10"),
    ],
    ids=["offsets expired", "offsets expired, topic empty", "retention", "made anew"],
)
def test_input_that_may_be_lost_is_said_with_what_to_do(first: int, end: int, committed: int | None, told: str) -> None:
    with pytest.raises(InputLostError) as lost:
        start_offset(3, first=first, end=end, committed=committed)
    assert f"accounting.sync-requests.v1[3]: {told}" in str(lost.value)
    assert "kafka-consumer-groups.sh --reset-offsets --to-earliest" in str(lost.value)
    assert "shipledger replay" in str(lost.value)


async def ledger() -> Ledger:
    """A ledger with two shipments of an organisation."""
    made = Ledger(MemoryRowStore())
    request = make_request()
    row = Row(state=State.PENDING, revision=1, occurred_at=request.occurred_at, request=request)
    other = RowKey(ORGANISATION, COMPANY_ID, "another")
    first = RowKey(ORGANISATION, COMPANY_ID, request.shipment_id)
    step = made.submit(LedgerTransaction(records={first: row, other: row}))
    await made.committed(step, 2, request.occurred_at)
    return made


async def test_the_ledger_knows_its_home() -> None:
    check_homes(await ledger(), partition_of(ORGANISATION, 4), 4)


async def test_a_changed_number_of_partitions_is_refused() -> None:
    """The organisation would have a second lane, with an empty ledger, in its new partition."""
    home = partition_of(ORGANISATION, 4)
    others = next(count for count in range(5, 30) if partition_of(ORGANISATION, count) != home)
    with pytest.raises(PartitionsChangedError, match=f"organisation {ORGANISATION}.*of {others}.*must not be done"):
        check_homes(await ledger(), home, others)


class UnreadPauses(FakePauses):
    """Nobody knows who is paused until `read` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Event()
        self.read = asyncio.Event()

    async def caught_up(self) -> None:
        self.asked.set()
        await self.read.wait()


async def test_an_owner_writes_nothing_before_it_knows_who_is_paused() -> None:
    harness, steps = Harness(), list[int]()
    harness.pauses = pauses = UnreadPauses()
    context, restored = harness.context(), harness.topic.read()

    def step() -> None:
        steps.append(harness.topic.transactions)

    beginning = asyncio.ensure_future(begin(context, restored, harness.fence, [], "me", step))
    await pauses.asked.wait()
    for _ in range(10):
        await asyncio.sleep(0)
    assert (beginning.done(), harness.topic.transactions, steps) == (False, 0, [])
    pauses.read.set()
    await beginning
    assert (harness.topic.transactions, steps) == (1, [0, 1])


async def test_an_owner_that_cannot_learn_who_is_paused_gives_up_without_a_write(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    harness = Harness()
    harness.pauses = UnreadPauses()
    monkeypatch.setattr(takeover, "ANSWER_SECONDS", 0.01)
    with pytest.raises(TimeoutError, match="the reading of the pauses"):
        await begin(harness.context(), harness.topic.read(), harness.fence, [], "me", lambda: None)
    assert harness.topic.transactions == 0
