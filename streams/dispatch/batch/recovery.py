"""Writes of unknown effect: looked up until Xero says what happened. Never guessed, never made twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

import structlog

from mappers.existing import Adopt, decide, fingerprint, matches
from mappers.model import Action, DocumentType, ExistingDocument, number_key
from streams.dispatch.batch.backoff import Resting
from streams.dispatch.batch.ready_queue import Prepared
from streams.dispatch.batch.write import Delivery, Parcel
from streams.dispatch.context import World
from streams.dispatch.ledger import Intent, RowKey
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


@dataclass(slots=True)
class Case:
    """One batch in doubt. `looked`: Xero answered a look-up; `traced`: some document of the batch was seen there.

    `is_spent`: the key may be answered with a stored fault, so sending it again proves nothing. `is_over`: Xero itself
    answered the write, with results or with an error within; nothing of it is under way any more.
    """

    intent: Intent
    looked: bool = False
    traced: bool = False
    is_spent: bool = False
    is_over: bool = False

    @property
    def is_fenced(self) -> bool:
        """Whether Xero itself refuses what comes twice: it does for invoices, by their number.

        Of a quote it may make a twin, and an update that comes late undoes what was written meanwhile.
        """
        return self.intent.operation is Operation.CREATE and self.intent.kind is DocumentType.INVOICE

    def answered(self, status: int | None, *, resent: bool) -> None:
        """Take note of a reply that does not tell the effect; null: there was none."""
        self.is_over |= status == HTTPStatus.INTERNAL_SERVER_ERROR
        # A gateway's fault says little of the first try; when the repeat gets one too, it may be a stored one.
        self.is_spent |= self.is_over or (resent and status is not None)


class Doubt:
    """Settles batches that may have been written, found after a fault or by a new owner of the partition."""

    def __init__(self, organisation: str, world: World, delivery: Delivery, resting: Resting) -> None:
        self._organisation = organisation
        self._world = world
        self._delivery = delivery
        self._resting = resting

    async def settle(
        self,
        intent: Intent,
        plans: Sequence[Prepared],
        *,
        status: int | None = None,
        inherited: bool = False,
        executed: bool = False,
    ) -> None:
        """Return when every plan is answered or open again. Works through outages, with pauses.

        `status` is the HTTP status of the reply that did not tell the effect, null where there was none; `inherited`
        says that a former owner sent the batch, or did not come to it; `executed` that Xero answered other elements of
        it.
        """
        log.warning("effect_unknown", organisation=self._organisation, batch=intent.key[:12], documents=len(plans))
        pause, case = self._world.settings.settle, Case(intent)
        case.answered(status, resent=False)
        case.is_over |= executed
        # The former owner's token is not ours, and keys are perhaps kept by token (xero_client.key_tokens).
        case.is_spent |= inherited and not case.is_fenced
        while plans:
            await self._world.sleep(max(pause, self._until_started(intent)))
            await self._resting.over()
            try:
                seen = await self._look(intent, plans)
                plans = self._sort(case, plans, seen)
                plans = await self._again(case, plans)
            except RefusedError:
                # The look-up itself is refused: the ordinary way finds out which shipment is at fault.
                self._delivery.release(plans, intent, doubtful=True)
                return
            except XeroError as error:
                self._resting.trouble(error)
            pause = self._longer(pause, case)

    def _until_started(self, intent: Intent) -> float:
        """Seconds until nobody may begin this write any more; a paused owner cannot start it after that."""
        latest = intent.committed_at + timedelta(seconds=self._world.settings.start_guard)
        return (latest - self._world.clock()).total_seconds()

    def _longer(self, pause: float, case: Case) -> float:
        """The pause after this one. Each look at quotes costs a call a quote, so of vain ones there are few."""
        if case.looked and case.intent.kind is DocumentType.QUOTE and case.is_spent and not case.is_over:
            return max(pause, self._world.settings.give_up_resend - self._age(case.intent))
        return min(LONGEST_PAUSE, pause * 2)

    def _age(self, intent: Intent) -> float:
        return (self._world.clock() - intent.begun_at).total_seconds()

    async def _look(self, intent: Intent, plans: Sequence[Prepared]) -> dict[RowKey, list[ExistingDocument]]:
        """What is in Xero now: by number for a create, by id for an update."""
        seen: dict[RowKey, list[ExistingDocument]] = {plan.key: [] for plan in plans}
        if intent.operation is Operation.CREATE:
            numbers = {number_key(plan.document.number): plan for plan in plans}
            wanted = tuple(plan.document.number for plan in plans)
            for each in await self._world.accounting.find(self._organisation, intent.kind, wanted, Priority.PEOPLE):
                seen[numbers[number_key(each.number)].key].append(each)
        else:
            ids = {target.xero_id: plan for plan in plans if (target := intent.target(plan.key)) is not None}
            for each in await self._world.accounting.read(self._organisation, intent.kind, tuple(ids), Priority.PEOPLE):
                seen[ids[each.xero_id].key].append(each)
        self._resting.succeeded()
        return seen

    def _sort(
        self, case: Case, plans: Sequence[Prepared], seen: dict[RowKey, list[ExistingDocument]]
    ) -> list[Prepared]:
        """Answer what is there as it was sent, open what differs, return what shows no trace of the write."""
        intent, case.looked = case.intent, True
        case.traced |= intent.operation is Operation.CREATE and any(seen.values())
        untouched: list[Prepared] = []
        differing: list[Prepared] = []
        settlement = self._delivery.settlement()
        for plan in plans:
            adopted = next((each for each in seen[plan.key] if self._is_ours(intent, plan, each)), None)
            if adopted is not None:
                self._delivery.answer(settlement, plan, adopted, Action.RECOVERED)
                self._world.metrics.unknown_effect("found")
                case.traced = True
            elif self._is_untouched(intent, plan, seen[plan.key]):
                untouched.append(plan)
            else:
                differing.append(plan)
        settlement.close(intent)
        settlement.submit()
        self._delivery.release(differing, intent, doubtful=True)
        return untouched

    def _is_ours(self, intent: Intent, plan: Prepared, existing: ExistingDocument) -> bool:
        if intent.operation is Operation.UPDATE:
            return matches(plan.document, existing)
        verdict = decide(plan.document, existing, known=None, company=plan.company, organisation=plan.organisation)
        return isinstance(verdict, Adopt)

    def _is_untouched(self, intent: Intent, plan: Prepared, seen: Sequence[ExistingDocument]) -> bool:
        if intent.operation is Operation.CREATE:
            return not seen
        target = intent.target(plan.key)
        return target is not None and any(fingerprint(each) == target.fingerprint for each in seen)

    async def _again(self, case: Case, plans: list[Prepared]) -> list[Prepared]:
        """Send the same bytes under the same key while Xero remembers it; give up when no trace can come any more."""
        if not plans:
            return plans
        age = self._age(case.intent)
        if self._is_repeatable(case, plans) and age < self._world.settings.resend_within:
            return await self._resend(case, plans)
        # Xero works a batch off as a whole: where one element of an update is done, what shows no trace was refused.
        refused = case.traced and case.intent.operation is Operation.UPDATE
        if case.is_over or refused or age >= self._world.settings.give_up_resend:
            self._delivery.release(plans, case.intent, doubtful=True)
            self._world.metrics.unknown_effect("absent")
            return []
        return plans

    @staticmethod
    def _is_repeatable(case: Case, plans: Sequence[Prepared]) -> bool:
        """With one of the batch there the batch was executed: to repeat it is safe only where Xero has a fence."""
        if case.is_spent or len(plans) != len(case.intent.members):
            return False
        return case.is_fenced or not case.traced

    async def _resend(self, case: Case, plans: list[Prepared]) -> list[Prepared]:
        parcels = [Parcel(plan, case.intent.target(plan.key)) for plan in plans]
        try:
            async with self._world.accounting.slot(self._organisation, Priority.PEOPLE) as grant:
                leftovers = await self._delivery.write(grant, case.intent, parcels)
        except EffectUnknownError as error:
            case.answered(error.status, resent=True)
            return plans
        except IdempotencyMismatchError:
            case.is_spent = True
            return plans
        except IntentExpiredError:
            return plans
        except RefusedError:
            self._delivery.release(plans, case.intent, doubtful=True)
            return []
        case.is_over = True
        self._world.metrics.unknown_effect("resent")
        return list(leftovers.unmentioned)
