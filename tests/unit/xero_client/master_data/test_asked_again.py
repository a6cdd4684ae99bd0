"""Somebody corrects Xero, then asks: what was found missing before that is no answer. And what a day of it may cost."""

import asyncio
import copy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from mappers.model.master_data import MasterList, Needs, ReferenceData
from mappers.planning.product import has_product
from tests.fakes.master_data import FakeMasterData, contact_row
from tests.fakes.references import has_customer
from tests.unit.xero_client.master_data.harness import ORGANISATION, Harness, kept_fresh, open_harness
from tests.unit.xero_client.master_data.memory_harness import MemoryHarness, xero
from xero_client.collaborators import Resource
from xero_client.master_data.policy import CachePolicy
from xero_client.port import Priority

DAY, HOUR = 86_400, 3_600


@dataclass
class SlowFirst(FakeMasterData):
    """The first read of the list `holds` is answered as of its beginning, once `goes_on` is set."""

    holds: Resource | None = None
    began: asyncio.Event = field(default_factory=asyncio.Event)
    goes_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def get(
        self,
        organisation: str,
        resource: Resource,
        params: Any,
        *,
        if_modified_since: datetime | None,
        priority: Priority,
    ) -> Any:
        """As the fake's, but for the waiting."""
        reply = copy.deepcopy(
            await super().get(organisation, resource, params, if_modified_since=if_modified_since, priority=priority)
        )
        if resource is self.holds:
            self.holds = None
            self.began.set()
            await self.goes_on.wait()
        return reply


async def ask(
    harness: Harness,
    *customers: str,
    products: tuple[str, ...] = (),
    lists: str = "",
    for_people: bool = False,
) -> ReferenceData:
    """As a request that came this very moment."""
    names = frozenset({MasterList(lists)} if lists else ())
    wanted = Needs(frozenset(customers), frozenset(products), names)
    harness.advance(0.01)
    asked_at = harness.clock.monotonic()
    return await harness.cache.resolve(ORGANISATION, wanted, asked_at=asked_at, for_people=for_people)


async def test_a_contact_entered_after_the_look_up_is_found_by_the_next_request() -> None:
    async with open_harness() as harness:
        assert not has_customer("NEW", await ask(harness, "NEW"))
        harness.enter_contact(Name="Newcomer", AccountNumber="NEW")
        assert has_customer("NEW", await ask(harness, "NEW"))


async def test_an_item_entered_after_the_look_up_is_found_by_the_next_request() -> None:
    async with open_harness() as harness:
        assert not has_product("NEW-1", await ask(harness, products=("NEW-1",)))
        harness.enter_item(Code="NEW-1", Name="New")
        assert has_product("NEW-1", await ask(harness, products=("NEW-1",)))


async def test_an_item_that_is_sold_now_and_a_contact_that_was_restored_are_found_by_the_next_request() -> None:
    async with open_harness() as harness:
        harness.enter_contact(Name="Left", AccountNumber="LEFT", ContactStatus="ARCHIVED")
        harness.enter_item(Code="HIDE-1", Name="Hide", IsSold=False)
        data = await ask(harness, "LEFT", products=("HIDE-1",))
        assert not has_customer("LEFT", data)
        (left,) = data.contacts["left"]
        harness.enter_contact(ContactID=left.contact_id, ContactStatus="ACTIVE")
        harness.enter_item(Code="HIDE-1", IsSold=True)
        data = await ask(harness, "LEFT", products=("HIDE-1",))
        assert has_customer("LEFT", data)
        assert has_product("HIDE-1", data)


async def test_settings_corrected_after_they_were_read_are_read_again_for_the_next_request() -> None:
    async with open_harness(optional=(Resource.ACCOUNTS,)) as harness:
        await harness.resolve()
        harness.organisation.currencies = [*harness.organisation.currencies, "NZD"]
        harness.organisation.codes.put_account({"Code": "200", "Status": "ARCHIVED"}, harness.simulator.state.ids)
        assert "NZD" in (await ask(harness, lists="currencies")).currencies
        assert not (await ask(harness, lists="accounts")).accounts["200"].active


async def test_requests_that_came_before_the_look_up_share_it() -> None:
    async with open_harness() as harness:
        await harness.resolve()
        came = harness.clock.monotonic()
        harness.advance(2)
        for _ in range(3):
            wanted = Needs(frozenset({"NOBODY"}), lists=frozenset({MasterList.CONTACTS}))
            await harness.cache.resolve(ORGANISATION, wanted, asked_at=came)
        assert harness.calls == 4 + 2


async def test_a_flood_of_one_missing_code_is_bounded_by_the_allowance() -> None:
    async with open_harness() as harness:
        harness.calls_left = 1_000
        for _ in range(100):
            await ask(harness, "NOBODY")
        assert harness.calls == 14


async def test_after_a_flood_a_person_who_asks_still_gets_an_answer_from_xero() -> None:
    async with open_harness() as harness:
        harness.calls_left = 1_000
        for _ in range(100):
            await ask(harness, "NEW", products=("NEW-1",))
        harness.enter_contact(Name="Newcomer", AccountNumber="NEW")
        assert not has_customer("NEW", await ask(harness, "NEW"))
        data = await ask(harness, "NEW", for_people=True)
        assert has_customer("NEW", data)
        assert not data.as_of


