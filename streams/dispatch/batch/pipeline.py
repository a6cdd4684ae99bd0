"""Carries a batch to its end: create, look again where a number is taken, update, settle what is in doubt."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from mappers.outbound import xero_errors
from streams.dispatch.batch.backoff import Resting
from streams.dispatch.batch.history_notes import Notes
from streams.dispatch.batch.lookup import Examination
from streams.dispatch.batch.ready_queue import Prepared
from streams.dispatch.batch.recovery import Doubt
from streams.dispatch.batch.write import Delivery, Leftovers, Parcel
from streams.dispatch.context import World
from streams.dispatch.ledger import Intent
from xero_client.errors import (
    EffectUnknownError,
    IdempotencyMismatchError,
    IntentExpiredError,
    RefusedError,
    XeroError,
)
from xero_client.port import Grant, Operation, Priority


@dataclass(frozen=True, slots=True)
class Attempt:
    """One write: what it left over, or how it failed."""

    intent: Intent
    parcels: Sequence[Parcel]
    leftovers: Leftovers = field(default_factory=Leftovers)
    error: XeroError | None = None


Take = Callable[[], Sequence[Prepared]]
"""Takes the next batch off the shelf; called once, at the moment the call is granted."""

PlanAgain = Callable[[Intent], Awaitable[list[Prepared]]]
"""Plans the members of a batch that a former owner left under way."""


class Courier:
    """One batch, from the grant or the first look to every shipment's answer. Xero's troubles end in a rest."""

    def __init__(
        self,
        organisation: str,
        world: World,
        delivery: Delivery,
        examination: Examination,
        doubt: Doubt,
        resting: Resting,
        notes: Notes,
    ) -> None:
        self._organisation = organisation
        self._world = world
        self._delivery = delivery
        self._examination = examination
        self._doubt = doubt
        self._resting = resting
        self._notes = notes

    async def create(self, take: Take, priority: Priority) -> None:
        """Create what `take` gives when the quota grants the call; then deal with what the reply left over.

        Raises OutOfQuotaError with nothing taken.
        """
        async with self._world.accounting.slot(self._organisation, priority) as grant:
            attempt = await self._attempt(Operation.CREATE, [Parcel(plan) for plan in take()], grant)
        await self._conclude(attempt)

    async def examine(self, plans: Sequence[Prepared]) -> None:
        """Look first, then write what is left to write."""
        await self._examined(plans, number_taken=False)

    async def recover(self, intent: Intent, plan_again: PlanAgain, wake: Callable[[], None]) -> None:
        """Settle a batch that the ledger found under way when the partition was taken over."""
        plans = await self._resting.through(lambda: plan_again(intent))
        if plans:
            await self._doubt.settle(intent, plans, inherited=True)
        wake()

    async def _examined(self, plans: Sequence[Prepared], *, number_taken: bool) -> None:
        try:
            findings = await self._examination.examine(plans, number_taken=number_taken)
        except RefusedError as error:
            await self._not_readable(plans, error, number_taken=number_taken)
            return
        except XeroError as error:
            self._resting.trouble(error)
            return
        await self._granted(Operation.UPDATE, findings.updates)
        await self._granted(Operation.CREATE, findings.creates)

    async def _not_readable(self, plans: Sequence[Prepared], error: RefusedError, *, number_taken: bool) -> None:
        """Xero does not take the look-up (an odd number, an id it forgot): find the one at fault and reject it."""
        if len(plans) > 1:
            half = len(plans) // 2
            for part in (plans[:half], plans[half:]):
                await self._examined(part, number_taken=number_taken)
            return
        settlement = self._delivery.settlement()
        if self._delivery.may_go(plans[0]):
            settlement.rejected(plans[0].key, xero_errors(error.messages))
        settlement.submit()

    async def _granted(self, operation: Operation, parcels: Sequence[Parcel]) -> None:
        if not parcels:
            return
        priority = Priority.PEOPLE if any(each.plan.urgent for each in parcels) else Priority.BACKLOG
        try:
            async with self._world.accounting.slot(self._organisation, priority) as grant:
                attempt = await self._attempt(operation, parcels, grant)
        except XeroError as error:
            self._resting.trouble(error)
            return
        await self._conclude(attempt)

    async def _attempt(self, operation: Operation, parcels: Sequence[Parcel], grant: Grant) -> Attempt | None:
        """Send once what may still go. Holds a place at Xero, so it does nothing that waits for another one."""
        going = self._delivery.writable(parcels)
        if not going:
            return None
        intent = self._delivery.prepare(operation, going)
        try:
            leftovers = await self._delivery.write(grant, intent, going)
        except XeroError as error:
            return Attempt(intent, going, error=error)
        self._resting.succeeded()
        return Attempt(intent, going, leftovers=leftovers)

    async def _conclude(self, attempt: Attempt | None) -> None:
        """Deal with what the attempt did not settle; afterwards every shipment is answered or open again."""
        if attempt is None:
            return
        plans = [each.plan for each in attempt.parcels]
        match attempt.error:
            case None:
                await self._left_over(attempt.intent, attempt.leftovers)
                await self._notes.write(plans, attempt.intent.operation)
            case EffectUnknownError(status=status):
                await self._doubt.settle(attempt.intent, plans, status=status)
            case IdempotencyMismatchError():
                await self._doubt.settle(attempt.intent, plans)
            case RefusedError() as error:
                await self._refused(attempt, error)
            case IntentExpiredError():
                self._delivery.release(plans, attempt.intent)
            case error:
                self._delivery.release(plans, attempt.intent)
                self._resting.trouble(error)

    async def _left_over(self, intent: Intent, leftovers: Leftovers) -> None:
        if leftovers.unmentioned:
            await self._doubt.settle(intent, leftovers.unmentioned, executed=True)
        if leftovers.taken:
            self._world.metrics.duplicate_prevented("number_taken")
            await self._examined(leftovers.taken, number_taken=True)

    async def _refused(self, attempt: Attempt, error: RefusedError) -> None:
        """The whole call was refused: halve it until the element that is at fault stands alone."""
        parcels = attempt.parcels
        if len(parcels) == 1:
            settlement = self._delivery.settlement()
            settlement.rejected(parcels[0].plan.key, xero_errors(error.messages))
            settlement.close(attempt.intent)
            settlement.submit()
            return
        self._delivery.release([each.plan for each in parcels], attempt.intent)
        half = len(parcels) // 2
        for part in (parcels[:half], parcels[half:]):
            await self._granted(attempt.intent.operation, part)
