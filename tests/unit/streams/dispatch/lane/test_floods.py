"""One organisation's flood: bounded in memory, and never in front of a neighbour's work."""

import asyncio
from collections import Counter

import pytest

from mappers.model.master_data import Needs, ReferenceData
from mappers.model.sync_request import SyncRequest, Trigger
from streams.dispatch.lane.commits import MOST_BYTES, MOST_RECORDS, LaneCommits
from streams.dispatch.lane.planning_loop import BYTES_AT_ONCE, MOST_SECOND_LOOKS, PLANNED_AT_ONCE, some_of
from streams.dispatch.lane.waiting_notices import TOLD_BYTES
from streams.dispatch.ledger.ledger_transaction import DeadLetter, LedgerTransaction
from streams.dispatch.ledger.records import RowKey
from streams.dispatch.ownership.partition import Partition
from tests.builders import ORGANISATION, make_company, make_line
from tests.fakes.references import FakeReferences
from tests.unit.streams.dispatch.harness import Harness
from tests.unit.streams.dispatch.requests import numbered
from xero_client.errors import DisconnectedError

NEIGHBOUR = "11111111-2222-4333-8444-555555555555"
FLOOD = 1000


class Held:
    """A group commit whose futures a test ends."""

    def __init__(self) -> None:
        self.futures: list[asyncio.Future[None]] = []

    def submit(self, _transaction: LedgerTransaction, *, deferred: bool = False) -> asyncio.Future[None]:
        del deferred
        self.futures.append(asyncio.get_running_loop().create_future())
        return self.futures[-1]


@pytest.mark.parametrize(
    "transaction",
    [
        LedgerTransaction(records={RowKey("o", "c", str(number)): None for number in range(MOST_RECORDS // 2)}),
        LedgerTransaction(dead_letters=[DeadLetter(None, b"x" * (MOST_BYTES // 2), ())]),
    ],
    ids=["records", "bytes"],
)
@pytest.mark.parametrize("lost", [False, True])
async def test_a_lane_pauses_while_much_of_its_own_is_not_committed_and_goes_on_after(
    transaction: LedgerTransaction, *, lost: bool
) -> None:
    held = Held()
    commits = LaneCommits(held, asyncio.sleep)
    commits.submit(transaction)
    await commits.room()
    commits.submit(transaction)
    waiting = asyncio.ensure_future(commits.room())
    await asyncio.sleep(0.01)
    assert not waiting.done()
    if lost:
        held.futures[0].set_exception(RuntimeError("lost"))
    else:
        held.futures[0].set_result(None)
    await asyncio.wait_for(waiting, 1)


def test_some_of_many_rows_are_bounded_in_number_and_in_bytes_and_the_rest_follows() -> None:
    keys = [RowKey("o", "c", str(number)) for number in range(10)]
    small = iter([(key, 1) for key in keys])
    assert [some_of(small, 4), some_of(small, 4), some_of(small, 4)] == [keys[:4], keys[4:8], keys[8:]]
    large = iter([(key, BYTES_AT_ONCE // 2) for key in keys])
    assert [len(some_of(large, 100)) for _ in range(6)] == [2, 2, 2, 2, 2, 0]


class SlowReferences(FakeReferences):
    """Looks no code up before a test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.looks_up = asyncio.Event()

    async def resolve(
        self, organisation: str, needs: Needs, *, asked_at: float | None = None, for_people: bool = False
    ) -> ReferenceData:
        if asked_at is not None:
            await self.looks_up.wait()
        return await super().resolve(organisation, needs, asked_at=asked_at, for_people=for_people)


async def test_codes_that_xero_does_not_know_are_not_heaped_up_in_memory() -> None:
    """Each of them kept its whole request until its look-up, however many there were."""
    harness = Harness()
    harness.references, references = SlowReferences(), harness.references
    harness.references.put(ORGANISATION, await references.resolve(ORGANISATION, Needs()))
    many = MOST_SECOND_LOOKS + 3 * PLANNED_AT_ONCE
    async with harness.owner() as partition:
        harness.give(partition, [numbered(index, buyer_code=f"NOBODY-{index}") for index in range(many)])
        loop = partition._lanes[ORGANISATION]._planning_loop
        await harness.until(lambda: loop.all_planned)
        assert len(loop._second_looks) == MOST_SECOND_LOOKS
        harness.give(partition, [numbered(many).model_copy(update={"trigger": Trigger.SYNC_NOW})])
        await harness.answered(1)
        assert harness.numbers() == [f"INV-{many:05}"], "people are not behind the flood"
        harness.references.looks_up.set()
        await harness.answered(many + 1)
    assert Counter(each.shipment_id for each in harness.ended()).most_common(1)[0][1] == 1


@pytest.mark.parametrize("flood", ["unknown codes", "disconnected"])
async def test_a_flood_is_not_in_front_of_a_neighbours_shipment(flood: str) -> None:
    """Both are in one partition: what one lane answers without a call must not fill the transactions to come."""
    harness = Harness(make_company(), make_company(id="neighbour", organisation=NEIGHBOUR))
    buyer = "ALOK"
    if flood == "disconnected":
        harness.references.fail(ORGANISATION, DisconnectedError("nobody consented"))
    else:
        buyer = "NOBODY"
    async with harness.owner() as partition:
        harness.give(partition, [numbered(index, buyer_code=buyer) for index in range(FLOOD)])
        await harness.until(lambda: len(harness.topic.outcomes) >= 1)
        before = len(harness.topic.outcomes)
        harness.give(partition, [of_neighbour(numbered(1))])
        await harness.until(lambda: any(each.company_id == "neighbour" for each in harness.topic.outcomes))
        between = len(harness.topic.outcomes) - before
    assert between <= FLOOD // 2, between


def of_neighbour(request: SyncRequest) -> SyncRequest:
    return request.model_copy(update={"company_id": "neighbour", "organisation": NEIGHBOUR})


async def test_large_rows_are_told_of_their_wait_a_few_at_a_time() -> None:
    """Each is written anew with its snapshot: fifty of 900 kB would be one transaction of 45 MB."""
    harness = Harness()
    harness.references.fail(ORGANISATION, DisconnectedError("nobody consented"))
    lines = [make_line(description="x" * 100_000)]
    largest = 0

    def note(transaction: LedgerTransaction) -> None:
        nonlocal largest
        largest = max(largest, transaction.size if transaction.outcomes else 0)

    async with harness.owner() as partition:
        harness.give(partition, [numbered(index, lines=lines) for index in range(40)])
        await harness.until(lambda: harness.topic.offset == 40)
        harness.fence.before = note
        await harness.until(lambda: len(harness.topic.outcomes) == 40)
    assert TOLD_BYTES <= largest <= 3_000_000


async def test_a_partition_with_many_bytes_to_commit_is_not_read_and_is_read_again() -> None:
    harness = Harness()
    partition: Partition = harness.own()
    lines = [make_line(description="x" * 100_000)]
    harness.give(partition, [numbered(index, lines=lines) for index in range(15)])
    assert not partition.is_full
    harness.give(partition, [numbered(index, lines=lines) for index in range(15, 50)])
    assert partition.is_full, "2,000 records of 900 kB were the only bound"
    task = asyncio.create_task(partition.run())
    await harness.until(lambda: not partition.is_full)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert harness.topic.offset == 50
