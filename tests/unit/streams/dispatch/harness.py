"""A partition over fakes: Xero and the ledger topic in memory, and a way to fail at every transaction."""

import asyncio
import shutil
import time
import weakref
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from prometheus_client import CollectorRegistry

from mappers.model.attachments import DocumentAttachments
from mappers.model.changes import DocumentChange, DocumentDrift
from mappers.model.company import Company, DocumentType
from mappers.model.outcome import Outcome
from mappers.model.sync_request import SyncRequest, encode_request
from mappers.outbound import encode_outcome, outcome_headers
from streams.dispatch.context import FilesContext, LaneContext
from streams.dispatch.ledger.codec import encode_key
from streams.dispatch.ledger.group_commit import PartitionLostError
from streams.dispatch.ledger.indexing import index
from streams.dispatch.ledger.ledger import Ledger
from streams.dispatch.ledger.ledger_transaction import DeadLetter, LedgerTransaction
from streams.dispatch.ledger.records import Intent, RecordKey
from streams.dispatch.ledger.records import Record as LedgerRecord
from streams.dispatch.ledger.rows import UnreadableRecords, sent_rows
from streams.dispatch.ownership.intake import RequestIntake
from streams.dispatch.ownership.partition import Partition
from streams.dispatch.settings import DispatchSettings
from streams.ops.metrics import Metrics
from streams.tracing import PASS_ON, Tracing
from tests.builders import ORGANISATION, make_company
from tests.fakes.accounting import FakeAccounting
from tests.fakes.budget import FakeBudget
from tests.fakes.pauses import FakePauses
from tests.fakes.references import FakeReferences, contact, item, reference_data
from tests.fakes.row_store import MemoryRowStore
from xero_client.port import Accounting, DocumentChanges, ElementReply, Grant, Operation

SETTINGS = DispatchSettings(lookup_delay=0.01, start_guard=2.0, give_up_resend=0.5, resend_within=300, intake_wait=0.01)


@dataclass(frozen=True)
class Record:
    """A consumed Kafka record."""

    value: bytes | None
    offset: int
    key: bytes | None = None
    topic: str = "accounting.sync-requests.v1"
    partition: int = 0
    headers: tuple[tuple[str, bytes], ...] = ()
    timestamp: int = -1


@dataclass
class Topic:
    """What Kafka holds: compacted ledger bytes, outcomes, dead letters, the committed offset."""

    ledger: dict[bytes, bytes | None] = field(default_factory=dict)
    outcomes: list[Outcome] = field(default_factory=list)
    changes: list[DocumentChange] = field(default_factory=list)
    drifts: list[DocumentDrift] = field(default_factory=list)
    attachments: list[DocumentAttachments] = field(default_factory=list)
    dead_letters: list[DeadLetter] = field(default_factory=list)
    offset: int = 0
    transactions: int = 0
    end: int = 0
    """Of the ledger: every record takes an offset, and so does the marker of its transaction."""

    def write(self, transaction: LedgerTransaction) -> int | None:
        """One transaction; returns the offset after its last ledger record. What cannot be sent raises, as it would."""
        for outcome in transaction.outcomes:
            encode_outcome(outcome)
            outcome_headers(outcome)
        self.ledger.update({each.key: each.value for each in transaction.wire.values()})
        position = self.end + len(transaction.wire)
        self.end = position + 1
        self.outcomes += transaction.outcomes
        self.changes += transaction.changes
        self.drifts += transaction.drifts
        self.attachments += transaction.attachments
        self.dead_letters += transaction.dead_letters
        self.offset = self.offset if transaction.next_offset is None else transaction.next_offset
        self.transactions += 1
        return position if transaction.wire else None

    def put(self, records: dict[RecordKey, LedgerRecord | None]) -> None:
        """What a former owner has written."""
        Ledger(MemoryRowStore()).submit(transaction := LedgerTransaction(records=records))
        self.write(transaction)

    def read(self) -> Ledger:
        """The ledger as a new owner restores it."""
        store = MemoryRowStore()
        load = store.rebuild()
        load.add(self.ledger.items())
        unreadable = UnreadableRecords()
        load.finish(lambda key, value: index(key, value, unreadable.note), self.end)
        store.apply(tuple(sent_rows(store)), self.end)
        return Ledger(store, unreadable)

    def intent(self, key: str) -> Intent | None:
        """The durable intent."""
        value = self.ledger.get(encode_key(("intent", key)))
        return None if value is None else Intent.model_validate_json(value)


class Fence:
    """A partition's transactions over a `Topic`. A newer one fences this one, as a new owner's producer does.

    `before` is called ahead of each write and may raise; `after` once it is durable and may raise too: then the owner
    cannot know that it was.
    """

    def __init__(self, topic: Topic) -> None:
        self.topic = topic
        self.fenced = False
        self.before: Callable[[LedgerTransaction], None] = lambda _transaction: None
        self.after: Callable[[LedgerTransaction], None] = lambda _transaction: None

    async def commit(self, transaction: LedgerTransaction) -> int | None:
        """Write the transaction, or lose the partition."""
        await asyncio.sleep(0)
        if self.fenced:
            raise PartitionLostError
        self.before(transaction)
        position = self.topic.write(transaction)
        self.after(transaction)
        return position


