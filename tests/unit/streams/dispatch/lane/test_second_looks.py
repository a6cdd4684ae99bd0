"""What cannot be looked up ends after a few tries, and holds up nobody: a fault of ours, or Xero's at a single code."""

from collections.abc import Callable, Iterator, MutableMapping
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from mappers.model.company import Company
from mappers.model.master_data import MasterList, Needs, ReferenceData
from mappers.model.outcome import Outcome
from mappers.model.problem import Code
from mappers.model.sync_request import SyncRequest
from mappers.planning.needs import needs_in_steps
from mappers.planning.steps import Steps
from streams.dispatch.batch import MOST_ROUNDS
from streams.dispatch.lane import shipment_planner
from streams.dispatch.lane.second_looks import LOOKED_UP_AT_ONCE, SecondLook, failed, next_looks
from streams.dispatch.ledger.records import RowKey
from tests.fakes.references import FakeReferences
from tests.unit.streams.dispatch.harness import Harness
from tests.unit.streams.dispatch.requests import numbered
from xero_client.errors import UnavailableError

POISON = 7
TRIES = MOST_ROUNDS + 4
"""A group is halved from the second failure on; the failures that are left are those of the lone one."""


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[MutableMapping[str, Any]]]:
    """What is logged; the console would take seconds for each traceback."""
    with capture_logs() as lines:
        yield lines


def unknown(index: int) -> SyncRequest:
    """A request whose customer Xero does not know."""
    return numbered(index, buyer_code=f"NOBODY-{index}")


def raises(request: SyncRequest, company: Company) -> Steps[Needs]:
    if request.shipment_id.endswith(str(POISON)):
        raise ZeroDivisionError
    return (yield from needs_in_steps(request, company))


def never_ends(request: SyncRequest, company: Company) -> Steps[Needs]:
    while request.shipment_id.endswith(str(POISON)):
        yield
    return (yield from needs_in_steps(request, company))


def codes(harness: Harness) -> dict[str, list[str]]:
    """The codes with which each shipment ended."""
    return {each.shipment_id: [error.code for error in each.errors] for each in harness.ended()}


@pytest.mark.parametrize("bug", [raises, never_ends])
async def test_a_bug_in_what_a_shipment_needs_ends_that_shipment_alone(
    bug: Callable[[SyncRequest, Company], Steps[Needs]],
    monkeypatch: pytest.MonkeyPatch,
    logged: list[MutableMapping[str, Any]],
) -> None:
    monkeypatch.setattr(shipment_planner, "needs_in_steps", bug)
    monkeypatch.setattr(shipment_planner, "MOST_STEPS", 2000)
    harness = Harness()
    async with harness.owner() as partition:
        harness.give(partition, [*map(unknown, range(9)), numbered(10)])
        await harness.answered(10)
        assert partition.is_running, "its lane goes on"
    ended = codes(harness)
    assert ended.pop(f"SHP-{POISON:05}") == [Code.INTERNAL_ERROR]
    assert ended.pop("SHP-00010") == []
    assert [each["shipment_id"] for each in logged if each["event"] == "planning_failed"] == [f"SHP-{POISON:05}"]
    assert set(map(tuple, ended.values())) == {(Code.CUSTOMER_NOT_FOUND,)}


