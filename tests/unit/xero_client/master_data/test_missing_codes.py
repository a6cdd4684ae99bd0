"""A code that the cache lacks: what it costs, what it finds, and what it never costs. On the simulator, over HTTP."""

import asyncio

import pytest

from deploy.simulator.state.faults import Fault
from mappers.model.master_data import MasterList, Needs
from mappers.planning.product import has_product
from tests.fakes.references import has_customer
from tests.unit.xero_client.master_data.harness import ORGANISATION, open_harness
from xero_client.errors import UnavailableError
from xero_client.master_data.policy import CachePolicy

WARM = 4


async def test_known_codes_cost_no_call() -> None:
    async with open_harness() as harness:
        data = await harness.resolve("ALOK", products=("BEEF-01",))
        assert has_customer("ALOK", data)
        assert harness.calls == WARM
        assert ("contacts", "hit") in harness.recorder.uses
        assert ("items", "hit") in harness.recorder.uses


@pytest.mark.parametrize(("customers", "products"), [(("NOBODY",), ()), ((), ("NOTHING",))])
async def test_an_unknown_code_costs_one_look_up_and_then_none(
    customers: tuple[str, ...], products: tuple[str, ...]
) -> None:
    async with open_harness() as harness:
        await harness.resolve()
        for _ in range(3):
            await harness.resolve(*customers, products=products)
        assert harness.calls == WARM + 1
        kind = "contacts" if customers else "items"
        assert [use for use in harness.recorder.uses if use[1] in {"miss", "negative"}] == [
            (kind, "miss"),
            (kind, "negative"),
            (kind, "negative"),
        ]


async def test_an_unknown_code_costs_a_refresh_first_unless_the_list_was_read_just_now() -> None:
    async with open_harness() as harness:
        await harness.resolve()
        harness.advance(2)
        await harness.resolve("NOBODY")
        assert harness.calls == WARM + 2
        refresh, look_up = list(harness.requests())[-2:]
        assert "pageSize=1000" in refresh
        assert "AccountNumber" in look_up


async def test_a_missing_code_is_looked_up_again_after_a_while() -> None:
    async with open_harness(policy=CachePolicy(miss_seconds=60)) as harness:
        await harness.resolve("NOBODY")
        harness.advance(61)
        await harness.resolve("NOBODY")
        assert harness.calls == WARM + 1 + 2


async def test_what_was_just_entered_in_xero_is_found_and_reported() -> None:
    async with open_harness() as harness:
        await harness.resolve()
        harness.advance(2)
        harness.enter_contact(Name="Newcomer", AccountNumber="NEW")
        harness.enter_item(Code="NEW-01", Name="New")
        data = await harness.resolve("NEW", products=("NEW-01",))
        assert has_customer("NEW", data)
        assert has_product("NEW-01", data)
        assert harness.calls == WARM + 2
        assert harness.recorder.changes == [ORGANISATION, ORGANISATION]


async def test_a_look_up_finds_what_was_entered_within_the_second_of_the_last_read() -> None:
    async with open_harness() as harness:
        await harness.resolve()
        harness.enter_contact(Name="Newcomer", AccountNumber="NEW")
        assert has_customer("NEW", await harness.resolve("NEW"))
        assert harness.calls == WARM + 1
        assert harness.recorder.changes == [ORGANISATION]


async def test_a_code_known_as_missing_is_found_by_a_refresh_seconds_after_it_was_entered() -> None:
    async with open_harness(policy=CachePolicy(recheck_seconds=10)) as harness:
        assert not has_customer("NEW", await harness.resolve("NEW"))
        harness.advance(11)
        harness.enter_contact(Name="Newcomer", AccountNumber="NEW")
        assert has_customer("NEW", await harness.resolve("NEW"))
        assert harness.calls == WARM + 1 + 1


async def test_a_contact_archived_before_warming_is_known_as_archived_after_its_look_up() -> None:
    async with open_harness() as harness:
        harness.enter_contact(Name="Left", AccountNumber="LEFT", ContactStatus="ARCHIVED")
        assert "left" not in (await harness.resolve()).contacts
        (found,) = (await harness.resolve("LEFT")).contacts["left"]
        assert found.archived
        await harness.resolve("LEFT")
        assert harness.calls == WARM + 1


async def test_a_merged_contact_names_the_one_it_was_merged_into() -> None:
    async with open_harness() as harness:
        (alok,) = (await harness.resolve()).contacts["alok"]
        harness.enter_contact(
            Name="Twin", AccountNumber="TWIN", ContactStatus="ARCHIVED", MergedToContactID=alok.contact_id
        )
        (found,) = (await harness.resolve("TWIN")).contacts["twin"]
        assert found.merged_to == alok.contact_id


async def test_a_contact_that_was_archived_after_warming_and_then_restored_is_followed() -> None:
    async with open_harness() as harness:
        assert has_customer("ALOK", await harness.resolve("ALOK"))
        (alok,) = (await harness.resolve()).contacts["alok"]
        harness.advance(10)
        harness.enter_contact(ContactID=alok.contact_id, ContactStatus="ARCHIVED")
        (archived,) = (await harness.resolve("NOBODY")).contacts["alok"]
        assert archived.archived
        harness.advance(10)
        harness.enter_contact(ContactID=alok.contact_id, ContactStatus="ACTIVE")
        assert has_customer("ALOK", await harness.resolve("ALOK"))


