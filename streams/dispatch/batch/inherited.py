"""Batches that a former owner left under way: what became of them is found out before anything else.

Those whose shipments can no longer be planned are looked up all the same.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from mappers.existing import is_unedited
from mappers.model import Company, ExistingDocument, OrganisationFacts
from streams.dispatch.batch.backoff import Backoff
from streams.dispatch.batch.existing_documents import ExistingDocuments, Found
from streams.dispatch.batch.ready_queue import PlannedWrite
from streams.dispatch.batch.recovery import UnknownEffectResolver
from streams.dispatch.batch.write import BatchWriter
from streams.dispatch.context import DispatchMetrics, LaneTime
from streams.dispatch.ledger import Intent, NumberReservation, RowKey, remembered_document
from streams.dispatch.settings import DispatchSettings
from streams.ops import Resolution
from xero_client.errors import RefusedError, XeroError
from xero_client.port import Operation

LONGEST_PAUSE = 15.0


@dataclass(frozen=True, slots=True)
class UnplannableWrite:
    """What is known of such a write: the number it went under, and for whom."""

    key: RowKey
    reservation: NumberReservation
    company: Company | None
    organisation: OrganisationFacts


@dataclass(frozen=True, slots=True)
class InheritedBatch:
    """The members of a batch that a former owner left under way."""

    plans: Sequence[PlannedWrite] = ()
    unplannable: Sequence[UnplannableWrite] = ()


class UnplannableResolver:
    """Looks such writes up, so that the ledger knows the documents before the shipments are answered.

    They cannot be compared with what was sent, so a document counts as the shipment's where it is the updated one and
    has the number that was sent, or where it has the number and the contact of the create and the profile would let the
    shipment take it on.
    """

    def __init__(
        self,
        time: LaneTime,
        settings: DispatchSettings,
        metrics: DispatchMetrics,
        writer: BatchWriter,
        documents: ExistingDocuments,
        backoff: Backoff,
    ) -> None:
        self._time = time
        self._settings = settings
        self._metrics = metrics
        self._writer = writer
        self._documents = documents
        self._backoff = backoff

    async def resolve(self, intent: Intent, writes: Sequence[UnplannableWrite]) -> None:
        """Return when every shipment is open again, with its document remembered where one was found."""
        pause = self._settings.lookup_delay
        while writes:
            latest = intent.latest_start(self._settings.start_guard)
            await self._time.sleep(max(pause, (latest - self._time.utc()).total_seconds()))
            await self._backoff.wait()
            pause = min(LONGEST_PAUSE, pause * 2)
            try:
                writes = self._record_found(intent, writes, await self._fetch(intent, writes))
            except RefusedError:
                writes = self._record_found(intent, writes, {})
            except XeroError as error:
                self._backoff.failed(error)

    async def _fetch(self, intent: Intent, writes: Sequence[UnplannableWrite]) -> Found:
        if intent.operation is Operation.CREATE:
            numbers = {each.key: each.reservation.number for each in writes}
            return await self._documents.by_number(intent.kind, numbers, urgent=True)
        ids = {each.key: target.xero_id for each in writes if (target := intent.target(each.key)) is not None}
        return await self._documents.by_id(intent.kind, ids, urgent=True)

    def _record_found(
        self, intent: Intent, writes: Sequence[UnplannableWrite], found: Found
    ) -> Sequence[UnplannableWrite]:
        """Remember what is there and open the rows again. Returns what may still appear."""
        age = (self._time.utc() - intent.begun_at).total_seconds()
        open_for_long = age >= self._settings.give_up_resend
        update = self._writer.begin_update()
        missing: list[UnplannableWrite] = []
        for write in writes:
            existing = next((each for each in found.get(write.key, ()) if self._is_its(intent, write, each)), None)
            if existing is not None:
                update.remembered(write.key, remembered_document(existing, write.organisation))
                self._metrics.unknown_effect(Resolution.FOUND)
            elif not open_for_long:
                missing.append(write)
                continue
            update.released(write.key, maybe_written=True)
        update.close(intent)
        update.submit_if_any()
        return missing

    def _is_its(self, intent: Intent, write: UnplannableWrite, existing: ExistingDocument) -> bool:
        if self._writer.holder_by_id(existing.xero_id) not in (None, write.key):
            return False
        if intent.operation is Operation.UPDATE:
            target = intent.target(write.key)
            # With another number it would be remembered by that, and be the shipment's whose it is no longer.
            has_number = existing.number.strip() == write.reservation.number
            return target is not None and has_number and not is_unedited(existing, target.fingerprint)
        is_adoptable = write.company is not None and write.company.on_existing == "update"
        same_contact = write.reservation.contact_id.casefold() == (existing.contact_id or "").casefold()
        return is_adoptable and same_contact and existing.status not in ("VOIDED", "DELETED")


Replan = Callable[[Intent], Awaitable[InheritedBatch]]
"""Plans the members of such a batch."""


class InheritedBatches:
    """Resolves them one by one; each call is for one batch."""

    def __init__(
        self,
        writer: BatchWriter,
        resolver: UnknownEffectResolver,
        unplannable: UnplannableResolver,
        backoff: Backoff,
        replan: Replan,
    ) -> None:
        self._writer = writer
        self._resolver = resolver
        self._unplannable = unplannable
        self._backoff = backoff
        self._replan = replan

    async def recover(self, intent: Intent) -> None:
        """Return when every member is answered or open again, and the intent is forgotten."""
        batch = await self._backoff.retry_until_done(lambda: self._replan(intent))
        if batch.plans:
            await self._resolver.resolve(intent, batch.plans, inherited=True)
        await self._unplannable.resolve(intent, batch.unplannable)
        self._writer.close(intent)
