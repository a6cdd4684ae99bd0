"""Keeps an organisation's open requests planned, a few batches ahead; what lacks a code gets a second, dearer look."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any
from uuid import UUID

from streams.dispatch.batch import Resting, Shelf
from streams.dispatch.context import World
from streams.dispatch.lane.planning import Preparation, Work
from streams.dispatch.lane.releases import releases
from streams.dispatch.ledger import Journal, Ledger, Row, RowKey, State, Step
from xero_client.errors import XeroError

# A plan takes some tenths of a millisecond, and all organisations share one event loop: few at once, then a breath.
PLANNED_AT_ONCE = 25
# More plans than the next few batches would only grow old; the rest of a backlog stays in the ledger.
PLANNED_AHEAD = 200


class Planner:
    """Fills the shelf. `in_hand` are the shipments that a delivery works on."""

    def __init__(
        self,
        organisation: str,
        world: World,
        ledger: Ledger,
        journal: Journal,
        shelf: Shelf,
        preparation: Preparation,
        resting: Resting,
    ) -> None:
        self._organisation = organisation
        self._world = world
        self._ledger = ledger
        self._journal = journal
        self._shelf = shelf
        self._preparation = preparation
        self._resting = resting
        self._second: dict[RowKey, Work] = {}
        self._open = asyncio.Event()
        self._unsure = asyncio.Event()
        self._cure = asyncio.Event()
        self.in_hand: set[RowKey] = set()
        self.planned = asyncio.Event()

    def wake(self) -> None:
        """There may be something to plan."""
        self._open.set()

    def master_data_changed(self) -> None:
        """What was rejected for a missing contact, item or currency may be cured."""
        self._cure.set()

    @property
    def is_through(self) -> bool:
        """Whether everything open is planned: a partial batch is all there is."""
        return not self._open.is_set() and not self._unplanned()

    async def plan_open(self) -> None:
        """Plan what is open with the cache as it is, until cancelled."""
        while True:
            await self._open.wait()
            self._open.clear()
            while work := self._unplanned():
                if self._resting.until is not None:
                    self._open.clear()
                    self._resting.announce()
                    await self._resting.over_or(self._open)
                    continue
                await self._guarded(self._look_first(work))
                await self._world.sleep(0)
            # Only now is it known that a partial batch is all there is.
            self.planned.set()

    async def plan_unsure(self) -> None:
        """Look missing codes up and plan their shipments for good, until cancelled."""
        while True:
            await self._unsure.wait()
            self._unsure.clear()
            while self._second:
                await self._resting.over()
                work = list(self._second.values())[:PLANNED_AT_ONCE]
                await self._guarded(self._look_again(work))

    async def release_cured(self) -> None:
        """Request again what master data cured, until cancelled."""
        while True:
            await self._cure.wait()
            self._cure.clear()
            rows = tuple(self._ledger.releasable_rows(self._organisation))
            if rows:
                await self._resting.over()
                await self._guarded(self._release(rows))

    async def _look_first(self, work: list[Work]) -> None:
        for each in await self._preparation.first_look(self._organisation, work):
            self._second[each[0]] = each
            self._unsure.set()
        self._resting.planned()
        self.planned.set()

    async def _look_again(self, work: list[Work]) -> None:
        await self._preparation.second_look(self._organisation, work)
        for key, request in work:
            if self._second.get(key) == (key, request):
                del self._second[key]
        self.planned.set()
        self._open.set()

    async def _release(self, rows: Sequence[tuple[RowKey, Row]]) -> None:
        cured = await self._preparation.cured(self._organisation, rows)
        step = Step(records=dict(releases(self._ledger, cured, self._world.clock())))
        if step.records:
            self._journal.submit(step)
            self._open.set()

    def _unplanned(self) -> list[Work]:
        work: list[Work] = []
        if len(self._shelf) >= PLANNED_AHEAD:
            return work
        for key, row in self._ledger.open_rows(self._organisation):
            if row.state is State.SENDING or row.request is None or self._is_planned(key, row.request.request_id):
                continue
            work.append((key, row.request))
            if len(work) == PLANNED_AT_ONCE:
                break
        return work

    def _is_planned(self, key: RowKey, request_id: UUID) -> bool:
        second = self._second.get(key)
        waits_for_code = second is not None and second[1].request_id == request_id
        return key in self.in_hand or waits_for_code or self._shelf.holds(key, request_id)

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except XeroError as error:
            self._resting.trouble(error)
