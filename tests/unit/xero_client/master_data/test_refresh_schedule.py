"""The background loop over a reader in memory: organisations do not hold each other up, and nothing is forgotten."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from mappers.model.master_data import Needs
from tests.fakes.master_data import FakeMasterData, contact_row
from tests.unit.xero_client.master_data.harness import kept_fresh
from tests.unit.xero_client.master_data.world import NOW, World, xero
from xero_client.collaborators import Resource
from xero_client.errors import DisconnectedError, OutOfQuotaError, UnavailableError
from xero_client.master_data.policy import Pace
from xero_client.port import Priority

QUICK = Pace(refresh_seconds=60, idle_after=1e9)
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


async def test_currencies_that_warming_left_out_are_read_at_the_first_look_and_told() -> None:
    world = World(xero(*(contact_row(f"C{n}") for n in range(9_001))), pace=QUICK)
    async with kept_fresh(world.cache):
        assert (await world.resolve()).currencies == frozenset()
        await world.wait(1)
        assert (await world.resolve()).currencies == {"AUD", "USD"}
        assert world.told.changes == ["org"]
        assert [each.resource for each in world.reader.asked[12:]] == [Resource.CURRENCIES]
        await world.wait(5)
        assert len(world.reader.asked) == 13


async def test_an_organisation_whose_refresh_hangs_holds_no_other_up() -> None:
    world = World(OneStuck(xero(contact_row("ALOK")).rows), pace=QUICK)
    async with kept_fresh(world.cache):
        for organisation in ("stuck", "org"):
            await world.cache.resolve(organisation, EVERYONE)
        await world.wait(61)
        before = len(world.reader.asked)
        await world.wait(61)
        assert len(world.reader.asked) > before


async def test_a_refresh_that_hangs_is_not_begun_a_second_time() -> None:
    reader = OneStuck(xero(contact_row("ALOK")).rows)
    world = World(reader, pace=QUICK)
    async with kept_fresh(world.cache):
        await world.cache.resolve("stuck", EVERYONE)
        await world.wait(600)
        assert len(reader.asked) == 4


async def test_background_reads_leave_the_reserve_to_people() -> None:
    world = World(xero(contact_row("ALOK")), pace=QUICK)
    async with kept_fresh(world.cache):
        await world.resolve()
        warm = len(world.reader.asked)
        await world.wait(130)
        assert {each.priority for each in world.reader.asked[warm:]} == {Priority.BACKLOG}


@pytest.mark.parametrize(
    "error", [DisconnectedError("consent is gone"), OutOfQuotaError("used up", limit="day", resume_at=NOW)]
)
async def test_no_error_of_xero_ends_the_background(error: DisconnectedError | OutOfQuotaError) -> None:
    world = World(xero(contact_row("ALOK")), pace=QUICK)
    async with kept_fresh(world.cache):
        await world.resolve()
        world.reader.replies[Resource.ITEMS] = [error, error]
        await world.wait(200)
        assert world.told.uses.count(("items", "error")) == 2
        await world.wait(60)
        assert world.told.uses[-1] != ("items", "error")


async def test_all_settings_come_again_though_refreshes_fail_in_between() -> None:
    world = World(xero(contact_row("ALOK")), pace=QUICK)
    async with kept_fresh(world.cache):
        await world.resolve()
        world.reader.rows[Resource.CURRENCIES].append({"Code": "NZD"})
        world.reader.replies[Resource.CONTACTS] = [DisconnectedError("for now")] * 3
        await world.wait(400)
        assert "NZD" in (await world.resolve()).currencies


async def test_closing_gives_up_what_is_under_way_and_tells_who_waits() -> None:
    reader = OneStuck(xero(contact_row("ALOK")).rows)
    world = World(reader, pace=QUICK)
    await world.cache.resolve("stuck", EVERYONE)
    world.advance(5)
    asking = asyncio.create_task(world.cache.resolve("stuck", Needs(customers=frozenset({"NOBODY"}))))
    await world.wait(0)
    await world.cache.close()
    with pytest.raises(UnavailableError, match="closed"):
        await asking


async def test_a_day_in_use_costs_fewer_than_nine_hundred_calls() -> None:
    world = World(xero(contact_row("ALOK")))
    async with kept_fresh(world.cache):
        for _ in range(12):
            await world.resolve()
            await world.wait(1_800)
        assert 700 < len(world.reader.asked) * 4 < 900


async def test_a_day_of_rest_costs_fewer_than_three_hundred_calls() -> None:
    world = World(xero(contact_row("ALOK")))
    async with kept_fresh(world.cache):
        await world.resolve()
        await world.wait(3_600)
        busy = len(world.reader.asked)
        await world.wait(21_600)
        assert 100 < (len(world.reader.asked) - busy) * 4 < 300
