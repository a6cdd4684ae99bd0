"""Every call we make, as a method of xero-python's AccountingApi with its arguments. Values; nothing is sent here."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final
from urllib.parse import quote

from mappers.model import DocumentType
from xero_client.collaborators import Resource
from xero_client.port import NewFile, Operation
from xero_client.transport import Reply
from xero_client.vocabulary import CallOperation
from xero_client.where_filter import equals, is_filterable

UNIT_DECIMALS: Final = 4
"""`unitdp=4`: without it Xero rounds unit amounts to two decimals, when writing and when reading."""

INVOICE_PAGE: Final = 1000
CHANGED_PAGE: Final = 100
"""Of what changed: a page of 1,000 with its lines is megabytes, and everything else waits while it is read."""
QUOTE_PAGE: Final = 100
"""Quotes have no pageSize; a page holds up to 100."""

WRITES: Final = {
    (DocumentType.INVOICE, Operation.CREATE): (CallOperation.CREATE_INVOICE, "PUT", "create_invoices"),
    (DocumentType.INVOICE, Operation.UPDATE): (CallOperation.UPDATE_INVOICE, "POST", "update_or_create_invoices"),
    (DocumentType.QUOTE, Operation.CREATE): (CallOperation.CREATE_QUOTE, "PUT", "create_quotes"),
    (DocumentType.QUOTE, Operation.UPDATE): (CallOperation.UPDATE_QUOTE, "POST", "update_or_create_quotes"),
}
NOTES: Final = {DocumentType.INVOICE: CallOperation.NOTE_INVOICE, DocumentType.QUOTE: CallOperation.NOTE_QUOTE}
PDF: Final = "application/pdf"
LIST_PARAMETERS: Final = frozenset({"IDs"})

LONGEST_LIST: Final = 40
ENCODED_LIMIT: Final = 1_900
"""Characters; Xero answers longer query strings with an error (XeroAPI/Xero-OpenAPI issue 534: about 2,000)."""

# Xero splits the list at commas and trims its parts; other marks are left to the filter, which quotes its text.
LISTABLE: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ._/#-]*[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class Call:
    """One call: its label for metrics, its HTTP method, and the SDK's method with every argument but the tenant.

    `bound_key` is an Idempotency-Key that may be sent again under the same access token only.
    """

    operation: CallOperation
    method: str
    sdk_method: str
    arguments: Mapping[str, Any]
    bound_key: str | None = None

    def invoke(self, api: Any, organisation: str) -> Reply:
        """Make the call through the SDK. `_preload_content=False` has it hand back the transport's own reply."""
        send: Callable[..., Reply] = getattr(api, self.sdk_method)
        return send(organisation, **self.arguments, _preload_content=False)


def write_call(
    kind: DocumentType, operation: Operation, body: bytes, idempotency_key: str, *, allow_backorders: bool = False
) -> Call:
    """PUT or POST of a batch. Without summarizeErrors=false one bad element would have all of them refused.

    `allow_backorders`: Xero refuses to invoice more of a tracked item than is in stock (since August 2026).
    """
    name, method, sdk_method = WRITES[kind, operation]
    arguments: dict[str, Any] = {"summarize_errors": False, "idempotency_key": idempotency_key}
    if kind is DocumentType.INVOICE:
        arguments |= {"invoices": body, "unitdp": UNIT_DECIMALS}
        arguments |= {"allow_backorders": True} if allow_backorders else {}
    else:
        arguments |= {"quotes": body}
    is_fenced = (kind, operation) == (DocumentType.INVOICE, Operation.CREATE)
    bound = None if is_fenced else idempotency_key
    return Call(name, method, sdk_method, arguments, bound)


def note_call(kind: DocumentType, xero_id: str, body: bytes, idempotency_key: str) -> Call:
    """PUT of a history note."""
    arguments = {f"{kind}_id": xero_id, "history_records": body, "idempotency_key": idempotency_key}
    return Call(NOTES[kind], "PUT", f"create_{kind}_history", arguments)


def files_call(kind: DocumentType, xero_id: str) -> Call:
    """The files of a document."""
    return Call(CallOperation.LIST_FILES, "GET", f"get_{kind}_attachments", {f"{kind}_id": xero_id})


def file_content_call(kind: DocumentType, xero_id: str, attachment_id: str) -> Call:
    """One of them, by its id: a name need not be the only one of its kind."""
    arguments = {f"{kind}_id": xero_id, "attachment_id": attachment_id, "content_type": PDF}
    return Call(CallOperation.READ_FILE, "GET", f"get_{kind}_attachment_by_id", arguments)


def put_file_call(kind: DocumentType, xero_id: str, file: NewFile, idempotency_key: str) -> Call:
    """PUT of a new file, or POST in place of the one that has the name. Customers do not see it online."""
    arguments = {f"{kind}_id": xero_id, "file_name": file.file_name, "body": file.content}
    method, verb = ("POST", "update") if file.replaces else ("PUT", "create")
    name = f"{verb}_{kind}_attachment_by_file_name"
    return Call(CallOperation.PUT_FILE, method, name, arguments | {"idempotency_key": idempotency_key})


