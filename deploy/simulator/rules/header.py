"""Turning a request's element into the document it asks for; rules that invoices and quotes share."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from deploy.simulator.books import Contact, Document, Kind, Line
from deploy.simulator.rules.contact import choose_contact
from deploy.simulator.rules.element_write import Attempt
from deploy.simulator.rules.line_codes import Setting
from deploy.simulator.rules.lines import read_lines
from deploy.simulator.rules.totals import EXCLUSIVE, Terms, priced, totalled
from deploy.simulator.wire import Element, money, spellings

RATE_PLACES = 6
LONGEST_NUMBER = 255
_TYPES = spellings("Exclusive", "Inclusive", "NoTax")
_SUSPICIOUS = Decimal("1.5")


@dataclass(frozen=True)
class Shape:
    """Where invoices and quotes differ: names of fields, lengths of texts, what an update that omits a field does."""

    kind: Kind
    plural: str
    id_field: str
    number_field: str
    due_field: str
    statuses: dict[str, str]
    texts: dict[str, int]
    cleared: frozenset[str] = frozenset()
    """Fields that an update without them empties (observed on quotes)."""


def draft(attempt: Attempt, shape: Shape, element: Element, before: Document | None) -> Document:
    """The document that the element asks for, priced; problems are noted on the attempt."""
    contact = _contact(attempt, element, before)
    document = _header(attempt, shape, element, before or _blank(attempt, shape, element), contact)
    document = replace(document, rate=_rate(attempt, element, document, before))
    terms = Terms.of(attempt.organisation, attempt.switches, document.currency, document.line_amount_types)
    return totalled(document, _lines(attempt, element, document, contact, terms), terms)


def _blank(attempt: Attempt, shape: Shape, element: Element) -> Document:
    organisation = attempt.organisation
    if not element.has("LineItems"):
        attempt.refuse("One or more line items must be specified")
    return Document(
        kind=shape.kind,
        document_id=attempt.ids.uuid(),
        number="",
        status="DRAFT",
        contact_id="",
        day=organisation.today(attempt.now),
        currency=organisation.base_currency,
        rate=money.ONE,
        line_amount_types=EXCLUSIVE,
        updated_at=attempt.now,
        created_by=attempt.author,
    )


def _contact(attempt: Attempt, element: Element, before: Document | None) -> Contact | None:
    row = element.inner("Contact")
    if row is not None:
        return choose_contact(attempt, row)
    if before is None:
        attempt.refuse("A Contact must be specified for this type of transaction")
        return None
    return attempt.organisation.contacts.by_id[before.contact_id]


def _header(attempt: Attempt, shape: Shape, element: Element, start: Document, contact: Contact | None) -> Document:
    cleared_type = EXCLUSIVE if "LineAmountTypes" in shape.cleared else start.line_amount_types
    return replace(
        start,
        number=_number(attempt, shape, element, start.number),
        status=element.choice("Status", shape.statuses) or start.status,
        contact_id=contact.contact_id if contact else start.contact_id,
        day=element.day("Date") or start.day,
        due=_due(shape, element, start),
        currency=_currency(attempt, element, start),
        line_amount_types=element.choice("LineAmountTypes", _TYPES) or cleared_type,
        texts=_texts(attempt, shape, element, start.texts),
        updated_at=attempt.now,
    )


def _due(shape: Shape, element: Element, start: Document) -> date | None:
    return element.day(shape.due_field) or (None if shape.due_field in shape.cleared else start.due)


def _number(attempt: Attempt, shape: Shape, element: Element, before: str) -> str:
    number = element.text(shape.number_field)
    if not number:
        return before
    if len(number) > LONGEST_NUMBER or not all(" " <= mark <= "~" for mark in number):
        attempt.refuse(f"{shape.number_field} takes at most {LONGEST_NUMBER} printable ASCII characters.")
    return number


def _texts(attempt: Attempt, shape: Shape, element: Element, before: dict[str, str]) -> dict[str, str]:
    texts = {name: text for name, text in before.items() if name not in shape.cleared}
    for name, longest in shape.texts.items():
        text = element.text(name)
        if text is None:
            continue
        if len(text) > longest:
            attempt.refuse(f"{name} cannot be longer than {longest} characters.")
        texts[name] = text
    theme = texts.get("BrandingThemeID")
    if theme and not attempt.organisation.codes.theme(theme):
        attempt.refuse(f"The BrandingThemeID {theme} does not exist.")
    return texts


def _currency(attempt: Attempt, element: Element, start: Document) -> str:
    currency = element.text("CurrencyCode") or start.currency
    if currency not in attempt.organisation.currencies:
        attempt.refuse(f"Organisation is not subscribed to currency {currency}")
    return currency


def _rate(attempt: Attempt, element: Element, document: Document, before: Document | None) -> Decimal:
    """`CurrencyRate` is foreign units per base unit; without one, the day's market rate."""
    given = element.number("CurrencyRate")
    if document.currency == attempt.organisation.base_currency:
        attempt.counts.rates_on_base_currency += given is not None
        return money.ONE
    market = attempt.organisation.market_rates.get(document.currency)
    if given is None:
        kept = before.rate if before and before.currency == document.currency else None
        return kept or market or money.ONE
    if given <= 0:
        attempt.refuse("The CurrencyRate must be greater than zero.")
        return money.ONE
    _warn_of_rate(attempt, given, market)
    return money.rounded(given, RATE_PLACES)


def _warn_of_rate(attempt: Attempt, given: Decimal, market: Decimal | None) -> None:
    """Since April 2026 Xero warns of a rate that looks inverted; it is accepted all the same."""
    if not attempt.switches.inverse_rate_warning or not market:
        return
    if given > market * _SUSPICIOUS or given < market / _SUSPICIOUS:
        attempt.warnings.append(
            f"The currency rate {given} differs greatly from the market rate {market}; it may be an inverse rate."
        )


def _lines(
    attempt: Attempt, element: Element, document: Document, contact: Contact | None, terms: Terms
) -> tuple[Line, ...]:
    rows = element.rows("LineItems")
    if rows is None:
        return tuple(priced(line, terms) for line in document.lines)
    complete = document.status not in {"DRAFT", "DELETED", "VOIDED"}
    setting = Setting(document.kind, document.line_amount_types, contact, complete)
    return read_lines(attempt, rows, document.lines, setting, terms)
