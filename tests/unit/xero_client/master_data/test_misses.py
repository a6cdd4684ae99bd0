"""A code that the cache lacks: what it costs, what it finds, and what it never costs. On the simulator, over HTTP."""

import asyncio

import pytest

from deploy.simulator.state.faults import Fault
from mappers.planning.customer import has_customer
from mappers.planning.product import has_product
from tests.unit.xero_client.master_data.harness import ORGANISATION, bench
from xero_client.errors import UnavailableError
from xero_client.master_data.policy import Pace

WARM = 4


async def test_known_codes_cost_no_call() -> None:
    async with bench() as on:
        data = await on.resolve("ALOK", products=("BEEF-01",))
        assert has_customer("ALOK", data)
        assert on.calls == WARM
        assert ("contacts", "hit") in on.told.uses
        assert ("items", "hit") in on.told.uses


@pytest.mark.parametrize(("customers", "products"), [(("NOBODY",), ()), ((), ("NOTHING",))])
async def test_an_unknown_code_costs_one_look_up_and_then_none(
    customers: tuple[str, ...], products: tuple[str, ...]
) -> None:
    async with bench() as on:
        await on.resolve()
        for _ in range(3):
            await on.resolve(*customers, products=products)
        assert on.calls == WARM + 1
        kind = "contacts" if customers else "items"
        assert [use for use in on.told.uses if use[1] in {"miss", "negative"}] == [
            (kind, "miss"),
            (kind, "negative"),
            (kind, "negative"),
        ]


async def test_an_unknown_code_costs_a_refresh_first_where_the_list_was_not_read_just_now() -> None:
    async with bench() as on:
        await on.resolve()
        on.advance(2)
        await on.resolve("NOBODY")
        assert on.calls == WARM + 2
        refresh, look_up = list(on.requests())[-2:]
        assert "pageSize=1000" in refresh
        assert "AccountNumber" in look_up


async def test_a_code_is_looked_up_again_when_its_time_as_missing_is_over() -> None:
    async with bench(pace=Pace(miss_seconds=60)) as on:
        await on.resolve("NOBODY")
        on.advance(61)
        await on.resolve("NOBODY")
        assert on.calls == WARM + 1 + 2


async def test_what_was_just_entered_in_xero_is_found_and_told() -> None:
    async with bench() as on:
        await on.resolve()
        on.advance(2)
        on.enter_contact(Name="Newcomer", AccountNumber="NEW")
        on.enter_item(Code="NEW-01", Name="New")
        data = await on.resolve("NEW", products=("NEW-01",))
        assert has_customer("NEW", data)
        assert has_product("NEW-01", data)
        assert on.calls == WARM + 2
        assert on.told.changes == [ORGANISATION, ORGANISATION]


async def test_a_look_up_finds_what_was_entered_within_the_second_of_the_last_read() -> None:
    async with bench() as on:
        await on.resolve()
        on.enter_contact(Name="Newcomer", AccountNumber="NEW")
        assert has_customer("NEW", await on.resolve("NEW"))
        assert on.calls == WARM + 1
        assert on.told.changes == [ORGANISATION]


async def test_a_code_known_as_missing_is_found_by_a_refresh_seconds_after_it_was_entered() -> None:
    async with bench(pace=Pace(doubt_seconds=10)) as on:
        assert not has_customer("NEW", await on.resolve("NEW"))
        on.advance(11)
        on.enter_contact(Name="Newcomer", AccountNumber="NEW")
        assert has_customer("NEW", await on.resolve("NEW"))
        assert on.calls == WARM + 1 + 1


async def test_a_contact_archived_before_warming_is_known_as_archived_after_its_look_up() -> None:
    async with bench() as on:
        on.enter_contact(Name="Left", AccountNumber="LEFT", ContactStatus="ARCHIVED")
        assert "left" not in (await on.resolve()).contacts
        (found,) = (await on.resolve("LEFT")).contacts["left"]
        assert found.archived
        await on.resolve("LEFT")
        assert on.calls == WARM + 1


async def test_a_merged_contact_names_the_one_it_was_merged_into() -> None:
    async with bench() as on:
        (alok,) = (await on.resolve()).contacts["alok"]
        on.enter_contact(Name="Twin", AccountNumber="TWIN", ContactStatus="ARCHIVED", MergedToContactID=alok.contact_id)
        (found,) = (await on.resolve("TWIN")).contacts["twin"]
        assert found.merged_to == alok.contact_id