async def test_what_people_ask_is_bounded_too_and_beyond_it_the_answer_says_of_what_time_it_is() -> None:
    async with open_harness() as harness:
        harness.calls_left = 1_000
        for _ in range(100):
            await ask(harness, "NOBODY")
        last = harness.simulator.state.clock.now()
        harness.advance(2)
        answers = [await ask(harness, "NOBODY", for_people=True) for _ in range(100)]
        assert harness.calls == 20
        data = answers[-1]
        assert not answers[0].as_of
        assert set(data.as_of) == {MasterList.CONTACTS}
        as_of = data.as_of[MasterList.CONTACTS]
        assert last < as_of <= harness.simulator.state.clock.now()
        assert not (await harness.resolve("NOBODY")).as_of, "who did not ask anew is told nothing of it"


async def test_more_codes_than_are_looked_up_are_answered_from_a_list_read_after_the_question() -> None:
    async with open_harness() as harness:
        await harness.resolve()
        harness.enter_contact(Name="Newcomer", AccountNumber="X-99")
        data = await ask(harness, *(f"X-{number}" for number in range(90, 100)))
        assert has_customer("X-99", data)
        assert not data.as_of


async def test_a_list_read_that_began_before_the_question_is_made_once_more() -> None:
    reader = SlowFirst(xero(contact_row("ALOK")).rows)
    harness = MemoryHarness(reader)
    await harness.resolve()
    harness.advance(100)
    reader.holds = Resource.CURRENCIES
    wanted = Needs(lists=frozenset({MasterList.CURRENCIES}))
    former = asyncio.create_task(harness.cache.resolve("org", wanted))
    await reader.began.wait()
    harness.advance(1)
    later = asyncio.create_task(harness.cache.resolve("org", wanted, asked_at=harness.clock.monotonic()))
    await asyncio.sleep(0)
    reader.rows[Resource.CURRENCIES].append({"Code": "NZD"})
    reader.goes_on.set()
    await former
    assert "NZD" in (await later).currencies
    assert not (await later).as_of


async def test_a_doubted_list_is_read_again_before_the_next_answer_and_items_entirely() -> None:
    async with open_harness() as harness:
        assert has_product("BEEF-01", await harness.resolve())
        harness.organisation.items.remove("BEEF-01")
        assert harness.cache.doubt(ORGANISATION, frozenset({MasterList.ITEMS, MasterList.BRANDING_THEMES}))
        assert not has_product("BEEF-01", await harness.resolve())
        assert harness.calls == 4 + 1, "branding themes are not read here"
        await harness.resolve()
        assert harness.calls == 4 + 1


async def test_without_a_call_left_nothing_is_doubted() -> None:
    async with open_harness() as harness:
        await harness.resolve()
        harness.calls_left = 0
        assert not harness.cache.doubt(ORGANISATION, frozenset({MasterList.ITEMS}))


QUICK_DAY = CachePolicy(tick_seconds=60)
EVERY_LIST = (Resource.ACCOUNTS, Resource.TAX_RATES, Resource.TRACKING_CATEGORIES, Resource.BRANDING_THEMES)


@pytest.mark.parametrize("for_people", [False, True], ids=["by themselves", "people ask"])
@pytest.mark.parametrize("missing", [False, True], ids=["all is there", "every shipment lacks a code"])
@pytest.mark.parametrize(("per_day", "most"), [(1_000, 100), (5_000, 500)])
async def test_a_days_master_data_costs_at_most_a_tenth_of_the_days_calls(
    per_day: int, most: int, *, missing: bool, for_people: bool
) -> None:
    """Documents use calls too, so that what is left falls all day; master data is counted by itself."""
    harness = MemoryHarness(xero(contact_row("ALOK")), policy=QUICK_DAY, optional=EVERY_LIST)
    for resource in EVERY_LIST:
        harness.reader.rows[resource] = []
    harness.calls_left = per_day
    async with kept_fresh(harness.cache):
        for minute in range(DAY // 60):
            wanted = Needs(frozenset({f"C{minute}" if missing else "ALOK"}), lists=frozenset(MasterList))
            asked_at = harness.clock.monotonic()
            needs = wanted if missing else Needs()
            await harness.cache.resolve("org", needs, asked_at=asked_at, for_people=for_people)
            await harness.wait(60)
            harness.calls_left = per_day - len(harness.reader.asked)
    assert most / 3 < len(harness.reader.asked) <= most


async def test_with_plenty_of_calls_left_a_missing_code_is_there_within_a_minute_by_itself() -> None:
    harness = MemoryHarness(xero(contact_row("ALOK")))
    async with kept_fresh(harness.cache):
        await harness.resolve("NEW")
        for _ in range(10):
            await harness.wait(60)
        harness.reader.rows[Resource.CONTACTS].append(contact_row("NEW", Changed=harness.now))
        await harness.wait(60)
        assert has_customer("NEW", await harness.resolve())
        assert harness.recorder.changes == ["org"]


async def test_an_organisation_that_another_worker_serves_is_not_kept_fresh_here() -> None:
    harness = MemoryHarness(xero(contact_row("ALOK")))
    ours = {"org"}
    async with kept_fresh(harness.cache, lambda organisation: organisation in ours):
        await harness.resolve()
        ours.clear()
        warm = len(harness.reader.asked)
        await harness.wait(2 * HOUR)
        assert len(harness.reader.asked) == warm
        harness.reader.rows[Resource.CONTACTS].append(contact_row("NEW", Changed=harness.now))
        assert has_customer("NEW", await harness.resolve()), "whoever asks after all gets no answer of yesterday"
        assert len(harness.reader.asked) == warm + 2
        ours.add("org")
        harness.reader.rows[Resource.CONTACTS].append(contact_row("NEWER", Changed=harness.now))
        await harness.wait(301)
        assert has_customer("NEWER", await harness.resolve())
