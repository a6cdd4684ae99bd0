"""Writes of unknown effect: looked up until Xero shows what happened. Nothing is guessed, nothing is made twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

import structlog

from mappers.existing import Adopt, decide, is_unedited, matches, undecided
from mappers.model import Action, DocumentType, ExistingDocument
from mappers.outbound import xero_errors
from mappers.planning import Steps
from streams.dispatch.batch.backoff import Backoff
from streams.dispatch.batch.comparison import Comparison, compare
from streams.dispatch.batch.existing_documents import ExistingDocuments, Found
from streams.dispatch.batch.organisation_calls import OrganisationCalls
from streams.dispatch.batch.ready_queue import MOST_ROUNDS, BatchItem, PlannedWrite
from streams.dispatch.batch.write import BatchWriter
from streams.dispatch.context import DispatchMetrics, LaneTime
from streams.dispatch.ledger import Intent, Refusal, RowKey, update_warnings
from streams.dispatch.settings import DispatchSettings
from streams.ops import Resolution
from xero_client.errors import (
    EffectUnknownError,
    IdempotencyMismatchError,
    IntentExpiredError,
    RefusedError,
    XeroError,
)
from xero_client.port import Operation

log = structlog.get_logger(__name__)

LONGEST_PAUSE = 15.0
MOST_FAULTS = 8
"""So often a document may meet a fault of Xero's own before a person is asked; from the sixth time on it is alone."""