async def test_a_contact_that_was_archived_after_warming_and_then_restored_is_followed() -> None:
    async with bench() as on:
        assert has_customer("ALOK", await on.resolve("ALOK"))
        (alok,) = (await on.resolve()).contacts["alok"]
        on.advance(10)
        on.enter_contact(ContactID=alok.contact_id, ContactStatus="ARCHIVED")
        (archived,) = (await on.resolve("NOBODY")).contacts["alok"]
        assert archived.archived
        on.advance(10)
        on.enter_contact(ContactID=alok.contact_id, ContactStatus="ACTIVE")
        assert has_customer("ALOK", await on.resolve("ALOK"))


async def test_an_item_that_is_not_sold_is_asked_for_again_once_it_is_sold() -> None:
    async with bench() as on:
        on.enter_item(Code="HIDE-1", Name="Hide", IsSold=False)
        assert not has_product("HIDE-1", await on.resolve(products=("HIDE-1",)))
        on.advance(11)
        on.enter_item(Code="HIDE-1", IsSold=True)
        assert has_product("HIDE-1", await on.resolve(products=("HIDE-1",)))


@pytest.mark.parametrize(
    "code", ['12" PIPE', "back\\slash", "a&b=c", "50%+1", "Müller, S.à r.l.", "牛肉-1", "x || 1==1", "O'Brien", '\\"']
)
async def test_odd_characters_reach_xero_as_they_are(code: str) -> None:
    async with bench() as on:
        await on.resolve()
        on.enter_contact(Name="Odd", AccountNumber=code)
        on.enter_item(Code=code, Name="Odd")
        data = await on.resolve(code, products=(code,))
        assert has_customer(code, data)
        assert has_product(code, data)
        assert on.calls == WARM + 2


async def test_a_near_miss_of_xeros_own_comparison_is_not_taken_for_the_code() -> None:
    async with bench() as on:
        data = await on.resolve("alok")
        assert not has_customer("alok", data)
        assert data.contacts["alok"][0].account_number == "ALOK"
        assert on.calls == WARM + 1


async def test_codes_longer_than_xero_takes_cost_no_call() -> None:
    async with bench() as on:
        await on.resolve("C" * 51, products=("I" * 31,))
        assert on.calls == WARM


async def test_a_hundred_unknown_codes_cost_seven_calls() -> None:
    async with bench() as on:
        await on.resolve()
        on.advance(2)
        await on.resolve(*(f"C{n}" for n in range(50)), products=tuple(f"I{n}" for n in range(50)))
        assert on.calls == WARM + 2 + 5


async def test_a_flood_of_unknown_codes_leaves_the_quota_to_others() -> None:
    async with bench() as on:
        await on.resolve()
        for n in range(200):
            on.advance(1.5)
            await on.resolve(f"C{n}")
        assert on.calls == WARM + 20 + 298 // 30


async def test_many_who_miss_the_same_code_share_one_look_up() -> None:
    async with bench() as on:
        await on.resolve()
        on.advance(2)
        await asyncio.gather(*(on.resolve("NOBODY") for _ in range(10)))
        assert on.calls == WARM + 2


async def test_a_question_that_xero_refuses_counts_as_a_miss() -> None:
    async with bench() as on:
        await on.resolve()
        on.simulator.state.faults.add(Fault("GET Contacts", "html_body", status=400))
        assert not has_customer("ODD", await on.resolve("ODD"))
        await on.resolve("ODD")
        assert on.calls == WARM + 1


async def test_a_look_up_that_fails_is_told_and_the_next_question_looks_again() -> None:
    async with bench() as on:
        on.enter_contact(Name="Left", AccountNumber="LEFT", ContactStatus="ARCHIVED")
        await on.resolve()
        on.simulator.state.faults.add(Fault("GET Contacts", "500_before"))
        with pytest.raises(UnavailableError):
            await on.resolve("LEFT")
        assert "left" in (await on.resolve("LEFT")).contacts


async def test_a_currency_enabled_since_is_there_for_a_question_whose_codes_are_all_known() -> None:
    async with bench() as on:
        await on.resolve()
        on.books.currencies = [*on.books.currencies, "NZD"]
        assert "NZD" not in (await on.resolve("ALOK")).currencies
        on.advance(61)
        assert "NZD" in (await on.resolve("ALOK")).currencies
        assert on.calls == WARM + 1
        assert on.told.changes == [ORGANISATION]
