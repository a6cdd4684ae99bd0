"""Writes of unknown effect: looked up until Xero says what happened. Never guessed, never made twice."""

from collections.abc import Sequence
from datetime import timedelta

import structlog

from mappers.documents import ExistingDocument
from mappers.outcomes import Action
from mappers.reconcile import Adopt, judge
from streams.dispatch.context import World
from streams.dispatch.delivery import Delivery, Parcel
from streams.dispatch.prepared import Prepared
from streams.dispatch.rest import Resting
from streams.dispatch.rows import Intent
from xero_client.errors import (
    EffectUnknownError,
    IdempotencyMismatchError,
    IntentExpiredError,
    RefusedError,
    XeroError,
)
from xero_client.port import Operation, Priority

log = structlog.get_logger(__name__)

LONGEST_PAUSE = 15.0


class Doubt:
    """Settles batches that may have been written, found after a fault or by a new owner of the partition."""

    def __init__(self, organisation: str, world: World, delivery: Delivery, resting: Resting) -> None:
        self._organisation = organisation
        self._world = world
        self._delivery = delivery
        self._resting = resting

    async def settle(self, intent: Intent, plans: Sequence[Prepared]) -> None:
        """Return when every plan is answered or open again. Works through outages, with pauses."""
        log.warning("effect_unknown", organisation=self._organisation, batch=intent.key[:12], documents=len(plans))
        if intent.operation is Operation.UPDATE:
            await self._settle_updates(intent, plans)
            return
        pause, traced = self._world.settings.settle, False
        while plans:
            await self._world.sleep(max(pause, self._until_started(intent)))
            pause = min(LONGEST_PAUSE, pause * 2)
            await self._resting.over()
            try:
                plans, found = await self._look(intent, plans)
                traced |= found
                plans = await self._again(intent, plans, traced=traced)
            except XeroError as error:
                self._resting.trouble(error)

    async def _settle_updates(self, intent: Intent, plans: Sequence[Prepared]) -> None:
        """An update is read before it is written, so a second look is all it takes once the first cannot start."""
        await self._world.sleep(max(self._world.settings.settle, self._until_started(intent)))
        self._delivery.release(plans, intent, doubtful=True)
        self._world.metrics.unknown_effect("absent")

    def _until_started(self, intent: Intent) -> float:
        """Seconds until nobody may begin this write any more; a paused owner cannot start it after that."""
        latest = intent.committed_at + timedelta(seconds=self._world.settings.start_guard)
        return (latest - self._world.clock()).total_seconds()

    async def _look(self, intent: Intent, plans: Sequence[Prepared]) -> tuple[list[Prepared], bool]:
        """Answer what is in Xero as planned; say what is not there, and whether anything was."""
        numbers = tuple(plan.document.number for plan in plans)
        found: dict[str, list[ExistingDocument]] = {}
        for document in await self._world.accounting.find(self._organisation, intent.kind, numbers, Priority.PEOPLE):
            found.setdefault(document.number.casefold(), []).append(document)
        self._resting.succeeded()
        absent: list[Prepared] = []
        settlement = self._delivery.settlement()
        differing: list[Prepared] = []
        for plan in plans:
            there = found.get(plan.document.number.casefold(), [])
            adopted = next((each for each in there if self._is_ours(plan, each)), None)
            if adopted is not None:
                self._delivery.answer(settlement, plan, adopted, Action.RECOVERED)
                self._world.metrics.unknown_effect("found")
            elif there:
                differing.append(plan)
            else:
                absent.append(plan)
        settlement.close(intent)
        settlement.submit()
        if differing:
            self._delivery.release(differing, intent, doubtful=True)
        return absent, bool(found)

    def _is_ours(self, plan: Prepared, existing: ExistingDocument) -> bool:
        verdict = judge(plan.document, existing, known=None, company=plan.company, organisation=plan.organisation)
        return isinstance(verdict, Adopt)

    async def _again(self, intent: Intent, plans: list[Prepared], *, traced: bool) -> list[Prepared]:
        """Send the same bytes under the same key while Xero remembers it; give up when no trace can come any more."""
        age = (self._world.clock() - intent.begun_at).total_seconds()
        # A quote may perhaps be made twice under one number: with one of the batch there, the batch was executed.
        repeatable = len(plans) == len(intent.members) and not (traced and intent.kind == "quote")
        if plans and repeatable and age < self._world.settings.resend_within:
            return await self._resend(intent, plans)
        if plans and age >= self._world.settings.give_up_resend:
            self._delivery.release(plans, intent, doubtful=True)
            self._world.metrics.unknown_effect("absent")
            return []
        return plans

    async def _resend(self, intent: Intent, plans: list[Prepared]) -> list[Prepared]:
        parcels = [Parcel(plan) for plan in plans]
        try:
            async with self._world.accounting.slot(self._organisation, Priority.PEOPLE) as grant:
                leftovers = await self._delivery.write(grant, intent, parcels)
        except (EffectUnknownError, IdempotencyMismatchError, IntentExpiredError):
            return plans
        except RefusedError:
            self._delivery.release(plans, intent, doubtful=True)
            return []
        self._world.metrics.unknown_effect("resent")
        return list(leftovers.unmentioned)
