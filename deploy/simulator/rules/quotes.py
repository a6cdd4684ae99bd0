"""Quotes: numbers, transitions, and updates that empty what they leave out.

Source: developer.xero.com, "Quotes"; the refused transitions and the re-pricing as observed by Xero's own MCP server
(XeroAPI/xero-mcp-server pull requests 244 and 309).
"""

from dataclasses import replace

from deploy.simulator.books import Document
from deploy.simulator.rules.element_write import ElementWrite, Invalid
from deploy.simulator.rules.header import Shape, read_document
from deploy.simulator.rules.numbers import holder, keep, with_id
from deploy.simulator.wire import Element, JsonObject, spellings

QUOTE_SHAPE = Shape(
    kind="quote",
    plural="Quotes",
    id_field="QuoteID",
    number_field="QuoteNumber",
    number_prefix="QU-",
    due_field="ExpiryDate",
    statuses=spellings("DRAFT", "SENT", "ACCEPTED", "DECLINED", "INVOICED", "DELETED"),
    texts={"Reference": 4000, "Title": 100, "Summary": 3000, "Terms": 4000, "BrandingThemeID": 36},
    cleared=frozenset({"Terms", "Title", "Summary", "ExpiryDate", "LineAmountTypes", "BrandingThemeID"}),
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


def write_quote(write: ElementWrite, row: JsonObject, document_id: str = "") -> Document:
    """Create or change one quote and keep it. Raises `Invalid`; nothing is kept then."""
    element = Element(row)
    before = _existing(write, element, document_id)
    write.document_id = before.document_id if before else ""
    if before:
        _check_update(write, element, before)
    after = read_document(write, QUOTE_SHAPE, element, before)
    if before:
        _check_change(write, before, after)
    elif after.status not in _NEW:
        write.refuse(f"Quote status {after.status} is not valid for a new quote.")
    _check_rename(write, before, after)
    write.check()
    return keep(write, QUOTE_SHAPE, after)


def _existing(write: ElementWrite, element: Element, document_id: str) -> Document | None:
    document_id = (document_id or element.text("QuoteID") or "").lower()
    if document_id and write.mode == "post":
        return with_id(write, QUOTE_SHAPE, document_id)
    return _changed_holder(write, element.text("QuoteNumber") or "")


def _changed_holder(write: ElementWrite, number: str) -> Document | None:
    """Who holds the number, if the call is one that changes the holder. What Xero does here is not documented."""
    held = holder(write, QUOTE_SHAPE, number)
    if held is None:
        return None
    switches = write.switches
    answer = switches.quote_number_taken_on_put if write.mode == "put" else switches.quote_number_taken_on_post
    if answer == "refuse":
        raise Invalid([NOT_UNIQUE])
    return held if answer == "update" else None


def _check_update(write: ElementWrite, element: Element, before: Document) -> None:
    if not before.alive:
        write.refuse(NOT_MODIFIABLE)
        write.check()
    for name in ("Contact", "Date"):
        if not element.has(name):
            write.refuse(f"{name} must be specified when a quote is updated.")


def _check_change(write: ElementWrite, before: Document, after: Document) -> None:
    if after.status not in _STEPS[before.status]:
        write.refuse(f"The status of the quote cannot be changed from {before.status} to {after.status}.")
    if before.status == "DRAFT" or write.switches.edits_of_sent_quotes == "allow":
        return
    if _content(before) != _content(after):
        write.refuse(NOT_MODIFIABLE)


def _content(document: Document) -> Document:
    """The quote without what every update changes: its state, its time, the ids of its lines."""
    lines = tuple(line._replace(line_id="") for line in document.lines)
    return replace(document, status="", updated_at=document.updated_at.max, lines=lines)


def _check_rename(write: ElementWrite, before: Document | None, after: Document) -> None:
    if before and before.number != after.number and holder(write, QUOTE_SHAPE, after.number):
        write.refuse(NOT_UNIQUE)
