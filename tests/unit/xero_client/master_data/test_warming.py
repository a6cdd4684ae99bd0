"""Warming: what it reads, what it costs, and what happens where it fails. On the simulator, over HTTP."""

import asyncio
import dataclasses

import pytest

from deploy.simulator.seed import Seed
from deploy.simulator.state.faults import Fault
from mappers.model.master_data import MasterList, Needs
from mappers.model.problem import Code
from mappers.planning.plan import Rejected
from tests.at_once import plan
from tests.builders import make_company, make_line, make_request, make_shipment
from tests.unit.xero_client.master_data.harness import ORGANISATION, open_harness, until
from xero_client.collaborators import Resource
from xero_client.errors import UnavailableError, XeroError
from xero_client.master_data.lists import optional_lists_of

EVERYTHING = (
    Resource.ACCOUNTS,
    Resource.TAX_RATES,
    Resource.TRACKING_CATEGORIES,
    Resource.BRANDING_THEMES,
)


def large(contacts: int, items: int) -> Seed:
    """The demonstration's organisation with exactly so many active contacts and items."""
    demo = Seed.demo()
    bare = dataclasses.replace(demo.organisations[0], contacts=(), items=(), invoices=(), quotes=())
    app = dataclasses.replace(demo.apps[0], tenants=(ORGANISATION,))
    return Seed((app,), (bare,)).with_contacts(contacts).with_items(items)


async def test_a_small_organisation_is_warm_after_four_calls() -> None:
    async with open_harness() as harness:
        data = await harness.resolve()
        assert data.organisation.base_currency == harness.organisation.base_currency
        assert data.currencies == frozenset(harness.organisation.currencies)
        assert set(data.items) == {each.code.casefold() for each in harness.organisation.items}
        assert harness.calls == 4


@pytest.mark.timeout(120)
async def test_ten_thousand_contacts_and_four_thousand_items_are_warm_after_twelve_calls() -> None:
    async with open_harness(large(10_000, 4_000)) as harness:
        data = await harness.resolve()
        assert len(data.contacts) == 10_000
        assert len(data.items) == 4_000
        assert data.contacts["cust-10000"][0].account_number == "CUST-10000"
        assert harness.calls == 12


@pytest.mark.timeout(120)
async def test_beyond_nine_thousand_contacts_currencies_wait_for_the_first_question_about_them() -> None:
    async with open_harness(large(9_001, 1)) as harness:
        assert (await harness.resolve()).currencies == frozenset()
        assert harness.calls == 12
        data = await harness.cache.resolve(ORGANISATION, Needs(lists=frozenset({MasterList.CURRENCIES})))
        assert data.currencies == frozenset(harness.organisation.currencies)
        assert harness.calls == 13
        assert harness.recorder.changes == [ORGANISATION]


async def test_optional_lists_are_read_where_a_company_configures_them() -> None:
    async with open_harness(optional=EVERYTHING) as harness:
        data = await harness.resolve()
        assert set(data.accounts) == set(harness.organisation.codes.accounts)
        assert data.tax_types | data.tax_types_not_for_sales == frozenset(harness.organisation.codes.tax_rates)
        assert data.tax_types_not_for_sales == {"INPUT"}
        assert set(data.tracking) == {each["Name"] for each in harness.organisation.codes.tracking}
        assert set(data.branding_themes) == {each["Name"] for each in harness.organisation.codes.themes}
        assert harness.calls == 8


@pytest.mark.parametrize("profile", [{}, {"account_code": "200"}])
async def test_a_tax_type_that_is_not_for_sales_is_found_without_any_in_the_profile(profile: dict[str, str]) -> None:
    company = make_company(organisation=ORGANISATION, **profile)
    async with open_harness(optional=optional_lists_of([company])[ORGANISATION]) as harness:
        sales = {"AccountCode": "200", "TaxType": "INPUT"}
        harness.enter_item(Code="BEEF-09", Name="Bought beef", SalesDetails=sales)
        shipment = make_shipment(lines=[make_line(product_code="BEEF-09")])
        answer = plan(make_request(shipment=shipment), company, await harness.resolve())
        assert isinstance(answer, Rejected)
        assert [(each.code, each.value) for each in answer.problems] == [(Code.TAX_TYPE_INVALID, "INPUT")]


async def test_lists_that_no_check_needs_cost_no_call() -> None:
    async with open_harness() as harness:
        data = await harness.resolve()
        assert (data.accounts, data.tax_types, data.tracking, data.branding_themes) == ({}, frozenset(), {}, {})
        assert {name for name in harness.simulator.state.counts.calls if name.startswith("GET")} == {
            "GET Organisation",
            "GET Currencies",
            "GET Contacts",
            "GET Items",
        }


async def test_many_who_ask_at_once_warm_an_organisation_once() -> None:
    async with open_harness() as harness:
        answers = await asyncio.gather(*(harness.resolve() for _ in range(20)))
        assert harness.calls == 4
        assert all(each is answers[0] for each in answers)


async def test_a_warm_cache_answers_a_question_without_codes_at_once_and_with_the_same_object() -> None:
    async with open_harness() as harness:
        first = await harness.resolve()
        asked = harness.cache.resolve(ORGANISATION, Needs())
        with pytest.raises(StopIteration) as answered:
            asked.send(None)
        assert answered.value.value is first


@pytest.mark.parametrize("list_read", ["Organisation", "Contacts", "Items", "Currencies"])
async def test_warming_that_fails_raises_the_error_and_the_next_question_warms(list_read: str) -> None:
    async with open_harness() as harness:
        harness.simulator.state.faults.add(Fault(f"GET {list_read}", "500_before"))
        with pytest.raises(UnavailableError):
            await harness.resolve()
        assert (list_read.lower(), "error") in harness.recorder.uses
        data = await harness.resolve()
        assert data.currencies
        assert data.contacts
        assert data.items


async def test_everyone_who_waits_for_warming_gets_its_error() -> None:
    async with open_harness() as harness:
        harness.simulator.state.faults.add(Fault("GET Items", "500_before"))
        answers = await asyncio.gather(*(harness.resolve() for _ in range(3)), return_exceptions=True)
        assert [isinstance(each, XeroError) for each in answers] == [True, True, True]


async def test_a_waiter_that_is_cancelled_leaves_the_warming_to_the_others() -> None:
    async with open_harness() as harness:
        hold = harness.simulator.state.faults.add(Fault("GET Items", "hold"))
        impatient, patient = (asyncio.create_task(harness.resolve()) for _ in range(2))
        await until(lambda: bool(hold.met))
        impatient.cancel()
        harness.simulator.state.faults.release()
        assert (await patient).items
        assert impatient.cancelled()
        assert harness.calls == 4


async def test_each_use_of_a_list_is_reported() -> None:
    async with open_harness() as harness:
        await harness.resolve()
        assert sorted(harness.recorder.uses) == [
            ("contacts", "warmed"),
            ("currencies", "warmed"),
            ("items", "warmed"),
            ("organisation", "warmed"),
        ]
        assert harness.recorder.changes == []
