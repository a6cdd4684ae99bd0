"""The small parts of the reference cache, each by itself."""

import asyncio
import gc

import pytest

from mappers.model import MasterList
from mappers.model.company import Company, Tracking
from tests.fakes.alarm_clock import AlarmClock
from xero_client.collaborators import Resource
from xero_client.master_data.lists import LISTS, OptionalLists, optional_lists_of
from xero_client.master_data.missing_codes import NegativeCache
from xero_client.master_data.single_flight import SingleFlight, together


def company(**profile: object) -> Company:
    return Company.model_validate({"id": "c", "organisation": "org"} | profile)


BOTH = (Resource.ACCOUNTS, Resource.TAX_RATES)


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        ({}, BOTH),  # The tax type of an item or an account may be one that is not for sales.
        ({"account_code": "200"}, BOTH),
        ({"tax_type": "OUTPUT"}, BOTH),  # The sales account of an item may be archived.
        ({"line_amounts": "no_tax"}, (Resource.ACCOUNTS,)),  # Xero charges no tax there, whatever a line says.
        ({"line_amounts": "no_tax", "tax_type": "OUTPUT"}, BOTH),
        ({"tracking": (Tracking(category="Region", option="North"),)}, (*BOTH, Resource.TRACKING_CATEGORIES)),
        ({"branding_theme": "Standard"}, (*BOTH, Resource.BRANDING_THEMES)),
    ],
)
def test_a_list_is_wanted_where_a_check_needs_it(profile: dict[str, object], expected: OptionalLists) -> None:
    assert optional_lists_of([company(**profile)]) == {"org": expected}


def test_companies_of_one_organisation_want_their_lists_together() -> None:
    untaxed = {"line_amounts": "no_tax"}
    companies = [company(**untaxed), company(tax_type="OUTPUT"), company(organisation="other", **untaxed)]
    assert optional_lists_of(companies) == {"org": BOTH, "other": (Resource.ACCOUNTS,)}


def test_every_list_has_a_description_of_its_own() -> None:
    assert set(LISTS) == set(Resource)
    assert {each.kind for each in LISTS.values()} == set(MasterList)


def test_a_missing_code_is_remembered_for_its_time() -> None:
    clock = AlarmClock()
    missing = NegativeCache(60, 10, clock.monotonic)
    missing.add(Resource.ITEMS, "X", 0.0)
    clock.seconds = 59
    assert missing.has(Resource.ITEMS, "X", None)
    assert not missing.has(Resource.CONTACTS, "X", None)
    clock.seconds = 60
    assert not missing.has(Resource.ITEMS, "X", None)


def test_a_limited_number_of_missing_codes_is_remembered_and_the_oldest_go_first() -> None:
    missing = NegativeCache(60, 3, AlarmClock().monotonic)
    for code in ("A", "B", "C", "A", "D"):
        missing.add(Resource.ITEMS, code, 0.0)
    assert [code for code in "ABCD" if missing.has(Resource.ITEMS, code, None)] == ["A", "C", "D"]
    assert len(missing) == 3


def test_what_was_missing_before_somebody_asked_is_not_known_to_be_missing() -> None:
    clock = AlarmClock()
    missing = NegativeCache(60, 10, clock.monotonic)
    missing.add(Resource.ITEMS, "X", 10.0)
    clock.seconds = 20
    assert missing.has(Resource.ITEMS, "X", 10.0)
    assert not missing.has(Resource.ITEMS, "X", 10.1)


async def test_a_task_that_failed_may_start_again() -> None:
    single_flight, started = SingleFlight(), []

    async def fail_once() -> None:
        started.append(1)
        await asyncio.sleep(0)
        if len(started) == 1:
            raise ValueError("the first")

    answers = await asyncio.gather(*(single_flight.join("x", fail_once) for _ in range(3)), return_exceptions=True)
    assert [type(each) for each in answers] == [ValueError] * 3
    await single_flight.join("x", fail_once)
    assert len(started) == 2


async def test_a_failure_that_nobody_waits_for_any_more_is_not_reported_as_unhandled() -> None:
    single_flight, begun, go = SingleFlight(), asyncio.Event(), asyncio.Event()

    async def fail() -> None:
        begun.set()
        await go.wait()
        raise ValueError("late")

    waiter = asyncio.create_task(single_flight.join("x", fail))
    await begun.wait()
    waiter.cancel()
    go.set()
    await single_flight.close()
    assert waiter.cancelled() or waiter.cancelling()


async def test_an_error_whose_waiters_were_all_cancelled_is_no_complaint_of_the_loop() -> None:
    complaints: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    single_flight, go = SingleFlight(), asyncio.Event()

    async def fail() -> None:
        await go.wait()
        raise ValueError("503")

    waiter = asyncio.create_task(single_flight.join("x", fail))
    await asyncio.sleep(0)
    waiter.cancel()
    await asyncio.wait({waiter})
    del waiter  # Its traceback holds the task.
    go.set()
    await asyncio.sleep(0.01)
    gc.collect()
    assert complaints == []


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
