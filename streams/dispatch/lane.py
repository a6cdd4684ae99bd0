"""One organisation's lane: plans what is open, gathers batches while calls are under way, sends them at Xero's pace."""

import asyncio
from collections.abc import Coroutine, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Any
from uuid import UUID

from streams.dispatch.context import World
from streams.dispatch.courier import Courier
from streams.dispatch.delivery import Delivery
from streams.dispatch.doubt import Doubt
from streams.dispatch.examination import Examination
from streams.dispatch.journal import Journal
from streams.dispatch.ledger import Ledger, Step
from streams.dispatch.notes import Notes
from streams.dispatch.pace import Pace
from streams.dispatch.preparation import Preparation, Work
from streams.dispatch.prepared import Prepared, Shelf, Way, in_order
from streams.dispatch.releases import releases
from streams.dispatch.rest import Resting
from streams.dispatch.rows import Hold, Rest, Row, RowKey, State
from xero_client.errors import XeroError
from xero_client.port import Priority

PLANNED_AT_ONCE = 100
# More plans than the next few batches would only grow old; the rest of a backlog stays in the ledger.
PLANNED_AHEAD = 200
HELD_AT_ONCE = 500


class Lane:
    """Runs until cancelled; raises PartitionLostError when its partition is lost, anything else is a fault of ours."""

    def __init__(self, organisation: str, world: World, ledger: Ledger, journal: Journal) -> None:
        self._organisation = organisation
        self._world = world
        self._ledger = ledger
        self._journal = journal
        self._shelf = Shelf()
        self._pace = Pace(organisation, world)
        self._resting = Resting(organisation, world, self._announce)
        self._preparation = Preparation(world, ledger, journal, self._shelf)
        delivery = Delivery(organisation, world, ledger, journal)
        doubt = Doubt(organisation, world, delivery, self._resting)
        examination = Examination(organisation, world, delivery)
        notes = Notes(organisation, world, delivery)
        self._courier = Courier(organisation, world, delivery, examination, doubt, self._resting, notes)
        self._delivery = delivery
        self._in_hand: set[RowKey] = set()
        self._second: dict[RowKey, Work] = {}
        self._open = asyncio.Event()
        self._ready = asyncio.Event()
        self._unsure = asyncio.Event()
        self._cure = asyncio.Event()
        self._draining = False
        self._under_way: set[asyncio.Task[None]] = set()
        self._tasks: asyncio.TaskGroup | None = None

    def wake(self) -> None:
        """The ledger has new or changed requests of the organisation."""
        self._open.set()

    def master_data_changed(self) -> None:
        """The organisation's contacts, items or currencies changed: rejected shipments may be cured."""
        self._cure.set()

    def drain(self) -> None:
        """Begin nothing new; what is under way goes on."""
        self._draining = True

    def resume(self) -> None:
        """Begin new deliveries again after `drain`."""
        self._draining = False
        self._open.set()
        self._ready.set()

    @property
    def waits(self) -> bool:
        """Whether the organisation rests on purpose."""
        return self._resting.until is not None

    @property
    def under_way(self) -> frozenset["asyncio.Task[None]"]:
        """The deliveries at work."""
        return frozenset(self._under_way)

    async def run(self) -> None:
        """Work through the organisation's rows, those that may have been sent first."""
        rest = self._ledger.rests.get(self._organisation)
        if rest is not None:
            self._resting.resume(rest.reason, rest.until)
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            for intent in tuple(self._ledger.intents.values()):
                if intent.organisation == self._organisation:
                    tasks.create_task(self._courier.recover(intent, self._preparation, self.wake))
            self._open.set()
            tasks.create_task(self._plan_open())
            tasks.create_task(self._plan_unsure())
            tasks.create_task(self._send_ready())
            tasks.create_task(self._release_cured())

    # -- planning --------------------------------------------------------------------------------------------------

    async def _plan_open(self) -> None:
        while True:
            await self._open.wait()
            self._open.clear()
            while work := self._unplanned():
                if self._resting.until is not None:
                    self._hold()
                    await self._resting.over()
                    continue
                await self._guarded(self._look_first(work))
            # Only now is it known that a partial batch is all there is.
            self._ready.set()

    async def _look_first(self, work: list[Work]) -> None:
        for each in await self._preparation.first_look(self._organisation, work):
            self._second[each[0]] = each
            self._unsure.set()
        self._resting.succeeded()
        self._ready.set()

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
        if key in self._in_hand:
            return True
        second = self._second.get(key)
        if second is not None and second[1].request_id == request_id:
            return True
        return self._shelf.holds(key, request_id)

    async def _plan_unsure(self) -> None:
        while True:
            await self._unsure.wait()
            self._unsure.clear()
            while self._second:
                await self._resting.over()
                work = list(self._second.values())[:PLANNED_AT_ONCE]
                await self._guarded(self._look_again(work))

    async def _look_again(self, work: list[Work]) -> None:
        await self._preparation.second_look(self._organisation, work)
        for key, request in work:
            if self._second.get(key) == (key, request):
                del self._second[key]
        self._ready.set()
        self._open.set()

    async def _release_cured(self) -> None:
        while True:
            await self._cure.wait()
            self._cure.clear()
            rows = tuple(self._ledger.releasable_rows(self._organisation))
            if not rows:
                continue
            await self._resting.over()
            await self._guarded(self._release(rows))

    async def _release(self, rows: Sequence[tuple[RowKey, Row]]) -> None:
        cured = await self._preparation.cured(self._organisation, rows)
        step = Step(records=dict(releases(self._ledger, cured, self._world.clock())))
        if step.records:
            self._journal.submit(step)
            self._open.set()

    # -- sending ---------------------------------------------------------------------------------------------------

    async def _send_ready(self) -> None:
        places = asyncio.Semaphore(self._world.settings.deliveries)
        while True:
            await self._batch_is_due()
            await places.acquire()
            try:
                began = await self._begin(places)
            except XeroError as error:
                began = False
                self._resting.trouble(error)
            if not began:
                places.release()

    async def _batch_is_due(self) -> None:
        while True:
            await self._resting.over()
            self._ready.clear()
            self._refuse_conflicts()
            wait = self._wait_for_batch()
            if wait is not None and wait <= 0:
                return
            try:
                async with asyncio.timeout(wait):
                    await self._ready.wait()
            except TimeoutError:
                continue

    def _wait_for_batch(self) -> float | None:
        """Seconds until the next batch should go; null: until something changes."""
        movable = [each for each in self._shelf if self._delivery.may_go(each)]
        if self._draining or not movable:
            return None
        first = in_order(movable)[0]
        like = sum(1 for each in movable if each.goes_with(first))
        planning = not self._open.is_set() and not self._unplanned()
        full = like >= self._world.settings.batch_size
        return self._pace.wait(full=full, ready_since=first.since, busy=bool(self._under_way), all_planned=planning)

    def _refuse_conflicts(self) -> None:
        settlement = self._delivery.settlement()
        refused = [plan for plan in self._shelf if self._delivery.refuse_conflict(settlement, plan)]
        for plan in refused:
            self._shelf.drop(plan.key)
        if refused:
            settlement.submit()

    async def _begin(self, places: asyncio.Semaphore) -> bool:
        """Take a batch and set it going; straight creates take it when the quota grants their call."""
        movable = [each for each in self._shelf if self._delivery.may_go(each)]
        if not movable:
            return False
        first = in_order(movable)[0]
        stack = AsyncExitStack()
        grant = None
        if first.way is Way.CREATE:
            priority = Priority.PEOPLE if first.urgent else Priority.BACKLOG
            grant = await stack.enter_async_context(self._world.accounting.slot(self._organisation, priority))
        plans = self._shelf.take_like(first, self._world.settings.batch_size, self._delivery.may_go)
        if not plans or self._tasks is None:
            await stack.aclose()
            return False
        self._in_hand.update(plan.key for plan in plans)
        self._open.set()
        work = self._courier.create(plans, stack, grant) if grant else self._courier.examine(plans)
        self._pace.begun()
        task = self._tasks.create_task(self._deliver(work, plans, places))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return True

    async def _deliver(
        self,
        work: Coroutine[Any, Any, None],
        plans: list[Prepared],
        places: asyncio.Semaphore,
    ) -> None:
        try:
            await work
        finally:
            places.release()
            self._in_hand.difference_update(plan.key for plan in plans)
            self._pace.finished()
            self._open.set()
            self._ready.set()

    # -- resting ---------------------------------------------------------------------------------------------------

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except XeroError as error:
            self._resting.trouble(error)

    def _hold(self) -> None:
        """Say in the shipments' logs that they wait, where the wait is long."""
        until = self._resting.until
        if until is None or (until - self._world.clock()).total_seconds() <= self._world.settings.announce_wait:
            return
        self._announce(self._resting.reason, until)

    def _announce(self, reason: str, until: datetime) -> None:
        rest = Rest(organisation=self._organisation, reason=reason, until=until)
        self._world.budget.park(self._organisation, until, reason)
        self._journal.submit(Step(records={("rest", self._organisation): rest}))
        hold = Hold(reason=reason, until=until)
        settlement = self._delivery.settlement()
        for count, (key, row) in enumerate(tuple(self._ledger.open_rows(self._organisation)), start=1):
            if row.state is not State.SENDING:
                settlement.held(key, hold)
            if count % HELD_AT_ONCE == 0:
                settlement.submit()
                settlement = self._delivery.settlement()
        settlement.submit()
