"""Reading invoices and quotes."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from deploy.simulator.books import Document, Kind
from deploy.simulator.http import filters
from deploy.simulator.http.documents.document_json import document_as_json
from deploy.simulator.http.documents.history import document_of, is_shown
from deploy.simulator.http.paging import Page, modified_since
from deploy.simulator.state import Call, SimulatorState
from deploy.simulator.wire import (
    JsonObject,
    Reply,
    bad_query,
    dates,
    guid,
    where_filter,
    words,
)

QUOTES_A_PAGE = 100
_OPTIMISED = words(
    "Status Contact.ContactID Contact.Name Contact.ContactNumber Reference InvoiceNumber InvoiceID Date"
    " Type AmountDue AmountPaid DueDate"
)
_Test = Callable[[Document], bool]


def invoices(state: SimulatorState, call: Call) -> Reply:
    """A list; line items only with a page, statuses, ids or numbers. Source: developer.xero.com, "Invoices"."""
    wanted = filters.wanted(state, call)
    tests = [*_invoice_tests(call), *_change_tests(state, call)]
    if wanted.fields:
        tests.append(lambda document: wanted.test(_row(document, call)))
    found = [document for document in _candidates(state, call) if all(test(document) for test in tests)]
    walked = len(call.organisation.invoices.by_id)
    filters.check_volume(state, found=len(found), walked=walked, slow=_is_slow(wanted))
    page = Page.of(call, needed=False)
    in_order = filters.ordered(found, call, lambda document: _row(document, call))
    listed = page.cut(in_order) if page else in_order
    detailed = page or any(call.query.get(name) for name in ("Statuses", "IDs", "InvoiceNumbers"))
    lines = bool(detailed) and not call.flag("summaryOnly", default=False)
    rows = [document_as_json(document, call.organisation, call.unit_places, lines=lines) for document in listed]
    members = ({"pagination": page.as_json(len(found))} if page else {}) | {"Invoices": rows}
    return state.reply(members)


def invoice(state: SimulatorState, call: Call) -> Reply:
    return _one(state, call, "invoice", "Invoices")


def quotes(state: SimulatorState, call: Call) -> Reply:
    """A list of at most 100; the next ones by `page`, without a pagination block."""
    tests = [*_quote_tests(call), *_change_tests(state, call)]
    number = call.query.get("QuoteNumber")
    listed_by = _numbered(state, call, "quote", number) if number else call.organisation.quotes
    found = [each for each in listed_by if all(test(each) for test in tests)]
    page = call.count("page", 1, 1_000_000)
    in_order = filters.ordered(found, call, lambda document: _row(document, call))
    listed = in_order[(page - 1) * QUOTES_A_PAGE : page * QUOTES_A_PAGE]
    net = state.switches.inclusive_quotes == "net"
    rows = [document_as_json(document, call.organisation, 4, net=net) for document in listed]
    return state.reply({"Quotes": rows})


def quote(state: SimulatorState, call: Call) -> Reply:
    return _one(state, call, "quote", "Quotes")


def _one(state: SimulatorState, call: Call, kind: Kind, plural: str) -> Reply:
    found = document_of(state, call, kind)
    net = state.switches.inclusive_quotes == "net"
    row = document_as_json(found, call.organisation, call.unit_places, net=net)
    return state.reply({plural: [row]})


def _numbered(state: SimulatorState, call: Call, kind: Kind, number: str) -> list[Document]:
    exact = state.switches.number_case == "ignored_when_written"
    return [each for each in call.organisation.book(kind).numbered(number) if not exact or each.number == number]


def _candidates(state: SimulatorState, call: Call) -> Iterable[Document]:
    book = call.organisation.invoices
    numbers = call.listed("InvoiceNumbers")
    if numbers:
        return [each for number in dict.fromkeys(numbers) for each in _numbered(state, call, "invoice", number)]
    ids = call.listed("IDs")
    if ids:
        known = (book.by_id[each] for each in dict.fromkeys(map(guid, ids)) if each in book.by_id)
        return [each for each in known if is_shown(state, each)]
    return book


def _invoice_tests(call: Call) -> list[_Test]:
    tests: list[_Test] = []
    statuses, contacts = call.listed("Statuses"), [guid(each) for each in call.listed("ContactIDs")]
    if statuses:
        tests.append(lambda document: document.status in statuses)
    if contacts:
        tests.append(lambda document: document.contact_id in contacts)
    if term := call.query.get("searchTerm", "").casefold():
        tests.append(lambda document: term in f"{document.number}\n{document.texts.get('Reference', '')}".casefold())
    if call.flag("createdByMyApp", default=False):
        tests.append(lambda document: document.created_by == call.client_id)
    return tests


def _change_tests(state: SimulatorState, call: Call) -> list[_Test]:
    """What changed after a time. Xero looks at whole seconds, and "after" is the answer that shows least."""
    since = modified_since(call)
    if since is None:
        return []
    tests: list[_Test] = [lambda document: document.updated_at.replace(microsecond=0) > since]
    if state.switches.lists_lag_seconds:
        shown_until = state.clock.now() - timedelta(seconds=state.switches.lists_lag_seconds)
        tests.append(lambda document: document.updated_at <= shown_until)
    return tests


def _quote_tests(call: Call) -> list[_Test]:
    tests: list[_Test] = []
    for name, attribute in (("ContactID", "contact_id"), ("Status", "status")):
        if wanted := call.query.get(name):
            tests.append(_equal(attribute, guid(wanted) if name == "ContactID" else wanted))
    for name, attribute in (("Date", "day"), ("ExpiryDate", "due")):
        first, last = _day(call, f"{name}From"), _day(call, f"{name}To")
        if first or last:
            tests.append(_between(attribute, first or date.min, last or date.max))
    return tests


def _equal(attribute: str, wanted: str) -> _Test:
    return lambda document: bool(getattr(document, attribute) == wanted)


def _between(attribute: str, first: date, last: date) -> _Test:
    def test(document: Document) -> bool:
        day: date | None = getattr(document, attribute)
        return day is not None and first <= day <= last

    return test


def _day(call: Call, name: str) -> date | None:
    text = call.query.get(name)
    try:
        return dates.parse_day(text) if text else None
    except ValueError:
        raise bad_query(f"{name}={text!r} is not a date") from None


def _row(document: Document, call: Call) -> JsonObject:
    """What a filter or an order may ask for."""
    contact = call.organisation.contacts.by_id[document.contact_id]
    names: dict[str, Any] = {"ContactID": contact.contact_id, "Name": contact.name}
    return {
        "Type": document.type,
        "Status": document.status,
        "InvoiceID": document.document_id,
        "InvoiceNumber": document.number,
        "QuoteID": document.document_id,
        "QuoteNumber": document.number,
        "Reference": document.texts.get("Reference", ""),
        "Date": document.day,
        "DueDate": document.due,
        "ExpiryDate": document.due,
        "SubTotal": document.sub_total,
        "TotalTax": document.total_tax,
        "Total": document.total,
        "SentToContact": document.sent_to_contact,
        "AmountDue": document.amount_due,
        "AmountPaid": document.amount_paid,
        "CurrencyCode": document.currency,
        "UpdatedDateUTC": document.updated_at,
        "Contact": names | {"ContactNumber": contact.contact_number},
    }


def _is_slow(wanted: where_filter.Filter) -> bool:
    """Whether the filter has no index to go by."""
    return bool(wanted.fields - _OPTIMISED or (wanted.uses_or and wanted.fields - {"InvoiceID"}))
