"""The background loop over a reader in memory: organisations do not hold each other up, and nothing is forgotten."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from mappers.model.master_data import MasterList, Needs
from tests.fakes.master_data import FakeMasterData, contact_row
from tests.unit.xero_client.master_data.harness import kept_fresh
from tests.unit.xero_client.master_data.memory_harness import NOW, MemoryHarness, xero
from xero_client.collaborators import Resource
from xero_client.errors import DisconnectedError, OutOfQuotaError, UnavailableError
from xero_client.master_data.policy import CachePolicy
from xero_client.port import Priority

QUICK = CachePolicy(refresh_seconds=60, settings_seconds=120, idle_after=1e9)
EVERYONE = Needs()


@dataclass
class OneStuck(FakeMasterData):
    """Calls to the organisation `stuck` wait for ever once it is warm."""

    release: asyncio.Event = field(default_factory=asyncio.Event)

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
        if organisation == "stuck" and if_modified_since is not None:
            await self.release.wait()
        return await super().get(organisation, resource, params, if_modified_since=if_modified_since, priority=priority)


async def test_currencies_that_warming_left_out_are_read_at_the_first_look_and_reported() -> None:
    harness = MemoryHarness(xero(*(contact_row(f"C{n}") for n in range(9_001))), policy=QUICK)
    async with kept_fresh(harness.cache):
        assert (await harness.resolve()).currencies == frozenset()
        await harness.wait(1)
        assert (await harness.resolve()).currencies == {"AUD", "USD"}
        assert harness.recorder.changes == ["org"]
        assert [each.resource for each in harness.reader.asked[12:]] == [Resource.CURRENCIES]
        await harness.wait(5)
        assert len(harness.reader.asked) == 13


async def test_an_organisation_whose_refresh_hangs_holds_up_no_other() -> None:
    harness = MemoryHarness(OneStuck(xero(contact_row("ALOK")).rows), policy=QUICK)
    async with kept_fresh(harness.cache):
        for organisation in ("stuck", "org"):
            await harness.cache.resolve(organisation, EVERYONE)
        await harness.wait(61)
        before = len(harness.reader.asked)
        await harness.wait(61)
        assert len(harness.reader.asked) > before


async def test_a_refresh_that_hangs_is_not_started_a_second_time() -> None:
    reader = OneStuck(xero(contact_row("ALOK")).rows)
    harness = MemoryHarness(reader, policy=QUICK)
    async with kept_fresh(harness.cache):
        await harness.cache.resolve("stuck", EVERYONE)
        await harness.wait(600)
        assert len(reader.asked) == 4


async def test_background_reads_leave_the_reserve_to_people() -> None:
    harness = MemoryHarness(xero(contact_row("ALOK")), policy=QUICK)
    async with kept_fresh(harness.cache):
        await harness.resolve()
        warm = len(harness.reader.asked)
        await harness.wait(130)
        assert {each.priority for each in harness.reader.asked[warm:]} == {Priority.BACKLOG}


@pytest.mark.parametrize(
    "error", [DisconnectedError("consent is gone"), OutOfQuotaError("used up", limit="day", resume_at=NOW)]
)
async def test_no_error_of_xero_ends_the_background_loop(error: DisconnectedError | OutOfQuotaError) -> None:
    harness = MemoryHarness(xero(contact_row("ALOK")), policy=QUICK)
    async with kept_fresh(harness.cache):
        await harness.resolve()
        harness.reader.replies[Resource.ITEMS] = [error, error]
        await harness.wait(200)
        assert harness.recorder.uses.count(("items", "error")) == 2
        await harness.wait(60)
        assert harness.recorder.uses[-1] != ("items", "error")


async def test_settings_are_read_again_although_refreshes_fail_in_between() -> None:
    harness = MemoryHarness(xero(contact_row("ALOK")), policy=QUICK)
    async with kept_fresh(harness.cache):
        await harness.resolve()
        harness.reader.rows[Resource.CURRENCIES].append({"Code": "NZD"})
        harness.reader.replies[Resource.CONTACTS] = [DisconnectedError("for now")] * 3
        await harness.wait(400)
        assert "NZD" in (await harness.resolve()).currencies


async def test_closing_gives_up_what_is_under_way_and_raises_to_those_who_wait() -> None:
    reader = OneStuck(xero(contact_row("ALOK")).rows)
    harness = MemoryHarness(reader, policy=QUICK)
    await harness.cache.resolve("stuck", EVERYONE)
    harness.advance(5)
    asking = asyncio.create_task(harness.cache.resolve("stuck", Needs(customers=frozenset({"NOBODY"}))))
    await harness.wait(0)
    await harness.cache.close()
    with pytest.raises(UnavailableError, match="closed"):
        await asking


@pytest.mark.parametrize(("age", "reads"), [(0.0, 6), (1_500.0, 5), (1_650.0, 2), (1_801.0, 1)])
async def test_what_lacked_something_before_this_process_began_is_read_often_as_long_as_it_would_have_been(
    age: float, reads: int
) -> None:
    """By an earlier owner, half an hour ago at most."""
    harness = MemoryHarness(xero(contact_row("ALOK")))
    async with kept_fresh(harness.cache):
        await harness.resolve()
        harness.cache.watch("org", frozenset({MasterList.CONTACTS}), age)
        harness.cache.watch("org", frozenset({MasterList.CONTACTS}), age + 600)
        warm = len(harness.reader.asked)
        for _ in range(62):
            await harness.wait(5)
    assert [each.resource for each in harness.reader.asked[warm:]].count(Resource.CONTACTS) == reads


async def test_an_organisation_that_nobody_asked_for_is_not_watched() -> None:
    harness = MemoryHarness(xero(contact_row("ALOK")))
    async with kept_fresh(harness.cache):
        harness.cache.watch("org", frozenset({MasterList.CONTACTS}), 0.0)
        await harness.wait(100)
    assert harness.reader.asked == []
