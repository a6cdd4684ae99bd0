"""The adapter of the port Accounting on Xero's Accounting API, through xero-python."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from functools import partial
from typing import Any, Final

from mappers.model import Document, DocumentType, ExistingDocument, ListedFile, number_key
from xero_client.accounting.changed_page import changed_page
from xero_client.accounting.decode import ID, NUMBER, PLURAL, documents_in_steps, wanted_documents
from xero_client.accounting.elements import match_in_steps, sent_elements
from xero_client.accounting.encode import encode_documents, encode_note, join_bodies
from xero_client.accounting.exchange import ApiExchange, Endpoint
from xero_client.accounting.files import file_key, listed_files
from xero_client.accounting.requests import (
    INVOICE_PAGE,
    QUOTE_PAGE,
    Call,
    Search,
    changed_call,
    chunks,
    document_by_id,
    file_content_call,
    files_call,
    invoices_by_id,
    invoices_searched,
    listed_and_single,
    master_data_call,
    note_call,
    put_file_call,
    quote_by_id,
    searches_by_number,
    write_call,
)
from xero_client.accounting.turns import in_turns
from xero_client.collaborators import CallObserver, Governor, Monotonic, Resource, Tokens, UtcClock
from xero_client.errors import NotFoundError, UnavailableError
from xero_client.json_codec import number_of, object_of, rows_of
from xero_client.port import ChangedPage, ElementReply, Grant, NewFile, Operation, Priority
from xero_client.transport import CallThreads, ExactTransport

PAGES_AT_MOST: Final = 50


class XeroClient:
    """Accounting (and master data) of any number of Xero organisations.

    `clock` is UTC, for absolute times of limits; `monotonic` is the clock of `start_before`. Calls are the SDK's, in
    threads of this object: `close` it at the end.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        tokens: Tokens,
        governor: Governor,
        observer: CallObserver,
        clock: UtcClock,
        monotonic: Monotonic,
        allow_backorders: bool = False,
    ) -> None:
        self._governor = governor
        self._allow_backorders = allow_backorders
        self._threads = CallThreads()
        self._transport = ExactTransport(endpoint.timeouts, endpoint.secrets)
        self._exchange = ApiExchange(
            endpoint=endpoint,
            tokens=tokens,
            governor=governor,
            observer=observer,
            clock=clock,
            monotonic=monotonic,
            transport=self._transport,
            threads=self._threads,
        )

    def close(self) -> None:
        """Give up what is in flight (a sent write's effect is then unknown), and release threads and connections."""
        self._threads.close()
        self._transport.close()

    def slot(self, organisation: str, priority: Priority) -> AbstractAsyncContextManager[Grant]:
        """As `port.Accounting.slot`: the governor's."""
        return self._governor.slot(organisation, priority)

    def encode(self, kind: DocumentType, documents: Sequence[tuple[Document, str | None]]) -> bytes:
        """As `port.Accounting.encode`: the JSON that goes to Xero, byte for byte."""
        return encode_documents(kind, documents)

    def joined(self, kind: DocumentType, bodies: Sequence[bytes]) -> bytes:
        """As `port.Accounting.joined`."""
        return join_bodies(kind, bodies)

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
        """As `port.Accounting.write`.

        When the waiting task is cancelled before the first byte, nothing is sent. Cancelled later, the effect is
        unknown and the reply is not waited for; the observer gets `abandoned`.
        """
        sent = sent_elements(kind, body)
        call = write_call(kind, operation, body, idempotency_key, allow_backorders=self._allow_backorders)
        reply = await self._exchange.call(grant, call, start_before=start_before)
        return await in_turns(match_in_steps(kind, sent, reply))

    async def find(
        self,
        organisation: str,
        kind: DocumentType,
        numbers: Sequence[str],
        priority: Priority,
        *,
        thorough: bool = False,
    ) -> tuple[ExistingDocument, ...]:
        """As `port.Accounting.find`: up to 40 invoices a call, quotes one a call."""
        listed, single = listed_and_single(numbers)
        found: dict[str, ExistingDocument] = {}
        for search in searches_by_number(kind, listed, single):
            found |= await self._numbered(organisation, kind, numbers, search, priority)
        if thorough and kind is DocumentType.INVOICE:
            shown = {number_key(each.number) for each in found.values()}
            for number in dict.fromkeys(each for each in numbers if number_key(each) not in shown):
                search = partial(invoices_searched, number.strip())
                found |= await self._numbered(organisation, kind, numbers, search, priority)
        return tuple(found.values())

    async def _numbered(
        self, organisation: str, kind: DocumentType, numbers: Sequence[str], search: Search, priority: Priority
    ) -> dict[str, ExistingDocument]:
        """What a search shows under one of the numbers, by id."""
        wanted = frozenset(map(number_key, numbers))

        def is_wanted(number: str) -> bool:
            return number_key(number) in wanted

        return await self._pages(organisation, kind, search, priority, NUMBER, is_wanted)

    async def read(
        self, organisation: str, kind: DocumentType, xero_ids: Sequence[str], priority: Priority
    ) -> tuple[ExistingDocument, ...]:
        """As `port.Accounting.read`: up to 40 invoices a call, quotes one a call."""
        distinct = tuple(dict.fromkeys(xero_ids))
        groups = chunks(distinct) if kind is DocumentType.INVOICE else [(each,) for each in distinct]
        found: list[ExistingDocument] = []
        for group in groups:
            found += await self._read_group(organisation, kind, group, priority)
        return tuple(found)

    async def note(self, organisation: str, kind: DocumentType, xero_id: str, text: str) -> None:
        """As `port.Accounting.note`; the key is made of the note, so that a repeat within six minutes adds nothing."""
        body = encode_note(text)
        key = hashlib.sha256(f"{organisation}/{kind}/{xero_id}/".encode() + body).hexdigest()
        async with self.slot(organisation, Priority.BACKLOG) as grant:
            await self._exchange.call(grant, note_call(kind, xero_id, body, key))

    async def changed(
        self,
        organisation: str,
        kind: DocumentType,
        since: datetime,
        page: int | None,
        *,
        wanted: Callable[[str], bool],
    ) -> ChangedPage:
        """As `port.DocumentChanges.changed`."""
        async with self.slot(organisation, Priority.SPARE) as grant:
            began = self._exchange.clock()
            reply = await self._exchange.call(grant, changed_call(kind, since, page))
        documents = tuple(await in_turns(wanted_documents(kind, reply, ID, lambda each: wanted(each.lower()))))
        return changed_page(kind, reply, page or 1, documents, began)

    async def shown(
        self, organisation: str, kind: DocumentType, xero_ids: Sequence[str]
    ) -> tuple[ExistingDocument, ...]:
        """As `port.DocumentChanges.shown`."""
        call = invoices_by_id(xero_ids, 1) if kind is DocumentType.INVOICE else quote_by_id(xero_ids[0])
        reply = await self._granted(organisation, call, Priority.SPARE)
        return tuple(await in_turns(documents_in_steps(kind, reply)))

    async def document(self, organisation: str, kind: DocumentType, xero_id: str) -> ExistingDocument:
        """As `port.DocumentFiles.document`."""
        reply = await self._granted(organisation, document_by_id(kind, xero_id), Priority.SPARE)
        documents = await in_turns(documents_in_steps(kind, reply))
        if not documents:
            raise UnavailableError("Xero's reply has no document")
        return documents[0]

    async def files(self, organisation: str, kind: DocumentType, xero_id: str) -> tuple[ListedFile, ...]:
        """As `port.DocumentFiles.files`."""
        return listed_files(await self._granted(organisation, files_call(kind, xero_id), Priority.SPARE))

    async def file_content(self, organisation: str, kind: DocumentType, xero_id: str, attachment_id: str) -> bytes:
        """As `port.DocumentFiles.file_content`."""
        async with self.slot(organisation, Priority.SPARE) as grant:
            return await self._exchange.content(grant, file_content_call(kind, xero_id, attachment_id))

    async def put_file(
        self,
        grant: Grant,
        kind: DocumentType,
        xero_id: str,
        file: NewFile,
        *,
        start_before: float,
    ) -> None:
        """As `port.DocumentFiles.put_file`."""
        call = put_file_call(kind, xero_id, file, file_key(grant.organisation, kind, xero_id, file))
        await self._exchange.call(grant, call, start_before=start_before)

    async def get(
        self,
        organisation: str,
        resource: Resource,
        params: Mapping[str, str],
        *,
        if_modified_since: datetime | None,
        priority: Priority,
    ) -> dict[str, Any]:
        """As `collaborators.MasterDataReader.get`."""
        return await self._granted(organisation, master_data_call(resource, params, if_modified_since), priority)

    async def _granted(self, organisation: str, call: Call, priority: Priority) -> dict[str, Any]:
        async with self.slot(organisation, priority) as grant:
            return await self._exchange.call(grant, call)

    async def _read_group(
        self, organisation: str, kind: DocumentType, xero_ids: tuple[str, ...], priority: Priority
    ) -> list[ExistingDocument]:
        """One unknown id may turn the reply for the whole list into a 404; then each id is asked for by itself."""
        try:
            if kind is DocumentType.INVOICE:
                wanted = frozenset(each.lower() for each in xero_ids)
                search = partial(invoices_by_id, xero_ids)
                found = await self._pages(organisation, kind, search, priority, ID, lambda each: each.lower() in wanted)
                return list(found.values())
            reply = await self._granted(organisation, quote_by_id(xero_ids[0]), priority)
            return await in_turns(documents_in_steps(kind, reply))
        except NotFoundError:
            if len(xero_ids) == 1:
                return []
        groups = [await self._read_group(organisation, kind, (each,), priority) for each in xero_ids]
        return [document for group in groups for document in group]

    async def _pages(
        self,
        organisation: str,
        kind: DocumentType,
        search: Search,
        priority: Priority,
        field: Mapping[DocumentType, str],
        wanted: Callable[[str], bool],
    ) -> dict[str, ExistingDocument]:
        """Of every page of a search those whose field is wanted, by id. Raises UnavailableError where there is no end.

        A search for a text may show a good part of an organisation's books, so no page is kept for the next.
        """
        found: dict[str, ExistingDocument] = {}
        for page in range(1, PAGES_AT_MOST + 1):
            reply = await self._granted(organisation, search(page), priority)
            shown = await in_turns(wanted_documents(kind, reply, field, wanted))
            found |= {each.xero_id: each for each in shown}
            if not _goes_on(kind, reply, page):
                return found
            del reply, shown
        raise UnavailableError(f"Xero shows more than {PAGES_AT_MOST} pages for one search")


def _goes_on(kind: DocumentType, reply: Mapping[str, Any], page: int) -> bool:
    """Whether there is a next page: as the reply says, else (quotes say nothing) where this one is full."""
    pages = number_of(object_of(reply.get("pagination")).get("pageCount"))
    if pages is not None:
        return page < pages
    return len(rows_of(reply.get(PLURAL[kind]))) >= (QUOTE_PAGE if kind is DocumentType.QUOTE else INVOICE_PAGE)
