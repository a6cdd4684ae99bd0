"""The port Accounting in memory: faithful about numbers, idempotency keys and lost replies, with faults on demand."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

import orjson

from mappers.model.company import DocumentType
from mappers.model.document import Document, ExistingDocument
from mappers.model.number_key import number_key
from tests.fakes.accounting_documents import StoredDocuments, decode_body, plain_number
from xero_client.errors import (
    EffectUnknownError,
    IdempotencyMismatchError,
    IntentExpiredError,
    NotFoundError,
    XeroError,
)
from xero_client.port import ElementReply, Grant, Operation, Priority

KEY_LIFE = timedelta(minutes=6)


@dataclass(frozen=True)
class Fault:
    """What the next matching call meets. None as `kind` or `operation` matches any; reads: `find`, `read` and `note`.

    `before`: raised and nothing is done. `after`: the write is done, then this is raised (the reply is lost); Xero's
    idempotency store keeps the good reply unless `cached`, when it repeats the error as it does with a 500 of its own.
    `missing`: done, but these numbers are left out of the reply. `refuse`: message by number, those are refused.
    `hold`: the call waits for this event before it does anything; `hold_reply`: after it was done.
    """

    operation: str | None = None
    kind: DocumentType | None = None
    before: XeroError | None = None
    after: XeroError | None = None
    cached: bool = False
    missing: frozenset[str] = frozenset()
    refuse: dict[str, str] = field(default_factory=dict)
    warn: dict[str, str] = field(default_factory=dict)
    hold: asyncio.Event | None = None
    hold_reply: asyncio.Event | None = None

    def fits(self, operation: str, kind: DocumentType) -> bool:
        """Whether the fault is for this call."""
        return self.operation in (None, operation) and self.kind in (None, kind)


@dataclass(frozen=True)
class Write:
    """One write that reached these stored, whether it was answered or not."""

    organisation: str
    kind: DocumentType
    operation: Operation
    body: bytes
    idempotency_key: str
    numbers: tuple[str, ...]


@dataclass
class _Remembered:
    request: tuple[str, DocumentType, Operation, bytes]
    until: datetime
    answer: tuple[ElementReply, ...] | XeroError


class FakeAccounting:
    """Accounting over `StoredDocuments`, one per organisation. `writes` and `reads` record every call in order.

    `clock` (UTC) ages idempotency keys, `monotonic` is what `start_before` is compared with.
    """

    def __init__(
        self,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] | None = None,
        *,
        quote_numbers_unique: bool = True,
        concurrency: int = 5,
    ) -> None:
        self.writes: list[Write] = []
        self.reads: list[tuple[str, str, DocumentType, tuple[str, ...]]] = []
        self.notes: list[tuple[str, DocumentType, str, str]] = []
        self._clock = clock
        self._monotonic = monotonic
        self._quote_numbers_unique = quote_numbers_unique
        self.ignores_case = False  # Whether numbers in other letters are the same; set it first.
        self.deleted_numbers_free = False  # Whether a deleted document's number may be used again; set it first.
        self._concurrency = concurrency
        self._stored: dict[str, StoredDocuments] = {}
        self._places: dict[str, asyncio.Semaphore] = {}
        self._slot_errors: dict[str, XeroError] = {}
        self._grants: list[Grant] = []
        self._keys: dict[str, _Remembered] = {}
        self._faults: list[Fault] = []
        self._made = 0

    # What tests do.

    def fault(self, *faults: Fault) -> None:
        """Queue faults; each is used up by the first call it fits, oldest first."""
        self._faults.extend(faults)

    def fail_slots(self, organisation: str, error: XeroError | None) -> None:
        """Let `slot` raise for the organisation until it is given None."""
        self._slot_errors.pop(organisation, None)
        if error is not None:
            self._slot_errors[organisation] = error

    def put(self, organisation: str, document: ExistingDocument) -> None:
        """Add or replace a document as a person in Xero would; no rule is applied."""
        self._of(organisation).documents[document.xero_id] = document

    def remove(self, organisation: str, xero_id: str) -> None:
        """Forget a document: Xero no longer knows its id."""
        del self._of(organisation).documents[xero_id]

    def documents(self, organisation: str) -> tuple[ExistingDocument, ...]:
        """Everything in the organisation's stored, in the order it was made."""
        return tuple(self._of(organisation).documents.values())

    # The port.

    def slot(self, organisation: str, priority: Priority) -> AbstractAsyncContextManager[Grant]:
        """A grant at once, or when one of the five places is free, or the error of `fail_slots`."""
        del priority  # The fake has no day limit, so there is no reserve to keep.
        return self._slot(organisation)

    @asynccontextmanager
    async def _slot(self, organisation: str) -> AsyncIterator[Grant]:
        if error := self._slot_errors.get(organisation):
            raise error
        places = self._places.setdefault(organisation, asyncio.Semaphore(self._concurrency))
        async with places:
            grant = Grant(organisation)
            self._grants.append(grant)
            try:
                yield grant
            finally:
                self._grants = [each for each in self._grants if each is not grant]

    def encode(self, kind: DocumentType, documents: Sequence[tuple[Document, str | None]]) -> bytes:
        """Canonical JSON of the pairs; not Xero's wire, which is the adapter's own affair."""
        pairs = [[xero_id, document.model_dump()] for document, xero_id in documents]
        return orjson.dumps({"kind": kind, "documents": pairs}, default=plain_number, option=orjson.OPT_SORT_KEYS)

    def joined(self, kind: DocumentType, bodies: Sequence[bytes]) -> bytes:
        """As if the documents had been encoded together."""
        pairs = [pair for body in bodies for pair in orjson.loads(body)["documents"]]
        return orjson.dumps({"kind": kind, "documents": pairs}, option=orjson.OPT_SORT_KEYS)

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
        """As the port says. A grant is good for one call: another use is a bug of the caller, and RuntimeError."""
        self._use(grant)
        fault = self._next_fault(operation, kind)
        if fault.hold is not None:
            await fault.hold.wait()
        self._start(start_before)
        if fault.before is not None:
            raise fault.before
        pairs = decode_body(body)
        request = (grant.organisation, kind, operation, body)
        self.writes.append(Write(*request, idempotency_key, tuple(document.number for document, _ in pairs)))
        replies = self._remembered(idempotency_key, request)
        if replies is None:
            replies = self._apply(grant.organisation, operation, pairs, fault)
            answer = fault.after if fault.after is not None and fault.cached else replies
            self._keys[idempotency_key] = _Remembered(request, self._clock() + KEY_LIFE, answer)
        if fault.hold_reply is not None:
            await fault.hold_reply.wait()
        if fault.after is not None:
            raise fault.after
        return tuple(each for each in replies if each.number not in fault.missing)

    async def find(
        self, organisation: str, kind: DocumentType, numbers: Sequence[str], priority: Priority, **_how: bool
    ) -> tuple[ExistingDocument, ...]:
        """Every document of the kind whose number is one of `numbers`, in whatever letters."""
        wanted = frozenset(map(number_key, numbers))
        await self._reading("find", organisation, kind, numbers, priority)
        there = self.documents(organisation)
        return tuple(each for each in there if each.type is kind and number_key(each.number) in wanted)

    async def read(
        self, organisation: str, kind: DocumentType, xero_ids: Sequence[str], priority: Priority
    ) -> tuple[ExistingDocument, ...]:
        """The documents of the kind with these ids."""
        await self._reading("read", organisation, kind, xero_ids, priority)
        found = (self._of(organisation).documents.get(each) for each in dict.fromkeys(xero_ids))
        return tuple(each for each in found if each is not None and each.type is kind)

    async def note(self, organisation: str, kind: DocumentType, xero_id: str, text: str) -> None:
        """Add a history note, kept in `notes`. Raises NotFoundError for an unknown id."""
        fault = self._next_fault("note", kind)
        if (error := fault.before or fault.after) is not None:
            raise error
        if xero_id not in self._of(organisation).documents:
            raise NotFoundError(f"No document has the id {xero_id}")
        self.notes.append((organisation, kind, xero_id, text))

    # Behind the port.

    async def _reading(
        self, operation: str, organisation: str, kind: DocumentType, keys: Sequence[str], priority: Priority
    ) -> None:
        async with self.slot(organisation, priority):
            self.reads.append((operation, organisation, kind, tuple(keys)))
            fault = self._next_fault(operation, kind)
            if fault.hold is not None:
                await fault.hold.wait()
            if (error := fault.before or fault.after) is not None:
                raise error

    def _use(self, grant: Grant) -> None:
        if not any(each is grant for each in self._grants):
            raise RuntimeError("The grant was used already, or its slot is over")
        self._grants = [each for each in self._grants if each is not grant]

    def _start(self, start_before: float) -> None:
        now = self._monotonic() if self._monotonic is not None else asyncio.get_running_loop().time()
        if now > start_before:
            raise IntentExpiredError("The intent was committed too long ago; nothing was sent")

    def _next_fault(self, operation: str, kind: DocumentType) -> Fault:
        for position, fault in enumerate(self._faults):
            if fault.fits(operation, kind):
                return self._faults.pop(position)
        return Fault()

    def _remembered(
        self, key: str, request: tuple[str, DocumentType, Operation, bytes]
    ) -> tuple[ElementReply, ...] | None:
        known = self._keys.get(key)
        if known is None or known.until <= self._clock():
            return None
        if known.request != request:
            raise IdempotencyMismatchError(f"Idempotency Key: {key} is used with a different request.")
        if isinstance(known.answer, XeroError):
            raise known.answer
        return known.answer

    def _apply(
        self, organisation: str, operation: Operation, pairs: Sequence[tuple[Document, str | None]], fault: Fault
    ) -> tuple[ElementReply, ...]:
        stored = self._of(organisation)
        unknown = [xero_id for _, xero_id in pairs if xero_id is not None and xero_id not in stored.documents]
        if unknown:
            raise NotFoundError(f"No document has the id {unknown[0]}")
        return tuple(_with_faults(stored, operation, pair, fault) for pair in pairs)

    def _of(self, organisation: str) -> StoredDocuments:
        if organisation not in self._stored:
            self._stored[organisation] = StoredDocuments(
                lambda: self._new_id(organisation),
                self._quote_numbers_unique,
                self.deleted_numbers_free,
                self.ignores_case,
                self._clock,
            )
        return self._stored[organisation]

    def _new_id(self, organisation: str) -> str:
        self._made += 1
        return str(uuid5(NAMESPACE_URL, f"{organisation}/{self._made}"))


def lost_reply(operation: Operation | None = None, kind: DocumentType | None = None) -> Fault:
    """The write is done, and the caller cannot know it."""
    return Fault(operation, kind, after=EffectUnknownError("The connection was reset before the reply"))


def never_arrived(operation: Operation | None = None, kind: DocumentType | None = None) -> Fault:
    """The write is not done, and the caller cannot know it."""
    return Fault(operation, kind, before=EffectUnknownError("The connection was reset before the reply"))


def _with_faults(
    stored: StoredDocuments, operation: Operation, pair: tuple[Document, str | None], fault: Fault
) -> ElementReply:
    document, xero_id = pair
    if message := fault.refuse.get(document.number):
        return ElementReply(document.number, None, errors=(message,))
    reply = stored.create(document) if operation is Operation.CREATE else stored.upsert(document, xero_id)
    warnings = (fault.warn[document.number],) if document.number in fault.warn else ()
    return ElementReply(reply.number, reply.document, reply.errors, warnings)
