"""One organisation's lane: its plans, its batches and its rests. Lanes share nothing but the app-wide limit."""

import asyncio
from datetime import datetime

from streams.dispatch.batch import (
    DISCONNECTED,
    OUT_OF_QUOTA,
    Courier,
    Delivery,
    Doubt,
    Examination,
    Notes,
    Resting,
    Shelf,
)
from streams.dispatch.context import World
from streams.dispatch.lane.planner import Planner
from streams.dispatch.lane.planning import Preparation
from streams.dispatch.lane.scheduler import Sender
from streams.dispatch.ledger import Hold, Journal, Ledger, Rest, State, Step

HELD_AT_ONCE = 500


class Lane:
    """Runs until cancelled; raises PartitionLostError when its partition is lost, anything else is a fault of ours."""

    def __init__(self, organisation: str, world: World, ledger: Ledger, journal: Journal) -> None:
        self._organisation = organisation
        self._world = world
        self._ledger = ledger
        self._journal = journal
        self._resting = Resting(organisation, world, self._announce)
        shelf = Shelf()
        self._preparation = Preparation(world, ledger, journal, shelf)
        self._delivery = Delivery(organisation, world, ledger, journal)
        self._courier = Courier(
            organisation,
            world,
            self._delivery,
            Examination(organisation, world, self._delivery),
            Doubt(organisation, world, self._delivery, self._resting),
            self._resting,
            Notes(organisation, world, self._delivery),
        )
        self._planner = Planner(organisation, world, ledger, journal, shelf, self._preparation, self._resting)
        self._sender = Sender(organisation, world, self._delivery, self._courier, shelf, self._planner, self._resting)

    def wake(self) -> None:
        """The ledger has new or changed requests of the organisation."""
        self._planner.wake()

    def master_data_changed(self) -> None:
        """The organisation's contacts, items or currencies changed: rejected shipments may be cured."""
        self._planner.master_data_changed()

    def connected(self) -> None:
        """Somebody may have consented to the organisation's connection anew."""
        self._resting.relieve()

    def drain(self) -> None:
        """Begin nothing new; what is under way goes on."""
        self._sender.drain()

    def resume(self) -> None:
        """Begin new deliveries again after `drain`."""
        self._sender.resume()

    @property
    def waits(self) -> bool:
        """Whether the organisation rests on purpose."""
        return self._resting.until is not None

    @property
    def under_way(self) -> frozenset["asyncio.Task[None]"]:
        """The deliveries at work."""
        return self._sender.under_way

    async def run(self) -> None:
        """Work through the organisation's rows, those that may have been sent first."""
        rest = self._ledger.rests.get(self._organisation)
        # Asking for a token costs no quota, and somebody may have consented since the rest began.
        if rest is not None and rest.reason != DISCONNECTED:
            self._resting.resume(rest.reason, rest.until)
        async with asyncio.TaskGroup() as tasks:
            for intent in tuple(self._ledger.intents.values()):
                if intent.organisation == self._organisation:
                    tasks.create_task(self._courier.recover(intent, self._preparation.again, self.wake))
            self.wake()
            tasks.create_task(self._planner.plan_open())
            tasks.create_task(self._planner.plan_unsure())
            tasks.create_task(self._planner.release_cured())
            tasks.create_task(self._sender.send_ready(tasks))

    def _announce(self, reason: str, until: datetime) -> None:
        rest = Rest(organisation=self._organisation, reason=reason, until=until)
        if self._ledger.rests.get(self._organisation) != rest:
            self._world.budget.park(self._organisation, until, reason)
            self._journal.submit(Step(records={("rest", self._organisation): rest}))
        # Only a quota has a time at which it ends; the others are tried again and again, and told of once.
        self._hold(Hold(reason=reason, until=until if reason == OUT_OF_QUOTA else None))

    def _hold(self, hold: Hold) -> None:
        """Say in the logs of all who wait why they do, in steps that fit a transaction; who was told is left alone."""
        rows = self._ledger.open_rows(self._organisation)
        waiting = [key for key, row in rows if row.state is not State.SENDING and row.hold != hold]
        for start in range(0, len(waiting), HELD_AT_ONCE):
            settlement = self._delivery.settlement()
            for key in waiting[start : start + HELD_AT_ONCE]:
                settlement.held(key, hold)
            settlement.submit()
