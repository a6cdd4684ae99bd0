"""Collects what was decided about several shipments, so that the ledger takes it in one transaction."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from mappers.existing import SeenDocument
from mappers.model import (
    Action,
    Document,
    DocumentAttachments,
    DocumentChange,
    DocumentDrift,
    ExistingDocument,
    Problem,
    PutFile,
    SyncRequest,
)
from streams.dispatch.ledger import answers, transitions
from streams.dispatch.ledger.files import AttachmentWork, remembering, wanted_files
from streams.dispatch.ledger.group_commit import Submits
from streams.dispatch.ledger.ledger import Ledger
from streams.dispatch.ledger.ledger_transaction import DeadLetter, Ended, LedgerTransaction
from streams.dispatch.ledger.rates import XEROS_OWN, AcceptedRate, RateKey, rate_key
from streams.dispatch.ledger.records import (
    OPEN,
    OWNER,
    AnsweredPage,
    Intent,
    NumberReservation,
    PageKey,
    RecordKey,
    Row,
    RowKey,
    State,
    StoredBackoff,
    SyncedDocument,
    WaitReason,
    WatchPosition,
    files_key,
    page_keys,
)
from streams.dispatch.ledger.transitions import IntakeResult, Refusal

BeginUpdate = Callable[[], "LedgerUpdate"]
"""A new update of the ledger, with the present time."""


class LedgerUpdate:
    """A ledger transaction in the making, and the only way to change the ledger.

    The task that makes one submits it without an await in between, so that nothing is decided on an old row.
    """

    def __init__(self, ledger: Ledger, group_commit: Submits, now: datetime) -> None:
        self._ledger = ledger
        self._group_commit = group_commit
        self._now = now
        self._transaction = LedgerTransaction()

    def row(self, key: RowKey) -> Row:
        """The row as it is after what this update has decided so far."""
        row = self._row(key)
        if row is None:
            raise LookupError(f"the ledger has no row of {key}")
        return row

    def take(self, request: SyncRequest) -> IntakeResult:
        """A request arrived."""
        key = RowKey(request.organisation, request.company_id, request.shipment_id)
        row = self._row(key)
        if row is not None and self._is_in_pages(key, row, request.request_id):
            return IntakeResult.DUPLICATE
        result, change = transitions.take(row, request, self._now)
        if result is not IntakeResult.DUPLICATE:
            self._put(key, change, arrived=request)
        return result

    def put_aside(self, letter: DeadLetter) -> None:
        """A record that is no request of this partition."""
        self._transaction.dead_letters.append(letter)

    def consumed(self, next_offset: int) -> None:
        """The input is taken up to here."""
        self._transaction.next_offset = next_offset

    def processed(self, key: RowKey, action: Action, document: SyncedDocument, warnings: tuple[Problem, ...]) -> None:
        """The document is in Xero as the shipment says."""
        row = self.row(key)
        self._put(key, transitions.processed(row, action, document, warnings, self._now))
        work = None if row.request is None else wanted_files(row.request, document.ref, self._now)
        self.files(key, work)

    def rejected(self, key: RowKey, refusal: Refusal) -> None:
        """Somebody has to correct something first."""
        self._put(key, transitions.rejected(self.row(key), refusal, self._now))

    def sending(self, key: RowKey, reservation: NumberReservation) -> None:
        """The row is sent with a batch whose intent is in the same transaction."""
        self._put(key, transitions.sending(self.row(key), reservation))

    def released(self, key: RowKey, *, maybe_written: bool = False, rounds: int = 0, faults: int = 0) -> None:
        """Surely not under way any more; the newest request is planned again."""
        row = self.row(key)
        if row.state is State.SENDING:
            self._put(
                key,
                transitions.released(row, self._now, maybe_written=maybe_written, rounds=rounds, faults=faults),
            )

    def waiting(self, key: RowKey, wait_reason: WaitReason) -> None:
        """The request waits, and its log says why."""
        self._put(key, transitions.waiting(self.row(key), wait_reason, key.organisation, self._now))

    def held(self, key: RowKey, note: Problem) -> None:
        """The request waits until somebody lets its company go on, and its log says so."""
        self._put(key, transitions.held(self.row(key), key.company_id, note, self._now))

    def let_go_on(self, key: RowKey) -> None:
        """The company of a held request goes on."""
        row = self.row(key)
        if row.is_held:
            self._put(key, transitions.let_go_on(row))

    def let_go(self, key: RowKey) -> None:
        """The shipment's document is gone from Xero."""
        self._put(key, transitions.let_go(self.row(key)))

    def remembered(self, key: RowKey, document: SyncedDocument) -> None:
        """A document was found that counts as the shipment's, though it is not what the shipment would be now."""
        self._put(key, transitions.remembered(self.row(key), document))

    def noticed(self, key: RowKey, seen: SeenDocument, changes: Iterable[DocumentChange]) -> None:
        """The shipment's document is seen as people left it; its request goes on as it was."""
        self._transaction.records[key] = self.row(key).model_copy(update={"seen": seen})
        self._transaction.changes.extend(changes)

    def drifted(self, key: RowKey, drift: DocumentDrift) -> None:
        """The document differs so from what is in Xero; nothing is done about it."""
        self._transaction.records[key] = self.row(key).model_copy(update={"drift": drift.differences})
        self._transaction.drifts.append(drift)

    def files(self, key: RowKey, work: AttachmentWork | None) -> None:
        """What is to be done about the shipment's files from now on; None: nothing."""
        if work is not None or self._ledger.rows.work(key) is not None:
            self._transaction.records[files_key(key)] = work

    def puts_file(self, key: RowKey, file: PutFile) -> None:
        """It is about to be put on the shipment's document: what lies there so is ours from now on."""
        row = self.row(key)
        self._transaction.records[key] = row.model_copy(update={"files": remembering(row.files, file)})

    def tells_files(self, told: DocumentAttachments) -> None:
        """How the files of a shipment stand."""
        self._transaction.attachments.append(told)

    def watched(self, position: WatchPosition) -> None:
        """The organisation is watched up to here."""
        self._transaction.records["watch", position.organisation] = position

    def cured(self, key: RowKey, rejected_request: SyncRequest) -> None:
        """Master data let a rejected request through: request it again, where the row still waits for it."""
        row = self._row(key)
        change = None if row is None else transitions.cured(row, rejected_request, self._now)
        if change is not None:
            self._put(key, change)

    def forget(self, keys: Iterable[RowKey]) -> None:
        """Finished shipments are too old to be remembered."""
        for key in keys:
            row = self._row(key)
            self._transaction.records[key] = None
            self.files(key, None)
            self._transaction.records.update(dict.fromkeys(page_keys(key, 0 if row is None else row.answered_pages)))

    def backs_off(self, stored: StoredBackoff) -> None:
        """The organisation is not called for a while."""
        self._transaction.records["rest", stored.organisation] = stored

    def learn_rate(self, key: RowKey, quoted: str, sent: Document, shown: ExistingDocument, *, is_new: bool) -> None:
        """Remember the rate that Xero accepted, or picked: a rate given the wrong way round is recognised by it.

        An update without a rate keeps the one that was there, so it teaches nothing.
        """
        if sent.currency_rate is not None:
            self._remember(rate_key(key.organisation, sent.currency, quoted), sent.currency_rate, str(key))
        elif is_new and shown.currency_rate is not None:
            self._remember(rate_key(key.organisation, sent.currency, XEROS_OWN), shown.currency_rate)

    def _remember(self, key: RateKey, rate: Decimal, given_by: str = "") -> None:
        known = self._ledger.rates.get(key)
        if rate != 1 and (known is None or known.rate != rate):
            self._transaction.records[key] = AcceptedRate(
                organisation=key[1], currency=key[2], rate=rate, given_by=given_by, at=self._now
            )

    def forget_rates(self, organisation: str, currency: str) -> int:
        """Forget what is known of a currency; returns how many records that were."""
        keys = tuple(self._ledger.rates.keys(organisation, currency))
        self._transaction.records.update(dict.fromkeys(keys))
        return len(keys)

    def replace_unreadable(self, key: RecordKey, *, belongs: bool) -> None:
        """Write what stands for a record that could not be read, where it still does.

        `belongs`: the shipment is of this ledger. What is remembered of a currency or a backoff is learned anew.
        """
        row = self._row(key) if isinstance(key, RowKey) else None
        if row is not None and row.lost:
            ended_at = row.ended_at or (None if row.state in OPEN else self._now)
            self._transaction.records[key] = row.model_copy(update={"ended_at": ended_at}) if belongs else None
        elif not isinstance(key, RowKey) and key != OWNER and not _is_known(self._ledger, key):
            self._transaction.records[key] = None

    def intent(self, intent: Intent) -> None:
        """From now on the batch may be on its way."""
        self._transaction.records["intent", intent.key] = intent

    def close(self, intent: Intent) -> None:
        """Forget the intent unless some of its members are still under way with it."""
        if not any(self._is_under_way(key, intent) for key in intent.members):
            self._transaction.records["intent", intent.key] = None

    def mark(self, owner: str) -> None:
        """Write down where the present owner is."""
        self._transaction.records[OWNER] = self._ledger.marked(owner)

    def submit(self, *, deferred: bool = False) -> asyncio.Future[None]:
        """Hand the transaction over. Raises PartitionLostError."""
        return self._group_commit.submit(self._transaction, deferred=deferred)

    def submit_if_any(self, *, deferred: bool = False) -> bool:
        """The same where anything was decided; returns whether there was. Raises PartitionLostError."""
        if self._transaction.is_empty:
            return False
        self.submit(deferred=deferred)
        return True

    def _is_under_way(self, key: RowKey, intent: Intent) -> bool:
        row = self._row(key)
        return row is not None and row.reservation is not None and row.reservation.intent == intent.key

    def _row(self, key: RowKey) -> Row | None:
        if key in self._transaction.records:
            row = self._transaction.records[key]
            return row if isinstance(row, Row) else None
        return self._ledger.rows.get(key)

    def _is_in_pages(self, key: RowKey, row: Row, request_id: UUID) -> bool:
        """Whether the request was answered so long ago that the row itself does not know."""
        pages = (self._page(each) for each in page_keys(key, row.answered_pages))
        return any(page is not None and answers.is_among(page.digests, request_id) for page in pages)

    def _page(self, key: PageKey) -> AnsweredPage | None:
        if key in self._transaction.records:
            page = self._transaction.records[key]
            return page if isinstance(page, AnsweredPage) else None
        return self._ledger.rows.page(key)

    def _put(self, key: RowKey, change: transitions.Change, *, arrived: SyncRequest | None = None) -> None:
        before = self._row(key)
        self._transaction.records[key] = change.row
        if before is not None and change.row.answered_pages > before.answered_pages:
            page = page_keys(key, change.row.answered_pages)[-1]
            self._transaction.records[page] = AnsweredPage(digests=before.answered_earlier)
        if change.outcome is None:
            return
        self._transaction.outcomes.append(change.outcome)
        known = (None, None) if before is None else (before.request, before.queued)
        asked = answers.answered_by(change.outcome, (*known, arrived))
        if asked is None:
            return
        if asked.traceparent is not None:
            self._transaction.traces[change.outcome.outcome_id] = asked.traceparent
        if change.outcome.status in answers.TERMINAL and asked.asked_at is not None:
            waited = before.wait_reason if before is not None and asked is before.request else None
            waited_for = "" if waited is None else waited.reason
            self._transaction.ended.append(Ended(asked.asked_at, asked.trigger, waited_for, change.outcome))


def _is_known(ledger: Ledger, key: RecordKey) -> bool:
    match key:
        case ("intent", name):
            return name in ledger.intents
        case ("rest", name):
            return name in ledger.backoffs
        case ("rate", _, _) | ("rate", _, _, _):
            return ledger.rates.get(key) is not None
        case _:
            return False
