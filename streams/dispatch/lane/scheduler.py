"""Sends what is planned, batch by batch, at the pace the quota sustains."""

import asyncio

from streams.dispatch.batch import Courier, Delivery, Prepared, Resting, Shelf, Take, Way, in_order
from streams.dispatch.context import World
from streams.dispatch.lane.pacing import Pace
from streams.dispatch.lane.planner import Planner
from xero_client.errors import XeroError
from xero_client.port import Priority


class Sender:
    """Takes plans from the shelf. One delivery at a time waits for its grant, several may be under way."""

    def __init__(
        self,
        organisation: str,
        world: World,
        delivery: Delivery,
        courier: Courier,
        shelf: Shelf,
        planner: Planner,
        resting: Resting,
    ) -> None:
        self._world = world
        self._delivery = delivery
        self._courier = courier
        self._shelf = shelf
        self._planner = planner
        self._resting = resting
        self._pace = Pace(organisation, world)
        self._places = asyncio.Semaphore(world.settings.deliveries)
        self._draining = False
        self._under_way: set[asyncio.Task[None]] = set()

    @property
    def under_way(self) -> frozenset["asyncio.Task[None]"]:
        """The deliveries at work."""
        return frozenset(self._under_way)

    def drain(self) -> None:
        """Begin nothing new; what is under way goes on."""
        self._draining = True

    def resume(self) -> None:
        """Begin new deliveries again after `drain`."""
        self._draining = False
        self._planner.planned.set()

    async def send_ready(self, tasks: asyncio.TaskGroup) -> None:
        """Send until cancelled; deliveries are tasks of the group."""
        while True:
            await self._batch_is_due()
            await self._places.acquire()
            taken = asyncio.Event()
            task = tasks.create_task(self._deliver(taken))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
            # The next batch is not begun before this one has taken its plans: while it waits for its grant, it fills.
            await taken.wait()

    async def _batch_is_due(self) -> None:
        while True:
            await self._resting.over()
            self._planner.planned.clear()
            self._refuse_conflicts()
            wait = self._wait_for_batch()
            if wait is not None and wait <= 0:
                return
            try:
                async with asyncio.timeout(wait):
                    await self._planner.planned.wait()
            except TimeoutError:
                continue

    def _wait_for_batch(self) -> float | None:
        """Seconds until the next batch should go; null: until something changes."""
        movable = self._movable()
        if self._draining or not movable:
            return None
        first = movable[0]
        full = sum(1 for each in movable if each.goes_with(first)) >= self._world.settings.batch_size
        return self._pace.wait(
            full=full, ready_since=first.since, busy=bool(self._under_way), all_planned=self._planner.is_through
        )

    def _movable(self) -> list[Prepared]:
        return in_order(each for each in self._shelf if self._delivery.may_go(each))

    def _refuse_conflicts(self) -> None:
        settlement = self._delivery.settlement()
        refused = [plan for plan in self._shelf if self._delivery.refuse_conflict(settlement, plan)]
        for plan in refused:
            self._shelf.drop(plan.key)
        if refused:
            settlement.submit()

    async def _deliver(self, taken: asyncio.Event) -> None:
        plans: list[Prepared] = []

        def take() -> list[Prepared]:
            plans.extend(self._take())
            taken.set()
            return plans

        try:
            await self._carry(take)
        except XeroError as error:
            self._resting.trouble(error)
        finally:
            taken.set()
            self._places.release()
            self._planner.in_hand.difference_update(plan.key for plan in plans)
            self._pace.finished()
            self._planner.wake()
            self._planner.planned.set()

    async def _carry(self, take: Take) -> None:
        movable = self._movable()
        if not movable:
            return
        if movable[0].way is Way.EXAMINE:
            await self._courier.examine(take())
        else:
            priority = Priority.PEOPLE if movable[0].urgent else Priority.BACKLOG
            await self._courier.create(take, priority)

    def _take(self) -> list[Prepared]:
        """The next batch, off the shelf. Planning goes on behind it."""
        movable = self._movable()
        if not movable:
            return []
        plans = self._shelf.take_like(movable[0], self._world.settings.batch_size, self._delivery.may_go)
        self._planner.in_hand.update(plan.key for plan in plans)
        self._planner.wake()
        self._pace.begun()
        return plans
