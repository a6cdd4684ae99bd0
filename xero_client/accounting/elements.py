"""The elements of a write: those that were sent, and those of the reply, matched by number or id, never by position."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

from mappers.model import DocumentType, number_key
from mappers.planning import Steps
from xero_client.accounting.decode import NO_ID, PLURAL, Row, ends_a_step, lines_in_steps, real_id, row_of
from xero_client.accounting.messages import messages, validation_messages
from xero_client.json_codec import read_object, rows_of, text_of
from xero_client.port import ElementReply

NUMBER_KEY: Final = {DocumentType.INVOICE: "InvoiceNumber", DocumentType.QUOTE: "QuoteNumber"}
ID_KEY: Final = {DocumentType.INVOICE: "InvoiceID", DocumentType.QUOTE: "QuoteID"}


@dataclass(frozen=True, slots=True)
class SentElement:
    """One element of a request's body."""

    number: str
    xero_id: str | None


def sent_elements(kind: DocumentType, body: bytes) -> tuple[SentElement, ...]:
    """The numbers and ids of a body that `encode` made. Raises UnreadableError for other bytes."""
    rows = rows_of(read_object(body).get(PLURAL[kind]))
    return tuple(SentElement(text_of(row.get(NUMBER_KEY[kind])) or "", text_of(row.get(ID_KEY[kind]))) for row in rows)


def match_in_steps(
    kind: DocumentType, sent: Sequence[SentElement], reply: dict[str, Any]
) -> Steps[tuple[ElementReply, ...]]:
    """The reply's elements under the numbers that were sent, a few lines in a step.

    An element that cannot be matched, or that was accepted but shows no id, is left out: its document counts as one of
    unknown effect, and is looked up.
    """
    matched: list[ElementReply] = []
    read = count(1)
    for element in rows_of(reply.get(PLURAL[kind])):
        if ends_a_step(read):
            yield
        row = row_of(kind, element)
        number, xero_id = _number(sent, row), real_id(row)
        if number is not None and (errors := _refusals(element, row)):
            matched.append(ElementReply(number, None, errors, _warnings(element)))
        elif number is not None and xero_id is not None:
            lines = yield from lines_in_steps(row, read)
            matched.append(ElementReply(number, row.document(xero_id, number, lines), (), _warnings(element)))
    return tuple(matched)


def _refusals(element: dict[str, Any], row: Row) -> tuple[str, ...]:
    """Why an element of a write was refused; empty where it was not.

    `StatusAttributeString` is Xero's verdict; where it is missing, validation errors, those of a line too, or the id of
    zeros decide.
    """
    verdict = (row.status_attribute or "").upper()
    is_refused = verdict == "ERROR" or row.has_errors or row.xero_id == NO_ID
    if not is_refused and verdict in {"OK", "WARNING"}:
        return ()
    complaints = validation_messages(element)
    return complaints if complaints or not is_refused else ("Xero refused the document and gave no reason",)


def _warnings(element: dict[str, Any]) -> tuple[str, ...]:
    """Xero's warnings about an element, in order, once each."""
    return tuple(dict.fromkeys(messages(element.get("Warnings"))))


def _number(sent: Sequence[SentElement], row: Row) -> str | None:
    """The id decides where one was sent; else the number, exactly, or trimmed and case-folded where only one fits."""
    by_id = {each.number for each in sent if each.xero_id is not None and each.xero_id == real_id(row)}
    exact = {each.number for each in sent if each.number == row.number}
    alike = {each.number for each in sent if number_key(each.number) == number_key(row.number or "")}
    for found in (by_id, exact, alike):
        if len(found) == 1:
            return found.pop()
    return None
