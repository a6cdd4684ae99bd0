"""What the dispatcher needs of Xero, as ports. The adapters and the tests' fakes pass the same contract suites."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple, Protocol

from mappers.model import Document, DocumentType, ExistingDocument, ListedFile, MasterList, Needs, ReferenceData


class Operation(StrEnum):
    """The two writes of a document: PUT refuses an existing number, POST updates by id."""

    CREATE = "create"
    UPDATE = "update"


@dataclass(frozen=True, slots=True)
class ElementReply:
    """One element of a write's reply, found by its number (or id), never by position alone.

    `document` is what Xero stored, None where it was refused; `errors` and `warnings` are Xero's own messages.
    """

    number: str
    document: ExistingDocument | None
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class Priority(StrEnum):
    """People (Sync Now) may use the reserve of the day's budget; the backlog may not.

    What is spare goes out when nobody else waits for a call: nothing of it is needed to write a document.
    """

    PEOPLE = "people"
    BACKLOG = "backlog"
    SPARE = "spare"


@dataclass(frozen=True, slots=True)
class Grant:
    """The right to make one call to `organisation` now, given by the quota governor."""

    organisation: str


class Accounting(Protocol):
    """Documents in Xero. Every method may raise the errors of `xero_client.errors`."""

    def slot(self, organisation: str, priority: Priority) -> AbstractAsyncContextManager[Grant]:
        """Wait until one call to the organisation is granted; occupy one of its concurrent places for the block.

        Raises OutOfQuotaError at once where the wait would be longer than a minute window (day limit, parked). A grant
        that was not used for a call is given back at the end of the block.
        """
        ...

    def encode(self, kind: DocumentType, documents: Sequence[tuple[Document, str | None]]) -> bytes:
        """The exact request body of a batch: (document, Xero id or None). Deterministic: equal input, equal bytes."""
        ...

    def joined(self, kind: DocumentType, bodies: Sequence[bytes]) -> bytes:
        """The body of a batch, from the bodies of its documents: as if they had been encoded together."""
        ...

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
        """Send one batch, once, under `grant`. Elements missing from the reply are absent from the result.

        `start_before` is a time of the monotonic clock: where it has passed when the first byte would go out,
        IntentExpiredError is raised and nothing is sent.
        """
        ...

    async def find(
        self,
        organisation: str,
        kind: DocumentType,
        numbers: Sequence[str],
        priority: Priority,
        *,
        thorough: bool = False,
    ) -> tuple[ExistingDocument, ...]:
        """Every document of any status that has one of the numbers (invoices: sales invoices only), lines included.

        One whose number differs in case alone is among them where Xero shows it. `thorough`: Xero said that the numbers
        are taken; an invoice that a list does not show is then searched for, one a call.
        """
        ...

    async def read(
        self, organisation: str, kind: DocumentType, xero_ids: Sequence[str], priority: Priority
    ) -> tuple[ExistingDocument, ...]:
        """The documents with these ids, lines included; unknown ids are absent from the result."""
        ...

    async def note(self, organisation: str, kind: DocumentType, xero_id: str, text: str) -> None:
        """Add a history note to a document."""
        ...


@dataclass(frozen=True, slots=True)
class ChangedPage:
    """A page of what changed since a time. `in_order`: the oldest change is first.

    `documents` are those that were wanted, lines included. `newest` is the latest change on the page, of any document;
    None where the page is empty. `asked_at` is Xero's clock at the reply, or ours where that is earlier: what changes
    later is not on the page.
    """

    documents: tuple[ExistingDocument, ...]
    newest: datetime | None
    in_order: bool
    is_last: bool
    asked_at: datetime


SHOWN_AT_ONCE: Final = {DocumentType.INVOICE: 40, DocumentType.QUOTE: 1}
"""How many documents one call can ask for by their ids."""


class DocumentChanges(Protocol):
    """What changed in Xero, whoever changed it."""

    async def changed(
        self,
        organisation: str,
        kind: DocumentType,
        since: datetime,
        page: int | None,
        *,
        wanted: Callable[[str], bool],
    ) -> ChangedPage:
        """One call with spare priority: a page of the documents of the kind that changed since the time.

        None: the first page, the oldest change first; a number (from 1): that page, the newest change first.
        `wanted` is asked for each document's Xero id: only those are read in full. May raise the errors of
        `xero_client.errors`, never EffectUnknownError.
        """
        ...

    async def shown(
        self, organisation: str, kind: DocumentType, xero_ids: Sequence[str]
    ) -> tuple[ExistingDocument, ...]:
        """One call with spare priority: the documents with these ids, lines included; up to `SHOWN_AT_ONCE` of them.

        An id that Xero does not know is absent, or the whole call raises NotFoundError: then they are asked for one by
        one. May raise the other errors as `changed` does.
        """
        ...


class NewFile(NamedTuple):
    """A PDF and its SHA-256, under a name that is free on the document, or in place of what has it (`replaces`)."""

    file_name: str
    content: bytes
    sha256: str
    replaces: bool


class DocumentFiles(Protocol):
    """The files on documents. Reads have spare priority. Every call may raise the errors of `xero_client.errors`."""

    async def document(self, organisation: str, kind: DocumentType, xero_id: str) -> ExistingDocument:
        """The document, asked for by its id. Raises NotFoundError where Xero does not know it, or not yet."""
        ...

    async def files(self, organisation: str, kind: DocumentType, xero_id: str) -> tuple[ListedFile, ...]:
        """The files of a document. Raises NotFoundError as above."""
        ...

    async def file_content(self, organisation: str, kind: DocumentType, xero_id: str, attachment_id: str) -> bytes:
        """The bytes of one of them; NotFoundError where it is gone."""
        ...

    async def put_file(
        self,
        grant: Grant,
        kind: DocumentType,
        xero_id: str,
        file: NewFile,
        *,
        start_before: float,
    ) -> None:
        """Put a file on the document, under the grant; sent once.

        The Idempotency-Key is made of all of this, so that a repeat within six minutes does nothing more.
        `start_before`: see `Accounting.write`.
        """
        ...


class References(Protocol):
    """An organisation's master data."""

    async def resolve(
        self, organisation: str, needs: Needs, *, asked_at: float | None = None, for_people: bool = False
    ) -> ReferenceData:
        """The cache, warmed; each needed code that it lacks costs one look-up, then a bounded negative entry.

        `asked_at` is a time of the monotonic clock: what was found missing before it is looked for once more, because
        somebody may have entered it and then asked. None: what is known to be missing is missing for a while.
        `for_people`: a person waits for the answer; some of the calls that master data may cost are kept for that.
        Where Xero could not be asked again, the answer's `as_of` says so.
        """
        ...

    def doubt(self, organisation: str, lists: frozenset[MasterList]) -> bool:
        """Xero refused what these lists say: read them again before the next answer. False where none can be read."""
        ...

    def watch(self, organisation: str, lists: frozenset[MasterList], age: float) -> None:
        """These lists lacked something `age` seconds ago: people may enter it soon, so look often for a while."""
        ...


@dataclass(frozen=True, slots=True)
class DayLeft:
    """What the backlog may still use of a day's `limit` of calls, and the seconds until it has all of them again."""

    calls: int
    limit: int
    seconds: float


class Budget(Protocol):
    """What the lanes ask the quota governor."""

    def park(self, organisation: str, until: datetime, reason: str) -> None:
        """Make no call to the organisation before `until` (UTC), as read from the ledger after a restart."""
        ...

    def calls_in_last_minute(self, organisation: str) -> int:
        """How many calls this process made to the organisation in the last 60 seconds."""
        ...

    def minute_limit(self, organisation: str) -> int:
        """Calls a minute the organisation allows (60, unless the settings or Xero's replies say otherwise)."""
        ...

    def day(self, organisation: str) -> DayLeft:
        """What is left of the organisation's day, as far as is known."""
        ...
