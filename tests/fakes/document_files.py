"""The port DocumentFiles in memory, as hard on its caller as the simulator: a name may be on a document twice."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from mappers.model import MOST_ATTACHMENTS, DocumentType, ExistingDocument, ListedFile
from xero_client.accounting.files import file_key
from xero_client.errors import EffectUnknownError, IntentExpiredError, NotFoundError, RefusedError, UnavailableError
from xero_client.port import Grant, NewFile

KEY_LIVES = timedelta(minutes=6)


@dataclass
class StoredFile:
    """A file on a document."""

    attachment_id: str
    file_name: str
    content: bytes


class FakeFiles:
    """Over the documents that `documents` shows of an organisation. `calls` are the names of what was asked.

    `faults` are raised by the next calls of a name, one each; None lets one pass. `lost` puts take effect, and their
    replies are lost. The files of `broken` documents cannot be listed. `before` is told of each call before it does
    anything.
    """

    def __init__(
        self,
        documents: Callable[[str], Sequence[ExistingDocument]],
        clock: Callable[[], datetime],
        monotonic: Callable[[], float],
    ) -> None:
        self._documents = documents
        self._clock = clock
        self._monotonic = monotonic
        self._ids = count(1)
        self._keys: dict[str, datetime] = {}
        self.on: dict[str, list[StoredFile]] = {}
        self.calls: list[str] = []
        self.faults: dict[str, list[Exception | None]] = {}
        self.lost = 0
        self.broken: set[str] = set()
        self.before: Callable[[str], None] = lambda _: None

    async def document(self, organisation: str, kind: DocumentType, xero_id: str) -> ExistingDocument:
        """As the port says."""
        self._called("document")
        return self._document(organisation, kind, xero_id)

    async def files(self, organisation: str, kind: DocumentType, xero_id: str) -> tuple[ListedFile, ...]:
        """As the port says."""
        self._called("files")
        if xero_id in self.broken:
            raise UnavailableError("HTTP 503")
        self._document(organisation, kind, xero_id)
        kept = self.on.get(xero_id, [])
        return tuple(ListedFile(each.attachment_id, each.file_name, len(each.content)) for each in kept)

    async def file_content(self, organisation: str, kind: DocumentType, xero_id: str, attachment_id: str) -> bytes:
        """As the port says."""
        self._called("file_content")
        self._document(organisation, kind, xero_id)
        found = [each for each in self.on.get(xero_id, []) if each.attachment_id == attachment_id]
        if not found:
            raise NotFoundError("HTTP 404")
        return found[0].content

    async def put_file(
        self, grant: Grant, kind: DocumentType, xero_id: str, file: NewFile, *, start_before: float
    ) -> None:
        """As the port says: PUT adds one whatever its name, POST replaces the first of its name."""
        if self._monotonic() > start_before:
            raise IntentExpiredError("too late")
        self._called("put_file")
        key, now = file_key(grant.organisation, kind, xero_id, file), self._clock()
        if now - self._keys.get(key, now - KEY_LIVES) >= KEY_LIVES:
            self._apply(self._document(grant.organisation, kind, xero_id), file)
            self._keys[key] = now
        if self.lost:
            self.lost -= 1
            raise EffectUnknownError("no reply")

    def place(self, xero_id: str, file_name: str, content: bytes) -> None:
        """A person puts a file on the document."""
        self.on.setdefault(xero_id, []).append(StoredFile(f"file-{next(self._ids)}", file_name, content))

    def names(self) -> list[str]:
        """The names of all files, sorted."""
        return sorted(each.file_name for kept in self.on.values() for each in kept)

    def _apply(self, document: ExistingDocument, file: NewFile) -> None:
        if document.status in {"VOIDED", "DELETED"}:
            raise RefusedError(f"{document.number} is {document.status}")
        kept = self.on.setdefault(document.xero_id, [])
        before = [each for each in kept if each.file_name == file.file_name] if file.replaces else []
        if before:
            before[0].content = file.content
        elif len(kept) >= MOST_ATTACHMENTS:
            raise RefusedError("A document takes 10 attachments")
        else:
            self.place(document.xero_id, file.file_name, file.content)

    def _document(self, organisation: str, kind: DocumentType, xero_id: str) -> ExistingDocument:
        for each in self._documents(organisation):
            if each.xero_id == xero_id and each.type is kind:
                return each
        raise NotFoundError("HTTP 404")

    def _called(self, name: str) -> None:
        self.calls.append(name)
        self.before(name)
        fault = self.faults[name].pop(0) if self.faults.get(name) else None
        if fault is not None:
            raise fault
