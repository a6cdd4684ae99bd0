"""Turning a request's element into the document it asks for; rules that invoices and quotes share."""

from dataclasses import dataclass, replace
from datetime import date

from deploy.simulator.books import Contact, Document, Kind, Line
from deploy.simulator.rules.contact import choose_contact
from deploy.simulator.rules.element_write import ElementWrite
from deploy.simulator.rules.line_codes import Setting
from deploy.simulator.rules.lines import read_lines
from deploy.simulator.rules.rates import read_rate
from deploy.simulator.rules.totals import EXCLUSIVE, Terms, priced, totalled
from deploy.simulator.wire import Element, money, spellings

LONGEST_NUMBER = 255
_TYPES = spellings("Exclusive", "Inclusive", "NoTax")


@dataclass(frozen=True)
class Shape:
    """Where invoices and quotes differ: names of fields, lengths of texts, what an update that omits a field does."""

    kind: Kind
    plural: str
    id_field: str
    number_field: str
    number_prefix: str
    due_field: str
    statuses: dict[str, str]
    texts: dict[str, int]
    cleared: frozenset[str] = frozenset()
    """Fields that an update without them empties (observed on quotes)."""


def read_document(write: ElementWrite, shape: Shape, element: Element, before: Document | None) -> Document:
    """The document that the element asks for, priced; what is wrong with it is noted on `write`."""
    contact = _contact(write, element, before)
    document = _header(write, shape, element, before or _blank(write, shape, element), contact)
    document = replace(document, rate=read_rate(write, element, document, before))
    terms = Terms.of(write.organisation, write.switches, document.currency, document.line_amount_types)
    return totalled(document, _lines(write, element, document, before, contact, terms), terms)


def _blank(write: ElementWrite, shape: Shape, element: Element) -> Document:
    organisation = write.organisation
    if not element.has("LineItems"):
        write.refuse("One or more line items must be specified")
    return Document(
        kind=shape.kind,
        document_id=write.ids.uuid(),
        number="",
        status="DRAFT",
        contact_id="",
        day=organisation.today(write.now),
        currency=organisation.base_currency,
        rate=money.ONE,
        line_amount_types=EXCLUSIVE,
        updated_at=write.now,
        made_at=write.now,
        created_by=write.author,
        type="ACCPAY" if element.text("Type") == "ACCPAY" else "ACCREC",
    )


def _contact(write: ElementWrite, element: Element, before: Document | None) -> Contact | None:
    row = element.inner("Contact")
    if row is not None:
        return choose_contact(write, row)
    if before is None:
        write.refuse("A Contact must be specified for this type of transaction")
        return None
    return write.organisation.contacts.by_id[before.contact_id]


def _header(write: ElementWrite, shape: Shape, element: Element, start: Document, contact: Contact | None) -> Document:
    cleared_type = EXCLUSIVE if "LineAmountTypes" in shape.cleared else start.line_amount_types
    return replace(
        start,
        number=_number(write, shape, element, start.number),
        status=element.choice("Status", shape.statuses) or start.status,
        contact_id=contact.contact_id if contact else start.contact_id,
        day=element.day("Date") or start.day,
        due=_due(shape, element, start),
        currency=_currency(write, element, start),
        line_amount_types=element.choice("LineAmountTypes", _TYPES) or cleared_type,
        texts=_texts(write, shape, element, start.texts),
        updated_at=write.now,
    )


def _due(shape: Shape, element: Element, start: Document) -> date | None:
    return element.day(shape.due_field) or (None if shape.due_field in shape.cleared else start.due)


def _number(write: ElementWrite, shape: Shape, element: Element, before: str) -> str:
    number = element.text(shape.number_field)
    if not number:
        return before
    if len(number) > LONGEST_NUMBER or not all(" " <= mark <= "~" for mark in number):
        write.refuse(f"{shape.number_field} takes at most {LONGEST_NUMBER} printable ASCII characters.")
    return number


def _texts(write: ElementWrite, shape: Shape, element: Element, before: dict[str, str]) -> dict[str, str]:
    cleared = shape.cleared - (frozenset() if write.switches.quote_update_clears_theme else {"BrandingThemeID"})
    texts = {name: text for name, text in before.items() if name not in cleared}
    for name, longest in shape.texts.items():
        text = element.text(name)
        if text is None:
            continue
        if write.length(text) > longest:
            write.refuse(f"{name} cannot be longer than {longest} characters.")
        texts[name] = text
    theme = texts.get("BrandingThemeID")
    if theme and not write.organisation.codes.theme(theme):
        write.refuse(f"The BrandingThemeID {theme} does not exist.")
    return texts


def _currency(write: ElementWrite, element: Element, start: Document) -> str:
    currency = element.text("CurrencyCode") or start.currency
    if currency not in write.organisation.currencies:
        write.refuse(f"Organisation is not subscribed to currency {currency}")
    return currency


def _lines(
    write: ElementWrite,
    element: Element,
    document: Document,
    before: Document | None,
    contact: Contact | None,
    terms: Terms,
) -> tuple[Line, ...]:
    rows = element.rows("LineItems")
    if rows is None:
        return document.lines if before and _is_priced_alike(document, before) else _priced(document, terms)
    complete = document.status not in {"DRAFT", "DELETED", "VOIDED"}
    setting = Setting(document.kind, document.line_amount_types, contact, complete, discounts=document.type == "ACCREC")
    return read_lines(write, rows, document.lines, setting, terms)


def _is_priced_alike(document: Document, before: Document) -> bool:
    """Then lines that are not sent keep what they came to: a line amount, once taken, is not reckoned anew."""
    return (document.line_amount_types, document.currency) == (before.line_amount_types, before.currency)


def _priced(document: Document, terms: Terms) -> tuple[Line, ...]:
    return tuple(priced(line, terms) for line in document.lines)