class PoisonReferences(FakeReferences):
    """The look-up of one code fails each time, in its own way; all others work."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error
        self.failures = 0

    async def resolve(
        self, organisation: str, needs: Needs, *, asked_at: float | None = None, for_people: bool = False
    ) -> ReferenceData:
        if f"NOBODY-{POISON}" in needs.customers:
            self.failures += 1
            raise self.error
        return await super().resolve(organisation, needs, asked_at=asked_at, for_people=for_people)


def with_poison(error: Exception) -> tuple[Harness, PoisonReferences]:
    harness = Harness()
    harness.longest_sleep = 0.002
    references = PoisonReferences(error)
    references._data = harness.references._data
    harness.references = references
    return harness, references


async def test_a_bug_in_the_look_up_ends_the_one_shipment_that_meets_it() -> None:
    harness, references = with_poison(KeyError("a bug of ours"))
    async with harness.owner() as partition:
        harness.give(partition, [unknown(index) for index in range(LOOKED_UP_AT_ONCE)])
        await harness.answered(LOOKED_UP_AT_ONCE)
        assert partition.is_running
    ended = codes(harness)
    assert ended.pop(f"SHP-{POISON:05}") == [Code.INTERNAL_ERROR, Code.CUSTOMER_NOT_FOUND]
    assert set(map(tuple, ended.values())) == {(Code.CUSTOMER_NOT_FOUND,)}
    assert references.failures <= TRIES


async def test_a_code_that_xero_always_answers_with_a_fault_is_given_up_in_xeros_words() -> None:
    harness, _ = with_poison(UnavailableError("500 from Xero for this one"))
    async with harness.owner() as partition:
        harness.give(partition, [unknown(index) for index in range(10)])
        given = await drive(harness, lambda index: harness.give(partition, [numbered(100 + index)]), 10)
    (refused,) = [each for each in harness.ended() if each.shipment_id == f"SHP-{POISON:05}"]
    assert [each.code for each in refused.errors] == [Code.REFUSED_BY_XERO, Code.CUSTOMER_NOT_FOUND]
    assert "500 from Xero for this one" in refused.errors[0].message
    assert given <= TRIES, "each failure counts that follows an answer of Xero's"
    assert sum(each.status == "PROCESSED" for each in harness.ended()) >= given - 1, "neighbours are written"
    released = harness.topic.read()
    assert list(released.releasable_keys(refused_organisation(harness))), "sent by itself once Xero has the contact"


async def drive(harness: Harness, neighbour: Callable[[int], None], count: int) -> int:
    """Xero answers a neighbour now and then, and time goes by; returns how many neighbours that took."""
    given = 0

    def is_done() -> bool:
        nonlocal given
        harness.clock.ahead += timedelta(seconds=1)
        processed = sum(each.status == "PROCESSED" for each in harness.ended())
        if processed == given:
            neighbour(given)
            given += 1
        return len(harness.ended()) >= count + processed

    await harness.until(is_done)
    return given


def refused_organisation(harness: Harness) -> str:
    return next(iter(harness.companies.values())).organisation


async def test_as_long_as_xero_answers_nobody_nothing_is_given_up() -> None:
    harness, references = with_poison(UnavailableError("An outage"))
    async with harness.owner() as partition:
        harness.give(partition, [unknown(POISON)])

        def has_failed_often() -> bool:
            harness.clock.ahead += timedelta(minutes=1)
            return references.failures > 3 * TRIES

        await harness.until(has_failed_often)
        assert harness.ended() == []
        assert waiting(harness), "people are told"
        harness.clock.ahead += timedelta(minutes=10)
        references.resolve = super(PoisonReferences, references).resolve  # type: ignore[method-assign]  # It is over.
        (outcome,) = await harness.answered(1)
    assert [each.code for each in outcome.errors] == [Code.CUSTOMER_NOT_FOUND]


def waiting(harness: Harness) -> list[Outcome]:
    return [each for each in harness.topic.outcomes if each.status == "WAITING"]


def test_what_fails_is_looked_up_after_all_others_and_with_fewer_each_time_until_it_is_alone() -> None:
    lists = frozenset[MasterList]()
    looks = {
        RowKey("o", "c", f"S{index}"): SecondLook(
            numbered(index).request_id, urgent=False, size=1, lists=lists, asked_at=0
        )
        for index in range(30)
    }
    sizes = []
    for _ in range(MOST_ROUNDS + 1):
        found, most = next_looks(looks)
        sizes.append(most)
        group = dict(list(found.items())[:most])
        counted, is_enough = failed(group)
        assert is_enough == (len(sizes) == MOST_ROUNDS + 1)
        looks = counted
    assert sizes == [25, 25, 12, 6, 3, 1]
