"""The background loop on the simulator, over HTTP: what a refresh brings, and what it does when Xero is in trouble."""

import datetime as dt

from deploy.simulator.state.faults import Fault
from mappers.planning.customer import has_customer
from tests.unit.xero_client.master_data.harness import ORGANISATION, Bench, bench, kept_fresh, until
from xero_client.master_data.policy import Pace
from xero_client.master_data.references_extras import Extras

WARM = 4
QUICK = Pace(refresh_seconds=60, idle_after=1e9)
LOOK = 2
"""Contacts and items."""
SETTINGS = 2
"""The organisation and its currencies."""


async def after(on: Bench, seconds: float, calls: int) -> None:
    """Let time pass until the background is to have made so many calls in all."""
    await on.wait(seconds)
    await until(lambda: on.calls >= calls)
    await until(lambda: sum(result != "error" for _, result in on.told.uses) >= calls)


async def test_a_contact_entered_in_xero_is_there_after_the_next_refresh_and_told() -> None:
    async with bench(pace=QUICK) as on, kept_fresh(on.cache):
        await on.resolve()
        await on.wait(30)
        on.enter_contact(Name="Newcomer", AccountNumber="NEW")
        await after(on, 31, WARM + LOOK)
        assert has_customer("NEW", await on.resolve())
        assert on.told.changes == [ORGANISATION]
        assert on.calls == WARM + LOOK


async def test_a_refresh_without_news_changes_nothing_and_tells_nobody() -> None:
    async with bench(pace=QUICK) as on, kept_fresh(on.cache):
        before = await on.resolve()
        await after(on, 61, WARM + LOOK)
        assert await on.resolve() is before
        assert on.told.changes == []
        assert sorted(on.told.uses[WARM:]) == [("contacts", "not_modified"), ("items", "not_modified")]


async def test_a_refresh_carries_only_what_changed() -> None:
    async with bench(pace=QUICK) as on, kept_fresh(on.cache):
        await on.resolve()
        await on.wait(30)
        on.enter_contact(Name="Newcomer", AccountNumber="NEW")
        await after(on, 31, WARM + LOOK)
        log = on.simulator.state.request_log
        replies = log.replies()
        bodies = [replies[each.number] for each in log.entries if each.number in replies][-LOOK:]
        assert [body.count(b'"ContactID"') + body.count(b'"ItemID"') for body in sorted(bodies)] in ([0, 1], [1, 0])


async def test_lock_dates_and_currencies_come_with_every_second_refresh() -> None:
    async with bench(pace=QUICK) as on, kept_fresh(on.cache):
        await on.resolve()
        on.books.period_lock_date = dt.date(2026, 10, 31)
        on.books.currencies = [*on.books.currencies, "NZD"]
        await after(on, 61, WARM + LOOK)
        assert (await on.resolve()).organisation.period_lock_date != dt.date(2026, 10, 31)
        await after(on, 61, WARM + LOOK + LOOK + SETTINGS)
        data = await on.resolve()
        assert data.organisation.period_lock_date == dt.date(2026, 10, 31)
        assert "NZD" in data.currencies
        assert on.told.changes == [ORGANISATION, ORGANISATION]


async def test_an_archived_account_is_noticed_where_accounts_are_read() -> None:
    async with bench(pace=QUICK, extras=Extras(accounts=True)) as on, kept_fresh(on.cache):
        assert (await on.resolve()).accounts["200"].active
        on.books.codes.put_account({"Code": "200", "Status": "ARCHIVED"}, on.simulator.state.ids)
        await after(on, 61, WARM + 1 + LOOK)
        await after(on, 61, WARM + 1 + LOOK + LOOK + SETTINGS + 1)
        assert not (await on.resolve()).accounts["200"].active


async def test_a_deleted_item_goes_when_all_is_read_again() -> None:
    async with bench(pace=Pace(refresh_seconds=60, whole_seconds=100, idle_after=1e9)) as on, kept_fresh(on.cache):
        assert "beef-01" in (await on.resolve()).items
        on.books.items.remove("BEEF-01")
        await after(on, 61, WARM + LOOK)
        assert "beef-01" in (await on.resolve()).items
        await after(on, 61, WARM + LOOK + LOOK + SETTINGS)
        assert "beef-01" not in (await on.resolve()).items


async def test_an_archived_contact_is_still_known_after_all_was_read_again() -> None:
    async with bench(pace=Pace(refresh_seconds=60, whole_seconds=50, idle_after=1e9)) as on, kept_fresh(on.cache):
        on.enter_contact(Name="Left", AccountNumber="LEFT", ContactStatus="ARCHIVED")
        assert (await on.resolve("LEFT")).contacts["left"][0].archived
        await after(on, 61, WARM + 1 + LOOK)
        data = await on.resolve()
        assert data.contacts["left"][0].archived
        assert has_customer("ALOK", data)


async def test_a_refresh_that_fails_is_tried_again_and_the_cache_answers_meanwhile() -> None:
    async with bench(pace=Pace(refresh_seconds=300, idle_after=1e9)) as on, kept_fresh(on.cache):
        before = await on.resolve()
        on.simulator.state.faults.add(Fault("GET Contacts", "500_before"))
        await on.wait(301)
        await until(lambda: ("contacts", "error") in on.told.uses)
        assert await on.resolve() is before
        on.enter_contact(Name="Newcomer", AccountNumber="NEW")
        await on.wait(61)
        await until(lambda: on.told.changes == [ORGANISATION])
        assert has_customer("NEW", await on.resolve())


async def test_only_organisations_that_were_asked_for_are_refreshed() -> None:
    async with bench(pace=QUICK) as on, kept_fresh(on.cache):
        await on.wait(600)
        assert on.calls == 0


async def test_an_organisation_that_nobody_asks_for_is_refreshed_at_a_quarter_of_the_pace() -> None:
    async with bench(pace=Pace(refresh_seconds=60, idle_after=100, idle_factor=4)) as on, kept_fresh(on.cache):
        await on.resolve()
        await after(on, 61, WARM + LOOK)
        await on.wait(170)
        assert on.calls == WARM + LOOK
        await after(on, 80, WARM + LOOK + LOOK + SETTINGS)


async def test_being_asked_again_ends_the_slow_pace() -> None:
    async with bench(pace=Pace(refresh_seconds=60, idle_after=100, idle_factor=4)) as on, kept_fresh(on.cache):
        await on.resolve()
        await after(on, 61, WARM + LOOK)
        await on.wait(120)
        await on.resolve()
        await after(on, 2, WARM + LOOK + LOOK + SETTINGS)


async def test_the_age_of_the_lists_is_told() -> None:
    async with bench(pace=QUICK) as on, kept_fresh(on.cache):
        await on.resolve()
        await on.wait(42)
        assert 40 <= on.told.ages[ORGANISATION] <= 42
