"""Which rows may have to be planned: those that were told of, without walking over the others."""

from collections.abc import Iterator

import pytest

from mappers.model.sync_request import SyncRequest, Trigger
from streams.dispatch.lane.candidates import LOOK_EVERY, MOST_TOLD, Candidates, candidates
from streams.dispatch.ledger.ledger import Ledger
from streams.dispatch.ledger.ledger_transaction import LedgerTransaction
from streams.dispatch.ledger.records import Row, RowKey, State
from streams.dispatch.store import OpenRow
from tests.builders import ORGANISATION
from tests.fakes.row_store import MemoryRowStore
from tests.unit.streams.dispatch.harness import Harness
from tests.unit.streams.dispatch.requests import numbered


class CountedLedger(Ledger):
    """A ledger that counts how often all of its rows are walked over, and how many are met there."""

    walks = 0
    met = 0

    def open_work(self, organisation: str) -> Iterator[tuple[RowKey, OpenRow]]:
        self.walks += 1
        for each in super().open_work(organisation):
            self.met += 1
            yield each


class Lane:
    """A ledger with rows, and what may have to be planned of them."""

    def __init__(self) -> None:
        self.ledger = CountedLedger(MemoryRowStore())
        self.now = 0.0
        self.candidates = Candidates(ORGANISATION, self.ledger, lambda: self.now)

    def open(self, *numbers: int, urgent: bool = False) -> list[RowKey]:
        requests = [numbered(each) for each in numbers]
        trigger = Trigger.SYNC_NOW if urgent else Trigger.STATUS
        return self._put([each.model_copy(update={"trigger": trigger}) for each in requests], State.PENDING)

    def close(self, *numbers: int) -> list[RowKey]:
        return self._put([numbered(each) for each in numbers], State.DONE)

    def _put(self, requests: list[SyncRequest], state: State) -> list[RowKey]:
        keys = [key_of(each.shipment_id) for each in requests]
        rows = [
            Row(state=state, revision=each.revision, occurred_at=each.occurred_at, request=each) for each in requests
        ]
        self.ledger.submit(LedgerTransaction(records=dict(zip(keys, rows, strict=True))))
        return keys

    def found(self) -> list[int]:
        return [int(key.shipment_id[-5:]) for key, _ in self.candidates]


def key_of(shipment_id: str) -> RowKey:
    request = numbered(1)
    return RowKey(request.organisation, request.company_id, shipment_id)


@pytest.fixture
def lane() -> Lane:
    """A lane that has walked over its rows just now, and found none."""
    lane = Lane()
    assert lane.found() == []
    lane.ledger.walks = 0
    return lane


def test_at_first_all_rows_may_have_to_be_planned() -> None:
    lane = Lane()
    lane.open(1, 2)
    assert (lane.found(), lane.ledger.walks) == ([1, 2], 1)


def test_what_is_told_of_is_found_without_a_walk_until_it_is_dropped(lane: Lane) -> None:
    lane.open(9)
    lane.candidates.tell(lane.open(1, 2))
    assert (lane.found(), lane.found()) == ([1, 2], [1, 2])
    lane.candidates.drop(lane.open(1)[0])
    assert (lane.found(), lane.ledger.walks) == ([2], 0)


def test_people_come_first_and_each_row_once(lane: Lane) -> None:
    lane.candidates.tell(lane.open(1, 2, 3))
    lane.candidates.tell(lane.open(2, urgent=True), urgent=True)
    assert lane.found() == [2, 1, 3]
    lane.candidates.tell(lane.open(2))
    assert lane.found() == [2, 1, 3]


def test_a_row_that_is_answered_meanwhile_is_not_found(lane: Lane) -> None:
    lane.candidates.tell(lane.open(1, 2))
    lane.close(1)
    assert lane.found() == [2]
    lane.open(1)
    assert lane.found() == [2], "it was let go; whoever opens it tells"


def test_whatever_was_told_all_are_walked_over_from_time_to_time(lane: Lane) -> None:
    lane.open(1)
    lane.now = LOOK_EVERY - 0.01
    assert lane.found() == []
    lane.now = LOOK_EVERY
    assert lane.found() == [1]
    assert lane.found() == []


def test_a_walk_that_was_cut_short_is_begun_again(lane: Lane) -> None:
    lane.open(1, 2)
    lane.candidates.walk()
    assert int(next(iter(lane.candidates))[0].shipment_id[-5:]) == 1
    assert lane.found() == [1, 2]


def test_more_than_can_be_kept_in_memory_is_walked_over(lane: Lane) -> None:
    lane.candidates.tell(lane.open(*range(MOST_TOLD + 1)))
    assert len(lane.candidates._others) == 0
    assert (len(lane.found()), lane.ledger.walks) == (MOST_TOLD + 1, 1)


async def test_a_shipment_in_the_worker_is_planned_without_a_walk(monkeypatch: pytest.MonkeyPatch) -> None:
    """One after another they were found behind all that were planned before them."""
    monkeypatch.setattr(candidates, "LOOK_EVERY", float("inf"))
    harness, walks = Harness(), 0
    open_work = Ledger.open_work

    def counted(ledger: Ledger, organisation: str) -> Iterator[tuple[RowKey, OpenRow]]:
        nonlocal walks
        walks += 1
        return open_work(ledger, organisation)

    monkeypatch.setattr(Ledger, "open_work", counted)
    async with harness.owner() as partition:
        harness.give(partition, [numbered(0)])
        await harness.answered(1)
        at_first = walks
        for number in range(1, 10):
            harness.give(partition, [numbered(number)])
            await harness.answered(number + 1)
    assert walks == at_first