@dataclass(slots=True)
class UnknownWrite:
    """A batch of unknown effect, and what is known of it by now.

    `looked_up`: Xero answered a look-up. `trace_found`: some document of the batch was seen there. `key_is_spent`: the
    key may be answered with a stored fault, so sending it again proves nothing. `is_finished`: Xero itself answered
    the write, with results or with a fault of its own; nothing of it is under way any more. `fault`: Xero's words where
    it was a fault of its own.
    """

    intent: Intent
    looked_up: bool = False
    trace_found: bool = False
    key_is_spent: bool = False
    is_finished: bool = False
    fault: str = ""

    @property
    def is_fenced(self) -> bool:
        """Whether Xero itself refuses a repeat: it does for new invoices, by their number.

        Of a quote it may make a duplicate, and an update that comes late undoes what was written meanwhile.
        """
        return self.intent.operation is Operation.CREATE and self.intent.kind is DocumentType.INVOICE

    def answered(self, error: EffectUnknownError, *, resent: bool) -> None:
        """Take note of a reply that does not tell the effect, or of none."""
        if error.status == HTTPStatus.INTERNAL_SERVER_ERROR:
            self.is_finished, self.fault = True, error.message
        # A gateway's fault says little after the first try; when the repeat gets one too, it may be a stored one.
        self.key_is_spent |= self.is_finished or (resent and error.status is not None)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the documents under a plan's number or id show: those that are as it was sent, and whether
    there is no trace of the write.
    """

    as_sent: Sequence[Comparison]
    is_untouched: bool


class UnknownEffectResolver:
    """Finds out what became of batches that may have been written: after a fault, or for a new owner."""

    def __init__(
        self,
        calls: OrganisationCalls,
        time: LaneTime,
        settings: DispatchSettings,
        metrics: DispatchMetrics,
        writer: BatchWriter,
        documents: ExistingDocuments,
        backoff: Backoff,
    ) -> None:
        self._calls = calls
        self._time = time
        self._settings = settings
        self._metrics = metrics
        self._writer = writer
        self._documents = documents
        self._backoff = backoff

    async def resolve(
        self,
        intent: Intent,
        plans: Sequence[PlannedWrite],
        *,
        error: EffectUnknownError | None = None,
        inherited: bool = False,
        executed: bool = False,
    ) -> None:
        """Return when every plan is answered or open again. It goes on through outages, with pauses.

        `error` is how the write failed. `inherited`: a former owner sent the batch, or was about to. `executed`: Xero
        answered other elements of it.
        """
        log.warning("effect_unknown", organisation=intent.organisation, batch=intent.key[:12], documents=len(plans))
        write = UnknownWrite(intent)
        if error is not None:
            write.answered(error, resent=False)
        write.is_finished |= executed
        # The former owner's token is not ours, and Xero may keep keys by token. Of a lost batch nobody has the bytes.
        write.key_is_spent |= (inherited and not write.is_fenced) or not intent.body
        self._metrics.unknown_effect_open(1)
        try:
            await self._resolve(intent, plans, write)
        finally:
            self._metrics.unknown_effect_open(-1)

    async def _resolve(self, intent: Intent, plans: Sequence[PlannedWrite], write: UnknownWrite) -> None:
        pause = self._settings.lookup_delay
        while plans:
            latest = intent.latest_start(self._settings.start_guard)
            await self._time.sleep(max(pause, (latest - self._time.utc()).total_seconds()))
            await self._backoff.wait()
            try:
                found = await self._fetch(intent, plans)
                seen = await self._examine(intent, plans, found)
                plans = self._record_found(write, plans, found, seen)
                plans = await self._resend_or_give_up(write, plans)
            except RefusedError:
                # Xero refuses the look-up itself: the ordinary look-up finds out which shipment is at fault.
                self._writer.release(plans, intent, maybe_written=True, rounds=1)
                return
            except XeroError as trouble:
                self._backoff.failed(trouble)
            pause = self._next_pause(pause, write)

    def _next_pause(self, pause: float, write: UnknownWrite) -> float:
        """The pause after this one. A look-up of quotes costs a call for each, so there are few of them."""
        if write.looked_up and write.intent.kind is DocumentType.QUOTE and write.key_is_spent and not write.is_finished:
            return max(pause, self._settings.give_up_resend - self._age(write.intent))
        return min(LONGEST_PAUSE, pause * 2)

    def _age(self, intent: Intent) -> float:
        return (self._time.utc() - intent.begun_at).total_seconds()

    async def _fetch(self, intent: Intent, plans: Sequence[PlannedWrite]) -> Found:
        """What is in Xero now: by number for a create, by id for an update."""
        if intent.operation is Operation.CREATE:
            numbers = {plan.key: plan.document.number for plan in plans}
            found = await self._documents.by_number(intent.kind, numbers, urgent=True)
            # The number of a deleted document is free again, so it is no trace of the write.
            found = {key: tuple(each for each in there if each.status != "DELETED") for key, there in found.items()}
        else:
            ids = {plan.key: target.xero_id for plan in plans if (target := intent.target(plan.key)) is not None}
            found = await self._documents.by_id(intent.kind, ids, urgent=True)
        self._backoff.succeeded()
        return found

    async def _examine(self, intent: Intent, plans: Sequence[PlannedWrite], found: Found) -> Mapping[RowKey, Seen]:
        """What the documents show. Others have their turn meanwhile, so rows may change."""
        seen: dict[RowKey, Seen] = {}
        turn = self._time.begin_turn()
        for plan in plans:
            seen[plan.key], turn = await self._time.finish(_seen(intent, plan, found[plan.key]), turn)
            turn = await self._time.next_turn(turn)
        return seen

    def _record_found(
        self, write: UnknownWrite, plans: Sequence[PlannedWrite], found: Found, seen: Mapping[RowKey, Seen]
    ) -> list[PlannedWrite]:
        """Answer what is there as it was sent, open again what differs, return what shows no trace of the write."""
        intent, write.looked_up = write.intent, True
        write.trace_found |= intent.operation is Operation.CREATE and any(found.values())
        untouched: list[PlannedWrite] = []
        differing: list[PlannedWrite] = []
        update = self._writer.begin_update()
        for plan in plans:
            adopted = next((each for each in seen[plan.key].as_sent if self._may_have(plan, each)), None)
            if adopted is not None:
                warnings = update_warnings(intent.target(plan.key), adopted.existing)
                self._writer.answer(update, plan, adopted, Action.RECOVERED, warnings)
                self._metrics.unknown_effect(Resolution.FOUND)
                write.trace_found = True
            elif seen[plan.key].is_untouched:
                untouched.append(plan)
            else:
                differing.append(plan)
        update.close(intent)
        update.submit()
        self._writer.release(differing, intent, maybe_written=True, rounds=1)
        return untouched

    def _may_have(self, plan: PlannedWrite, compared: Comparison) -> bool:
        return self._writer.holder_by_id(compared.existing.xero_id) in (None, plan.key)

    async def _resend_or_give_up(self, write: UnknownWrite, plans: list[PlannedWrite]) -> list[PlannedWrite]:
        """Send the same bytes under the same key while Xero remembers it; give up when no trace can appear any more."""
        if not plans:
            return plans
        age = self._age(write.intent)
        if self._is_repeatable(write, plans) and age < self._settings.resend_within:
            return await self._resend(write, plans)
        # Xero executes a batch as a whole: where one element of an update is done, what shows no trace was refused.
        refused = write.trace_found and write.intent.operation is Operation.UPDATE
        if write.is_finished or refused or age >= self._settings.give_up_resend:
            self._give_up(write, plans)
            return []
        return plans

    def _give_up(self, write: UnknownWrite, plans: Sequence[PlannedWrite]) -> None:
        """The write was not done: plan it anew, but for a person where that has been done often enough."""
        self._metrics.unknown_effect(Resolution.ABSENT)
        refusals_by_key = {plan.key: refusal for plan in plans if (refusal := self._last_refusal(write, plan))}
        update = self._writer.begin_update()
        for key, refusal in refusals_by_key.items():
            update.rejected(key, refusal)
        update.close(write.intent)
        update.submit()
        if write.fault:
            self._backoff.write_faulted(write.fault)
        rest = [plan for plan in plans if plan.key not in refusals_by_key]
        counts = {"faults": 1} if write.fault else {"rounds": 1}
        self._writer.release(rest, write.intent, maybe_written=True, **counts)

    def _last_refusal(self, write: UnknownWrite, plan: PlannedWrite) -> Refusal | None:
        """What a person is told where the request is not tried again."""
        if write.fault and len(write.intent.members) == 1 and plan.faults + 1 >= MOST_FAULTS:
            return Refusal(xero_errors((write.fault,)))
        if not write.fault and plan.rounds + 1 >= MOST_ROUNDS:
            return Refusal((undecided(plan.document, "Xero shows no document of it."),))
        return None

    def _is_repeatable(self, write: UnknownWrite, plans: Sequence[PlannedWrite]) -> bool:
        """Nothing is sent again for a company that is paused or moved; what was sent is looked up all the same.

        Where one document is there the batch was executed: to repeat it is safe only where Xero has a fence.
        """
        members = write.intent.members
        if write.key_is_spent or len(plans) != len(members) or not self._writer.may_write(members):
            return False
        return write.is_fenced or not write.trace_found

    async def _resend(self, write: UnknownWrite, plans: list[PlannedWrite]) -> list[PlannedWrite]:
        items = [BatchItem(plan, write.intent.target(plan.key)) for plan in plans]
        try:
            async with self._calls.slot(urgent=True) as grant:
                unsettled = await self._writer.write(grant, write.intent, items)
        except EffectUnknownError as error:
            write.answered(error, resent=True)
            return plans
        except IdempotencyMismatchError:
            write.key_is_spent = True
            return plans
        except IntentExpiredError:
            return plans
        except RefusedError:
            self._writer.release(plans, write.intent, maybe_written=True, rounds=1)
            return []
        write.is_finished = True
        self._metrics.unknown_effect(Resolution.RESENT)
        return [*unsettled.unmentioned, *(item.plan for item, _ in unsettled.shown_in_part)]


def _seen(intent: Intent, plan: PlannedWrite, found: Sequence[ExistingDocument]) -> Steps[Seen]:
    as_sent: list[Comparison] = []
    for existing in found:
        yield
        if _is_as_sent(intent, plan, existing):
            as_sent.append((yield from compare(plan, existing)))
    yield
    return Seen(as_sent, _is_untouched(intent, plan, found))


def _is_as_sent(intent: Intent, plan: PlannedWrite, existing: ExistingDocument) -> bool:
    if intent.operation is Operation.UPDATE:
        return matches(plan.document, existing)
    verdict = decide(plan.document, existing, known=None, company=plan.company, organisation=plan.organisation)
    return isinstance(verdict, Adopt)


def _is_untouched(intent: Intent, plan: PlannedWrite, found: Sequence[ExistingDocument]) -> bool:
    if intent.operation is Operation.CREATE:
        return not found
    target = intent.target(plan.key)
    return target is not None and any(is_unedited(each, target.fingerprint) for each in found)