async def test_an_item_that_is_not_sold_is_asked_for_again_once_it_is_sold() -> None:
    async with open_harness() as harness:
        harness.enter_item(Code="HIDE-1", Name="Hide", IsSold=False)
        assert not has_product("HIDE-1", await harness.resolve(products=("HIDE-1",)))
        harness.advance(11)
        harness.enter_item(Code="HIDE-1", IsSold=True)
        assert has_product("HIDE-1", await harness.resolve(products=("HIDE-1",)))


@pytest.mark.parametrize(
    "code", ['12" PIPE', "back\\slash", "a&b=c", "50%+1", "Müller, S.à r.l.", "牛肉-1", "x || 1==1", "O'Brien", '\\"']
)
@pytest.mark.parametrize("backslash", ["syntax_error", "escapes"])
async def test_odd_characters_reach_xero_as_they_are(code: str, backslash: str) -> None:
    async with open_harness() as harness:
        state = harness.simulator.state
        state.set_switches(state.switches.changed({"where_backslash_quote": backslash}))
        await harness.resolve()
        harness.enter_contact(Name="Odd", AccountNumber=code)
        harness.enter_item(Code=code, Name="Odd")
        data = await harness.resolve(code, products=(code,))
        assert has_customer(code, data)
        assert has_product(code, data)
        assert harness.calls == WARM + 2


async def test_a_code_that_no_filter_can_name_is_missing_after_one_read_of_its_list() -> None:
    async with open_harness() as harness:
        await harness.resolve()
        for _ in range(3):
            assert not has_product('12" PIPE', await harness.resolve(products=('12" PIPE',)))
        assert harness.calls == WARM + 1
        assert all("where" not in each for each in harness.requests())
        uses = [result for kind, result in harness.recorder.uses if kind == "items"]
        assert uses[-3:] == ["miss", "negative", "negative"]


async def test_a_record_that_only_xeros_own_comparison_finds_is_not_taken_for_the_code() -> None:
    async with open_harness() as harness:
        data = await harness.resolve("alok")
        assert not has_customer("alok", data)
        assert data.contacts["alok"][0].account_number == "ALOK"
        assert harness.calls == WARM + 1


async def test_codes_longer_than_xero_takes_cost_no_call() -> None:
    async with open_harness() as harness:
        await harness.resolve("C" * 51, products=("I" * 31,))
        assert harness.calls == WARM


async def test_a_hundred_unknown_codes_cost_seven_calls() -> None:
    async with open_harness() as harness:
        await harness.resolve()
        harness.advance(2)
        await harness.resolve(*(f"C{n}" for n in range(50)), products=tuple(f"I{n}" for n in range(50)))
        assert harness.calls == WARM + 2 + 5


async def test_a_flood_of_unknown_codes_leaves_the_quota_to_others() -> None:
    async with open_harness() as harness:
        await harness.resolve()
        for n in range(200):
            harness.advance(1.5)
            await harness.resolve(f"C{n}")
        # At most a fiftieth of the day's 5,000 calls at once, of which warming was the first part.
        assert WARM < harness.calls <= 102


async def test_many_who_miss_the_same_code_share_one_look_up() -> None:
    async with open_harness() as harness:
        await harness.resolve()
        harness.advance(2)
        await asyncio.gather(*(harness.resolve("NOBODY") for _ in range(10)))
        assert harness.calls == WARM + 2


async def test_a_question_that_xero_refuses_counts_as_a_miss() -> None:
    async with open_harness() as harness:
        await harness.resolve()
        harness.simulator.state.faults.add(Fault("GET Contacts", "html_body", status=400))
        assert not has_customer("ODD", await harness.resolve("ODD"))
        await harness.resolve("ODD")
        assert harness.calls == WARM + 1


async def test_a_look_up_that_fails_raises_and_the_next_question_looks_again() -> None:
    async with open_harness() as harness:
        harness.enter_contact(Name="Left", AccountNumber="LEFT", ContactStatus="ARCHIVED")
        await harness.resolve()
        harness.simulator.state.faults.add(Fault("GET Contacts", "500_before"))
        with pytest.raises(UnavailableError):
            await harness.resolve("LEFT")
        assert "left" in (await harness.resolve("LEFT")).contacts


async def test_a_currency_enabled_later_is_found_by_a_question_that_names_the_list() -> None:
    async with open_harness() as harness:
        await harness.resolve()
        harness.organisation.currencies = [*harness.organisation.currencies, "NZD"]
        wanted = Needs(lists=frozenset({MasterList.CURRENCIES}))
        assert "NZD" not in (await harness.cache.resolve(ORGANISATION, wanted)).currencies
        harness.advance(61)
        assert "NZD" in (await harness.cache.resolve(ORGANISATION, wanted)).currencies
        assert harness.calls == WARM + 1
        assert harness.recorder.changes == [ORGANISATION]
