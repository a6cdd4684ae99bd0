"""Collects what was decided about several shipments, so that the ledger takes it in one transaction."""

import asyncio
from datetime import datetime
from decimal import Decimal

from mappers.existing import fingerprint
from mappers.model import (
    Action,
    Document,
    ExistingDocument,
    OrganisationFacts,
    Outcome,
    Problem,
    SyncRequest,
    Waiting,
    content_hash,
)
from mappers.outbound import document_ref
from streams.dispatch.ledger import answers, transitions
from streams.dispatch.ledger.group_commit import GroupCommit
from streams.dispatch.ledger.ledger import Ledger, LedgerTransaction
from streams.dispatch.ledger.records import (
    AcceptedRate,
    Intent,
    NumberReservation,
    Row,
    RowKey,
    State,
    SyncedDocument,
    WaitReason,
)


def synced_document(document: Document, existing: ExistingDocument, organisation: OrganisationFacts) -> SyncedDocument:
    """What the ledger keeps of a document that is in Xero as `document` says."""
    ref = document_ref(existing, content_hash(document), organisation)
    return SyncedDocument(ref=ref, fingerprint=fingerprint(existing))


class LedgerUpdate:
    """A ledger transaction in the making.

    The task that makes one submits it without an await in between, so that nothing is decided on an old row.
    """

    def __init__(self, ledger: Ledger, group_commit: GroupCommit, now: datetime) -> None:
        self._ledger = ledger
        self._group_commit = group_commit
        self._now = now
        self._transaction = LedgerTransaction()

    def row(self, key: RowKey) -> Row:
        """The row as it is after what this update has decided so far."""
        row = self._transaction.records.get(key, self._ledger.rows[key])
        if not isinstance(row, Row):
            raise TypeError(f"the ledger's record of {key} is no row")
        return row

    def request(self, key: RowKey) -> SyncRequest:
        """The request that is worked on."""
        request = self.row(key).request
        if request is None:
            raise LookupError(f"{key} has no open request")
        return request

    def processed(self, key: RowKey, action: Action, document: SyncedDocument, warnings: tuple[Problem, ...]) -> None:
        """The document is in Xero as the shipment says."""
        attempt = max(1, self.row(key).attempts)
        outcome = answers.processed(
            self.request(key), action, document.ref, self._now, warnings=warnings, attempt=attempt
        )
        self._put(key, transitions.done(self.row(key), document, self._now), outcome)

    def rejected(
        self,
        key: RowKey,
        problems: tuple[Problem, ...],
        *,
        missing: tuple[str, ...] = (),
        document: SyncedDocument | None = None,
    ) -> None:
        """Somebody has to correct something first."""
        row = self.row(key)
        outcome = answers.rejected(
            self.request(key),
            problems,
            self._now,
            document=None if document is None else document.ref,
            attempt=max(1, row.attempts),
        )
        self._put(key, transitions.rejected(row, self._now, missing=missing, synced=document), outcome)

    def sending(self, key: RowKey, reservation: NumberReservation) -> None:
        """The row is sent with a batch whose intent is in the same transaction."""
        self._put(key, transitions.sending(self.row(key), reservation))

    def released(self, key: RowKey, *, maybe_written: bool = False) -> None:
        """Surely not under way any more; the newest request is planned again."""
        row = self.row(key)
        if row.state is not State.SENDING:
            return
        outcome = None
        if row.queued is not None and row.request is not None:
            outcome = answers.skipped(row.request, answers.superseded(row.request, row.queued), self._now)
        self._put(key, transitions.released(row, maybe_written=maybe_written), outcome)

    def waiting(self, key: RowKey, wait_reason: WaitReason) -> None:
        """The request waits, and its log says why."""
        row = self.row(key)
        waiting = Waiting(reason=wait_reason.reason, resume_at=wait_reason.until, for_=(key.organisation,))
        outcome = answers.waiting(self.request(key), waiting, self._now, attempt=max(1, row.attempts))
        self._put(key, transitions.waiting(row, wait_reason), outcome)

    def rate(self, organisation: str, currency: str, rate: Decimal) -> None:
        """Remember the rate that Xero accepted, or picked: a rate given the wrong way round is recognised by it."""
        if self._ledger.rates.get((organisation, currency)) != rate:
            record = AcceptedRate(organisation=organisation, currency=currency, rate=rate)
            self._transaction.records["rate", organisation, currency] = record

    def intent(self, intent: Intent) -> None:
        """From now on the batch may be on its way."""
        self._transaction.records["intent", intent.key] = intent

    def close(self, intent: Intent) -> None:
        """Forget the intent unless some of its members are still under way with it."""
        if not any(self._is_under_way(key, intent) for key in intent.members):
            self._transaction.records["intent", intent.key] = None

    def submit(self) -> asyncio.Future[None]:
        """Hand the transaction over. Raises PartitionLostError."""
        return self._group_commit.submit(self._transaction)

    def _is_under_way(self, key: RowKey, intent: Intent) -> bool:
        row = self._transaction.records.get(key, self._ledger.rows.get(key))
        return isinstance(row, Row) and row.reservation is not None and row.reservation.intent == intent.key

    def _put(self, key: RowKey, row: Row, outcome: Outcome | None = None) -> None:
        before = self.row(key)
        self._transaction.records[key] = row
        if outcome is not None:
            self._transaction.outcomes.append(outcome)
        if outcome is not None and outcome.status in answers.TERMINAL and before.request is not None:
            self._transaction.ended.append(before.request.occurred_at)
