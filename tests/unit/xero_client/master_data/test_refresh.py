"""The background loop on the simulator, over HTTP: what a refresh brings, and what it does when Xero is in trouble."""

import datetime as dt

from deploy.simulator.state.faults import Fault
from tests.fakes.references import has_customer
from tests.unit.xero_client.master_data.harness import ORGANISATION, Harness, kept_fresh, open_harness, until
from xero_client.collaborators import Resource
from xero_client.master_data.policy import CachePolicy

WARM = 4
QUICK = CachePolicy(refresh_seconds=60, settings_seconds=120, idle_after=1e9)
LOOK = 2
"""Contacts and items."""
SETTINGS = 2
"""The organisation and its currencies."""


async def after(harness: Harness, seconds: float, calls: int) -> None:
    """Let time pass until the background is to have made so many calls in all."""
    await harness.wait(seconds)
    await until(lambda: harness.calls >= calls)
    await until(lambda: sum(result != "error" for _, result in harness.recorder.uses) >= calls)


async def test_a_contact_entered_in_xero_is_there_after_the_next_refresh_and_reported() -> None:
    async with open_harness(policy=QUICK) as harness, kept_fresh(harness.cache):
        await harness.resolve()
        await harness.wait(30)
        harness.enter_contact(Name="Newcomer", AccountNumber="NEW")
        await after(harness, 31, WARM + LOOK)
        assert has_customer("NEW", await harness.resolve())
        assert harness.recorder.changes == [ORGANISATION]
        assert harness.calls == WARM + LOOK


async def test_a_refresh_without_changes_keeps_the_snapshot_and_reports_none() -> None:
    async with open_harness(policy=QUICK) as harness, kept_fresh(harness.cache):
        before = await harness.resolve()
        await after(harness, 61, WARM + LOOK)
        assert await harness.resolve() is before
        assert harness.recorder.changes == []
        assert sorted(harness.recorder.uses[WARM:]) == [("contacts", "not_modified"), ("items", "not_modified")]


async def test_a_refresh_carries_only_what_changed() -> None:
    async with open_harness(policy=QUICK) as harness, kept_fresh(harness.cache):
        await harness.resolve()
        await harness.wait(30)
        harness.enter_contact(Name="Newcomer", AccountNumber="NEW")
        await after(harness, 31, WARM + LOOK)
        replies = harness.simulator.state.request_log.replies()
        bodies = [
            replies[each.number] for each in harness.simulator.state.request_log.entries if each.number in replies
        ][-LOOK:]
        assert [body.count(b'"ContactID"') + body.count(b'"ItemID"') for body in sorted(bodies)] in ([0, 1], [1, 0])


async def test_lock_dates_and_currencies_are_read_again_when_their_time_has_come() -> None:
    async with open_harness(policy=QUICK) as harness, kept_fresh(harness.cache):
        await harness.resolve()
        harness.organisation.period_lock_date = dt.date(2026, 10, 31)
        harness.organisation.currencies = [*harness.organisation.currencies, "NZD"]
        await after(harness, 61, WARM + LOOK)
        assert (await harness.resolve()).organisation.period_lock_date != dt.date(2026, 10, 31)
        await after(harness, 61, WARM + LOOK + LOOK + SETTINGS)
        data = await harness.resolve()
        assert data.organisation.period_lock_date == dt.date(2026, 10, 31)
        assert "NZD" in data.currencies
        assert harness.recorder.changes == [ORGANISATION, ORGANISATION]


async def test_an_archived_account_is_noticed_where_accounts_are_read() -> None:
    async with open_harness(policy=QUICK, optional=(Resource.ACCOUNTS,)) as harness, kept_fresh(harness.cache):
        assert (await harness.resolve()).accounts["200"].active
        harness.organisation.codes.put_account({"Code": "200", "Status": "ARCHIVED"}, harness.simulator.state.ids)
        await after(harness, 61, WARM + 1 + LOOK)
        await after(harness, 61, WARM + 1 + LOOK + LOOK + SETTINGS + 1)
        assert not (await harness.resolve()).accounts["200"].active


async def test_a_deleted_item_disappears_when_everything_is_read_again() -> None:
    async with (
        open_harness(policy=CachePolicy(refresh_seconds=60, whole_seconds=100, idle_after=1e9)) as harness,
        kept_fresh(harness.cache),
    ):
        assert "beef-01" in (await harness.resolve()).items
        harness.organisation.items.remove("BEEF-01")
        await after(harness, 61, WARM + LOOK)
        assert "beef-01" in (await harness.resolve()).items
        await after(harness, 61, WARM + LOOK + LOOK)
        assert "beef-01" not in (await harness.resolve()).items


async def test_an_archived_contact_is_still_known_after_everything_was_read_again() -> None:
    async with (
        open_harness(policy=CachePolicy(refresh_seconds=60, watch_for=0, whole_seconds=50, idle_after=1e9)) as harness,
        kept_fresh(harness.cache),
    ):
        harness.enter_contact(Name="Left", AccountNumber="LEFT", ContactStatus="ARCHIVED")
        assert (await harness.resolve("LEFT")).contacts["left"][0].archived
        await after(harness, 61, WARM + 1 + LOOK)
        data = await harness.resolve()
        assert data.contacts["left"][0].archived
        assert has_customer("ALOK", data)


async def test_a_refresh_that_fails_is_tried_again_and_the_cache_answers_meanwhile() -> None:
    async with (
        open_harness(policy=CachePolicy(refresh_seconds=300, idle_after=1e9)) as harness,
        kept_fresh(harness.cache),
    ):
        before = await harness.resolve()
        harness.simulator.state.faults.add(Fault("GET Contacts", "500_before"))
        await harness.wait(301)
        await until(lambda: ("contacts", "error") in harness.recorder.uses)
        assert await harness.resolve() is before
        harness.enter_contact(Name="Newcomer", AccountNumber="NEW")
        await harness.wait(61)
        await until(lambda: harness.recorder.changes == [ORGANISATION])
        assert has_customer("NEW", await harness.resolve())


async def test_only_organisations_that_were_asked_for_are_refreshed() -> None:
    async with open_harness(policy=QUICK) as harness, kept_fresh(harness.cache):
        await harness.wait(600)
        assert harness.calls == 0


async def test_an_organisation_that_nobody_asks_for_is_refreshed_at_a_quarter_of_the_pace() -> None:
    async with (
        open_harness(policy=CachePolicy(refresh_seconds=60, idle_after=100, idle_factor=4)) as harness,
        kept_fresh(harness.cache),
    ):
        await harness.resolve()
        await after(harness, 61, WARM + LOOK)
        await harness.wait(170)
        assert harness.calls == WARM + LOOK
        await after(harness, 80, WARM + LOOK + LOOK)


async def test_being_asked_again_ends_the_slow_pace() -> None:
    async with (
        open_harness(policy=CachePolicy(refresh_seconds=60, idle_after=100, idle_factor=4)) as harness,
        kept_fresh(harness.cache),
    ):
        await harness.resolve()
        await after(harness, 61, WARM + LOOK)
        await harness.wait(120)
        await harness.resolve()
        await after(harness, 2, WARM + LOOK + LOOK)


async def test_the_age_of_the_lists_is_reported() -> None:
    async with open_harness(policy=QUICK) as harness, kept_fresh(harness.cache):
        await harness.resolve()
        await harness.wait(42)
        assert 40 <= harness.recorder.ages[ORGANISATION] <= 42
