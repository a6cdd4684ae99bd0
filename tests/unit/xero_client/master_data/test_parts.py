"""The small parts of the reference cache, each by itself."""

import asyncio

import pytest

from mappers.model.company import Company, Tracking
from tests.fakes.alarm_clock import AlarmClock
from xero_client.collaborators import Resource
from xero_client.master_data.references_extras import Extras, extras_of
from xero_client.master_data.references_misses import Allowance, Misses
from xero_client.master_data.single_flight import Flights, together


def company(**profile: object) -> Company:
    return Company.model_validate({"id": "c", "organisation": "org"} | profile)


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        ({}, Extras()),
        ({"account_code": "200"}, Extras(accounts=True)),
        ({"rounding_account": "860"}, Extras(accounts=True)),
        ({"charges": {"freight": "425"}}, Extras(accounts=True)),
        ({"tax_type": "OUTPUT"}, Extras(tax_rates=True)),
        ({"tracking": (Tracking(category="Region", option="North"),)}, Extras(tracking=True)),
        ({"branding_theme": "Standard"}, Extras(branding_themes=True)),
    ],
)
def test_a_list_is_wanted_where_the_profile_names_something_of_it(profile: dict[str, object], expected: Extras) -> None:
    assert extras_of([company(**profile)]) == {"org": expected}


def test_companies_of_one_organisation_want_their_lists_together() -> None:
    companies = [company(account_code="200"), company(tax_type="OUTPUT"), company(organisation="other")]
    assert extras_of(companies) == {"org": Extras(accounts=True, tax_rates=True), "other": Extras()}


def test_a_missing_code_is_known_for_its_time() -> None:
    clock = AlarmClock()
    misses = Misses(60, 10, clock.monotonic)
    misses.add(Resource.ITEMS, "X")
    clock.seconds = 59
    assert misses.has(Resource.ITEMS, "X")
    assert not misses.has(Resource.CONTACTS, "X")
    clock.seconds = 60
    assert not misses.has(Resource.ITEMS, "X")


def test_at_most_so_many_missing_codes_are_known_and_the_oldest_go_first() -> None:
    misses = Misses(60, 3, AlarmClock().monotonic)
    for code in ("A", "B", "C", "A", "D"):
        misses.add(Resource.ITEMS, code)
    assert [code for code in "ABCD" if misses.has(Resource.ITEMS, code)] == ["A", "C", "D"]
    assert len(misses) == 3


def test_an_allowance_is_full_at_the_start_and_fills_with_time() -> None:
    clock = AlarmClock()
    allowance = Allowance(2, 30, clock.monotonic)
    assert [allowance.take() for _ in range(3)] == [True, True, False]
    clock.seconds = 30
    assert [allowance.take() for _ in range(2)] == [True, False]
    clock.seconds = 1_000
    assert [allowance.take() for _ in range(3)] == [True, True, False]


async def test_a_flight_that_failed_may_start_again() -> None:
    flights, started = Flights(), []

    async def fail_once() -> None:
        started.append(1)
        await asyncio.sleep(0)
        if len(started) == 1:
            raise ValueError("the first")

    answers = await asyncio.gather(*(flights.join("x", fail_once) for _ in range(3)), return_exceptions=True)
    assert [type(each) for each in answers] == [ValueError] * 3
    await flights.join("x", fail_once)
    assert len(started) == 2


async def test_a_failure_that_nobody_waits_for_any_more_is_not_an_unseen_one() -> None:
    flights, begun, go = Flights(), asyncio.Event(), asyncio.Event()

    async def fail() -> None:
        begun.set()
        await go.wait()
        raise ValueError("late")

    waiter = asyncio.create_task(flights.join("x", fail))
    await begun.wait()
    waiter.cancel()
    go.set()
    await flights.close()
    assert waiter.cancelled() or waiter.cancelling()


async def test_the_first_error_ends_the_others_and_is_raised_as_it_is() -> None:
    ended = asyncio.Event()

    async def wait() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async def fail() -> None:
        raise ValueError("first")

    with pytest.raises(ValueError, match="first"):
        await together(wait(), fail())
    assert ended.is_set()
