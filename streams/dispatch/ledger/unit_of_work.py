"""Collects what a delivery decided about its shipments and hands it to the journal in one step."""

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
from streams.dispatch.ledger.group_commit import Journal
from streams.dispatch.ledger.ledger import Ledger, Step
from streams.dispatch.ledger.records import AcceptedRate, Became, Claim, Hold, Intent, Row, RowKey, State


def became(document: Document, existing: ExistingDocument, organisation: OrganisationFacts) -> Became:
    """What the ledger keeps of a document that is in Xero as `document` says."""
    ref = document_ref(existing, content_hash(document), organisation)
    return Became(ref=ref, fingerprint=fingerprint(existing))


class Settlement:
    """One step in the making. Rows are read from the ledger when the step is submitted by the same task, without an
    await in between, so that nothing is decided on an old row.
    """

    def __init__(self, ledger: Ledger, journal: Journal, now: datetime) -> None:
        self._ledger = ledger
        self._journal = journal
        self._now = now
        self._step = Step()

    def row(self, key: RowKey) -> Row:
        """The row as it is after what this settlement has decided so far."""
        row = self._step.records.get(key, self._ledger.rows[key])
        if not isinstance(row, Row):
            raise TypeError(f"the ledger's record of {key} is no row")
        return row

    def request(self, key: RowKey) -> SyncRequest:
        """The request that is worked on."""
        request = self.row(key).request
        if request is None:
            raise LookupError(f"{key} has no open request")
        return request

    def processed(self, key: RowKey, action: Action, document: Became, warnings: tuple[Problem, ...]) -> None:
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
        document: Became | None = None,
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
        self._put(key, transitions.rejected(row, self._now, missing=missing, became=document), outcome)

    def sending(self, key: RowKey, claim: Claim) -> None:
        """The row travels under an intent of the same step."""
        self._put(key, transitions.sending(self.row(key), claim))

    def released(self, key: RowKey, *, doubtful: bool = False) -> None:
        """Surely not under way any more; the newest request is planned again."""
        row = self.row(key)
        if row.state is not State.SENDING:
            return
        outcome = None
        if row.queued is not None and row.request is not None:
            outcome = answers.skipped(row.request, answers.superseded(row.request, row.queued), self._now)
        self._put(key, transitions.released(row, doubtful=doubtful), outcome)

    def held(self, key: RowKey, hold: Hold) -> None:
        """The request waits, and its log says why."""
        row = self.row(key)
        waiting = Waiting(reason=hold.reason, resume_at=hold.until, for_=(key.organisation,))
        outcome = answers.waiting(self.request(key), waiting, self._now, attempt=max(1, row.attempts))
        self._put(key, transitions.held(row, hold), outcome)

    def rate(self, organisation: str, currency: str, rate: Decimal) -> None:
        """Remember the exchange rate that Xero accepted, or picked, for the shield against a rate turned round."""
        if self._ledger.rates.get((organisation, currency)) != rate:
            record = AcceptedRate(organisation=organisation, currency=currency, rate=rate)
            self._step.records["rate", organisation, currency] = record

    def intent(self, intent: Intent) -> None:
        """The batch may be on its way from now on."""
        self._step.records["intent", intent.key] = intent

    def close(self, intent: Intent) -> None:
        """Forget the intent when none of its members is under way in it any more."""
        if not any(self._travels(key, intent) for key in intent.members):
            self._step.records["intent", intent.key] = None

    def submit(self) -> asyncio.Future[None]:
        """Hand the step over. Raises PartitionLostError."""
        return self._journal.submit(self._step)

    def _travels(self, key: RowKey, intent: Intent) -> bool:
        row = self._step.records.get(key, self._ledger.rows.get(key))
        return isinstance(row, Row) and row.claim is not None and row.claim.intent == intent.key

    def _put(self, key: RowKey, row: Row, outcome: Outcome | None = None) -> None:
        before = self.row(key)
        self._step.records[key] = row
        if outcome is not None:
            self._step.outcomes.append(outcome)
        if outcome is not None and outcome.status in answers.TERMINAL and before.request is not None:
            self._step.ended.append(before.request.occurred_at)