class Clock:
    """UTC and monotonic seconds; real, plus what a test adds."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def utc(self) -> datetime:
        """Now."""
        return datetime.now(UTC) + self.ahead

    def monotonic(self) -> float:
        """Seconds of the running loop."""
        return asyncio.get_running_loop().time() + self.ahead.total_seconds()


class IntentCheckingAccounting(FakeAccounting):
    """Books that refuse a write whose intent is not durable at that very moment (invariant 4).

    `forgetful` books remember no Idempotency-Key, as when Xero keeps keys by access token and the token is new.
    """

    def __init__(self, topic: Topic, clock: Clock) -> None:
        # The harder answer to what Xero's documentation leaves open: PUT makes a second quote of a taken QuoteNumber.
        super().__init__(clock=clock.utc, monotonic=clock.monotonic, quote_numbers_unique=False)
        self._topic = topic
        self.forgetful = False
        self.without_intent: list[str] = []

    async def write(
        self,
        grant: Grant,
        kind: DocumentType,
        operation: Operation,
        body: bytes,
        *,
        idempotency_key: str,
        start_before: float,
    ) -> tuple[ElementReply, ...]:
        """As the port says, after the check."""
        intent = self._topic.intent(idempotency_key)
        if intent is None or intent.body.encode() != body:
            self.without_intent.append(idempotency_key)
        if self.forgetful:
            self._keys.clear()
        return await super().write(
            grant, kind, operation, body, idempotency_key=idempotency_key, start_before=start_before
        )


class Harness:
    """Everything around one partition, and its owners."""

    def __init__(self, *companies: Company, settings: DispatchSettings = SETTINGS) -> None:
        self.clock = Clock()
        self.topic = Topic()
        self.accounting = IntentCheckingAccounting(self.topic, self.clock)
        self.references = FakeReferences()
        self.budget = FakeBudget()
        self.pauses = FakePauses()
        self.companies = {each.id: each for each in companies or (make_company(),)}
        self.settings = settings
        self.cpu: Callable[[], float] = time.perf_counter
        self.tracing: Tracing = PASS_ON
        self.changes: DocumentChanges | None = None
        self.files: FilesContext | None = None
        self.longest_sleep = float("inf")
        """Seconds. In a test that puts the clock forward sleepers wake after these, to read the clock again."""
        self.metrics = Metrics(CollectorRegistry())
        self.fence = Fence(self.topic)
        self.sent: list[Record] = []
        for organisation in {each.organisation for each in self.companies.values()}:
            self.references.put(
                organisation, reference_data(contacts=[contact("ALOK"), contact("OTHER")], items=[item("BEEF-01")])
            )

    @cached_property
    def folder(self) -> Path:
        """The disk of this test's workers."""
        folder = mkdtemp(prefix="shipledger-harness-")
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        return Path(folder)

    def context(self, accounting: Accounting | None = None) -> LaneContext:
        """What lanes share, with another client of Xero where a test brings one."""
        return LaneContext(
            accounting=accounting or self.accounting,
            references=self.references,
            budget=self.budget,
            companies=self.companies,
            pauses=self.pauses,
            metrics=self.metrics,
            settings=self.settings,
            clock=self.clock.utc,
            monotonic=self.clock.monotonic,
            sleep=self._sleep,
            cpu=self.cpu,
            tracing=self.tracing,
            changes=self.changes,
            files=self.files,
        )

    async def _sleep(self, seconds: float) -> None:
        await asyncio.sleep(min(seconds, self.longest_sleep))

    def record(self, request: SyncRequest) -> Record:
        """The request as the next record of the input."""
        record = Record(encode_request(request), len(self.sent))
        self.sent.append(record)
        return record

    def make_fence(self, topic: Topic) -> Fence:
        """The transactions of a new owner."""
        return Fence(topic)

    def own(self) -> Partition:
        """A new owner: fences the former one and restores the ledger from the topic."""
        self.fence.fenced = True
        self.fence = self.make_fence(self.topic)
        intake = RequestIntake(0, 1, "test", self.metrics, self.clock.utc)
        ledger = self.topic.read()
        return Partition(0, self.topic.offset, ledger, self.fence, intake, self.context(), "owner")

    @asynccontextmanager
    async def owner(self) -> AsyncIterator[Partition]:
        """A partition at work, killed without notice at the end of the block."""
        partition = self.own()
        task = asyncio.create_task(partition.run())
        await asyncio.sleep(0)
        try:
            yield partition
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def until(self, condition: Callable[[], Any], seconds: float = 60.0) -> None:
        """Wait for the condition, with a deadline that only a fault reaches."""
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110  # The condition looks at many things; none of them has an event.
                await asyncio.sleep(0.002)

    async def answered(self, count: int) -> list[Outcome]:
        """Wait until so many terminal outcomes are durable."""
        await self.until(lambda: len(self.ended()) >= count)
        return self.ended()

    def ended(self) -> list[Outcome]:
        """The terminal outcomes so far."""
        return [each for each in self.topic.outcomes if each.status != "WAITING"]

    def give(self, partition: Partition, requests: Iterable[SyncRequest]) -> None:
        """Let the partition take the requests as one poll."""
        partition.take([self.record(request) for request in requests])

    def numbers(self, organisation: str = ORGANISATION) -> list[str]:
        """The numbers of the documents in the books, sorted."""
        return sorted(each.number for each in self.accounting.documents(organisation))
