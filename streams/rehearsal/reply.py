"""What Xero replied to one call of the rehearsal, read without expecting anything of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

JsonObject = dict[str, Any]
NO_ID = "00000000-0000-0000-0000-000000000000"
"""What Xero gives a document that it did not make."""


@dataclass(frozen=True, slots=True)
class XeroReply:
    """Status, headers (names in lower case) and body: the JSON object, or None where it is none."""

    status: int
    headers: Mapping[str, str]
    body: JsonObject | None

    @property
    def is_ok(self) -> bool:
        """Whether the call as a whole succeeded; its elements may have failed."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    def elements(self, plural: str) -> list[JsonObject]:
        """The documents (or other records) of the reply, in its order."""
        listed = None if self.body is None else self.body.get(plural)
        return [each for each in listed or [] if isinstance(each, dict)]

    def messages(self) -> list[str]:
        """Every text of an error or a headline anywhere in the body."""
        return list(_messages(self.body))

    def in_words(self) -> str:
        """The status, and Xero's own words where there are any."""
        said = "; ".join(dict.fromkeys(self.messages()))
        return f"HTTP {self.status}" + (f": {said[:200]}" if said else "")


def is_saved(element: JsonObject) -> bool:
    """Whether Xero made or changed the document of this element."""
    failed = (
        element.get("HasErrors") or element.get("StatusAttributeString") == "ERROR" or element.get("ValidationErrors")
    )
    return not failed and id_of(element) not in {None, NO_ID}


def id_of(element: JsonObject) -> str | None:
    """The document's Xero id, whichever kind it is."""
    return element.get("InvoiceID") or element.get("QuoteID")


def number_of(element: JsonObject) -> str | None:
    """The document's number, whichever kind it is."""
    return element.get("InvoiceNumber") or element.get("QuoteNumber")


def lines_of(element: JsonObject) -> list[JsonObject]:
    """The document's lines, as Xero shows them."""
    return [each for each in element.get("LineItems") or [] if isinstance(each, dict)]


def _messages(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _messages(each)
    elif isinstance(value, dict):
        for name in ("Message", "Detail"):
            if isinstance(value.get(name), str):
                yield value[name]
        for name in ("ValidationErrors", "Elements", "Invoices", "Quotes", "LineItems"):
            yield from _messages(value.get(name))
        if set(value) == {"Description"} and isinstance(value["Description"], str):
            yield value["Description"]