def invoices_listed(numbers: Sequence[str], page: int) -> Call:
    """Invoices by a list of numbers. A page is asked for because a list without one leaves the lines out."""
    return _invoices(CallOperation.FIND_INVOICE, page, invoice_numbers=list(numbers))


def invoices_numbered(number: str, page: int) -> Call:
    """Invoices by one number that a comma-separated list cannot carry."""
    return _invoices(CallOperation.FIND_INVOICE, page, where=equals("InvoiceNumber", number))


def invoices_searched(text: str, page: int) -> Call:
    """Invoices whose number or reference holds the text, in whatever letters."""
    return _invoices(CallOperation.FIND_INVOICE, page, search_term=text)


def invoices_by_id(xero_ids: Sequence[str], page: int) -> Call:
    """Invoices by ids."""
    return _invoices(CallOperation.READ_INVOICE, page, i_ds=list(xero_ids))


def document_by_id(kind: DocumentType, xero_id: str) -> Call:
    """One invoice or quote."""
    if kind is DocumentType.QUOTE:
        return quote_by_id(xero_id)
    return Call(CallOperation.READ_INVOICE, "GET", "get_invoice", {"invoice_id": xero_id, "unitdp": UNIT_DECIMALS})


def quotes_numbered(number: str, page: int) -> Call:
    """Quotes by one number; Xero has no list of them."""
    return Call(CallOperation.FIND_QUOTE, "GET", "get_quotes", {"quote_number": number, "page": page})


def quote_by_id(xero_id: str) -> Call:
    """One quote."""
    return Call(CallOperation.READ_QUOTE, "GET", "get_quote", {"quote_id": xero_id})


def changed_call(kind: DocumentType, since: datetime, number: int | None) -> Call:
    """A page of the documents that changed; of invoices those to customers. See `port.DocumentChanges`."""
    page, direction = (1, "ASC") if number is None else (number, "DESC")
    arguments: dict[str, Any] = {"if_modified_since": _whole_seconds(since), "order": f"UpdatedDateUTC {direction}"}
    if kind is DocumentType.QUOTE:
        return Call(CallOperation.CHANGED_QUOTES, "GET", "get_quotes", arguments | {"page": page})
    arguments |= {"where": equals("Type", "ACCREC"), "page": page, "page_size": CHANGED_PAGE}
    return Call(CallOperation.CHANGED_INVOICES, "GET", "get_invoices", arguments | {"unitdp": UNIT_DECIMALS})


def master_data_call(resource: Resource, params: Mapping[str, str], if_modified_since: datetime | None) -> Call:
    """A read of master data; parameters by Xero's names, which the SDK spells in snake_case."""
    arguments: dict[str, Any] = {_snake(name): _value(name, value) for name, value in params.items()}
    if if_modified_since is not None:
        arguments["if_modified_since"] = _whole_seconds(if_modified_since)
    return Call(resource.operation, "GET", resource.operation.value, arguments)


Search = Callable[[int], Call]
"""A search that may have several pages: page number, from 1, to call."""


def searches_by_number(kind: DocumentType, listed: Sequence[Sequence[str]], single: Sequence[str]) -> list[Search]:
    """The searches that find documents by number: lists where Xero takes lists, else one number a call."""
    if kind is DocumentType.QUOTE:
        return [partial(quotes_numbered, number) for each in (*listed, single) for number in each]
    return [
        *(partial(invoices_listed, numbers) for numbers in listed),
        *(partial(invoices_numbered if is_filterable(number) else invoices_searched, number) for number in single),
    ]


def listable(number: str) -> bool:
    """Whether the number survives in a comma-separated list."""
    return LISTABLE.fullmatch(number) is not None


def chunks(values: Iterable[str]) -> list[tuple[str, ...]]:
    """The values in order, in groups of at most 40 that take at most 1,900 characters when encoded with commas."""
    groups: list[list[str]] = []
    room = 0
    for value in values:
        needed = len(quote(value, safe="")) + len("%2C")
        if not groups or len(groups[-1]) == LONGEST_LIST or needed > room:
            groups.append([])
            room = ENCODED_LIMIT
        groups[-1].append(value)
        room -= needed
    return [tuple(group) for group in groups]


def listed_and_single(numbers: Sequence[str]) -> tuple[list[tuple[str, ...]], tuple[str, ...]]:
    """Each number once: those that go into lists, in chunks, and those that must be asked for one by one."""
    distinct = tuple(dict.fromkeys(number for number in numbers if number))
    return chunks(filter(listable, distinct)), tuple(number for number in distinct if not listable(number))


def _invoices(operation: CallOperation, page: int, **chosen: Any) -> Call:
    arguments = {**chosen, "page": page, "page_size": INVOICE_PAGE, "unitdp": UNIT_DECIMALS}
    return Call(operation, "GET", "get_invoices", arguments)


def _whole_seconds(since: datetime) -> str:
    """Xero looks at whole seconds of UTC."""
    return since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _snake(name: str) -> str:
    return "i_ds" if name == "IDs" else re.sub(r"(?<=[a-z])([A-Z])", r"_\1", name).lower()


def _value(name: str, value: str) -> object:
    return value.split(",") if name in LIST_PARAMETERS else value
