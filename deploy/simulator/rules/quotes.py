"""Quotes: numbers, transitions, and updates that empty what they leave out.

Source: developer.xero.com, "Quotes"; the refused transitions and the re-pricing as observed by Xero's own MCP server
(XeroAPI/xero-mcp-server pull requests 244 and 309).
"""

from dataclasses import replace

from deploy.simulator.books import Document
from deploy.simulator.rules.element_write import Attempt, Invalid
from deploy.simulator.rules.header import Shape, draft
from deploy.simulator.wire import Element, JsonObject, Refusal, not_found, spellings

QUOTE_SHAPE = Shape(
    kind="quote",
    plural="Quotes",
    id_field="QuoteID",
    number_field="QuoteNumber",
    due_field="ExpiryDate",
    statuses=spellings("DRAFT", "SENT", "ACCEPTED", "DECLINED", "INVOICED", "DELETED"),
    texts={"Reference": 4000, "Title": 100, "Summary": 3000, "Terms": 4000, "BrandingThemeID": 36},
    cleared=frozenset({"Terms", "Title", "Summary", "ExpiryDate", "LineAmountTypes"}),
)
_NEW = frozenset({"DRAFT", "SENT"})
_STEPS = {
    "DRAFT": frozenset({"DRAFT", "SENT", "DELETED"}),
    "SENT": frozenset({"SENT", "ACCEPTED", "DECLINED", "DELETED"}),
    "ACCEPTED": frozenset({"ACCEPTED", "INVOICED", "SENT", "DELETED"}),
    "DECLINED": frozenset({"DECLINED", "SENT", "DELETED"}),
    "INVOICED": frozenset({"INVOICED", "SENT", "DELETED"}),
}
NOT_UNIQUE = "Quote # must be unique."
NOT_MODIFIABLE = "Quote not of valid status for modification"


def write_quote(attempt: Attempt, row: JsonObject, document_id: str = "") -> Document:
    """Create or change one quote and keep it. Raises `Invalid`; nothing is kept then."""
    element = Element(row)
    before = _existing(attempt, element, document_id)
    attempt.document_id = before.document_id if before else ""
    if before:
        _check_update(attempt, element, before)
    after = draft(attempt, QUOTE_SHAPE, element, before)
    if before:
        _check_change(attempt, before, after)
    elif after.status not in _NEW:
        attempt.refuse(f"Quote status {after.status} is not valid for a new quote.")
    _check_rename(attempt, before, after)
    attempt.check()
    return _keep(attempt, after)


def _existing(attempt: Attempt, element: Element, document_id: str) -> Document | None:
    book = attempt.organisation.quotes
    document_id = (document_id or element.text("QuoteID") or "").lower()
    if document_id and attempt.mode == "post":
        if document_id not in book.by_id:
            raise _unknown(attempt, document_id)
        return book.by_id[document_id]
    return _holder(attempt, element.text("QuoteNumber") or "")


def _holder(attempt: Attempt, number: str) -> Document | None:
    """Who holds the number, if the call is one that changes the holder. What Xero does here is not documented."""
    held = attempt.organisation.quotes.holder(number) if number else None
    if held is None or (not held.alive and attempt.switches.burnt_number == "frees"):
        return None
    switches = attempt.switches
    answer = switches.quote_number_taken_on_put if attempt.mode == "put" else switches.quote_number_taken_on_post
    if answer == "refuse":
        raise Invalid([NOT_UNIQUE])
    return held if answer == "update" else None


def _unknown(attempt: Attempt, document_id: str) -> Invalid | Refusal:
    if attempt.switches.unknown_id == "whole_call_404":
        return not_found()
    return Invalid([f"The QuoteID {document_id} could not be found."])


def _check_update(attempt: Attempt, element: Element, before: Document) -> None:
    if not before.alive:
        attempt.refuse(NOT_MODIFIABLE)
        attempt.check()
    for name in ("Contact", "Date"):
        if not element.has(name):
            attempt.refuse(f"{name} must be specified when a quote is updated.")


def _check_change(attempt: Attempt, before: Document, after: Document) -> None:
    if after.status not in _STEPS[before.status]:
        attempt.refuse(f"The status of the quote cannot be changed from {before.status} to {after.status}.")
    if before.status == "DRAFT" or attempt.switches.edits_of_sent_quotes == "allow":
        return
    if _content(before) != _content(after):
        attempt.refuse(NOT_MODIFIABLE)


def _content(document: Document) -> Document:
    """The quote without what every update changes: its state, its time, the ids of its lines."""
    lines = tuple(line._replace(line_id="") for line in document.lines)
    return replace(document, status="", updated_at=document.updated_at.max, lines=lines)


def _check_rename(attempt: Attempt, before: Document | None, after: Document) -> None:
    if not before or before.number == after.number:
        return
    held = attempt.organisation.quotes.holder(after.number)
    if held and (held.alive or attempt.switches.burnt_number == "blocks"):
        attempt.refuse(NOT_UNIQUE)


def _keep(attempt: Attempt, after: Document) -> Document:
    if not after.number:
        after = replace(after, number=_next_number(attempt))
    attempt.save_contact()
    attempt.organisation.quotes.put(after)
    return after


def _next_number(attempt: Attempt) -> str:
    attempt.counts.numbers_generated += 1
    organisation = attempt.organisation
    while True:
        organisation.generated += 1
        number = f"QU-{organisation.generated:04d}"
        if not organisation.quotes.numbered(number):
            return number
