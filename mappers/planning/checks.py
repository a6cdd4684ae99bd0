"""Checks a shipment against the organisation and the profile, and names every problem at once."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from mappers.model import Code, Company, Contact, DocumentType, Item, OrganisationFacts, Problem, ReferenceData
from mappers.planning.amounts import LineValue, Taxed, account_tax, check_tax, check_value, product_tax
from mappers.planning.customer import find_customer
from mappers.planning.exchange_rate import KnownRate, Rate, document_rate
from mappers.planning.field_reader import FieldReader
from mappers.planning.product import check_account, find_product
from mappers.planning.profile_check import check_profile
from mappers.planning.shipment import ReadLine, ReadShipment
from mappers.planning.steps import Steps, each_in_steps

DUE_DATE: Final = "invoice_due_date"
FIRST_YEAR: Final = 2000
YEARS_AWAY: Final = 10


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in Xero for a shipment. `items` is keyed by the shipment's product code, `values` by a line's
    index; `rounding` is what a rounding line has to add.
    """

    contact: Contact | None
    items: dict[str, Item]
    rate: Rate
    values: dict[int, LineValue]
    rounding: Decimal
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Dates:
    """What is wrong with a shipment's dates, and what people should know about them."""

    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def check(
    shipment: ReadShipment, company: Company, reference: ReferenceData, *, last_rate: KnownRate | None
) -> Steps[Checked]:
    """Look everything up and check everything that can be read, in steps."""
    contact = _customer(shipment, company, reference)
    products = yield from _products(shipment, company, reference)
    values = yield from _values(shipment, company)
    items = yield from _items(shipment, products, company, reference)
    rounding = sum((each.rounding for each in values.values()), Decimal(0))
    rate = _rate(shipment, company, reference, last_rate)
    locks = tuple(_locks(shipment.date, company, reference.organisation))
    problems = (
        *([contact] if isinstance(contact, Problem) else ()),
        *(each for each in products.values() if isinstance(each, Problem)),
        *items,
        *_currency(shipment, reference),
        *rate.problems,
        *(each.problem for each in values.values() if each.problem is not None),
        *_tax_of_rounding(rounding, company, reference),
        *(locks if _is_bound(company) else ()),
        *check_profile(company, reference),
    )
    return Checked(
        contact=contact if isinstance(contact, Contact) else None,
        items={code: each for code, each in products.items() if isinstance(each, Item)},
        rate=rate,
        values=values,
        rounding=rounding,
        problems=problems,
        warnings=(*rate.warnings, *_rounding(rounding, company), *(() if _is_bound(company) else locks)),
    )


def _values(shipment: ReadShipment, company: Company) -> Steps[dict[int, LineValue]]:
    def value(line: ReadLine) -> tuple[int, LineValue]:
        return line.index, check_value(line, shipment.currency, company)

    return dict((yield from each_in_steps(value, shipment.lines)))


def _items(
    shipment: ReadShipment, products: Mapping[str, Item | Problem], company: Company, reference: ReferenceData
) -> Steps[tuple[Problem, ...]]:
    """The account and the tax type of each item once, at the first line that has it."""
    first: dict[str, tuple[ReadLine, Item]] = {}
    for line in shipment.lines:
        item = products.get(line.product_code)
        if isinstance(item, Item):
            first.setdefault(item.code, (line, item))
    found = yield from each_in_steps(lambda each: tuple(_item(*each, company, reference)), first.values())
    return tuple(problem for each in found for problem in each)


def _item(line: ReadLine, item: Item, company: Company, reference: ReferenceData) -> Iterator[Problem]:
    """An account that cannot be used is the only problem told: what tax its lines would have is no question then."""
    field = f"lines[{line.index}].product_code"
    if problem := check_account(item, field, company, reference):
        yield problem
        return
    account = company.account_code or item.account_code
    tax = product_tax(item, company, reference)
    yield from check_tax(Taxed(field, line.product_code, f"the item {item.code}", account, tax), company, reference)


def _tax_of_rounding(rounding: Decimal, company: Company, reference: ReferenceData) -> Iterator[Problem]:
    if rounding:
        account = company.rounding_account
        tax = account_tax(account, company, reference)
        taxed = Taxed("company.rounding_account", account, "the rounding line", account, tax)
        yield from check_tax(taxed, company, reference)


def _rounding(total: Decimal, company: Company) -> Iterator[Problem]:
    if not total:
        return
    yield Problem(
        code=Code.ROUNDING_ADDED,
        field="lines",
        value=f"{total:f}",
        message=f"A rounding line of {total:f} on account {company.rounding_account} makes up the item values.",
        hint="Nobody has to act. Prices of at most four decimals need no rounding line.",
    )


def _customer(shipment: ReadShipment, company: Company, reference: ReferenceData) -> Contact | Problem | None:
    if not shipment.customer_code:
        return None
    return find_customer(shipment.customer_code, shipment.customer_field, company, reference)


def _products(shipment: ReadShipment, company: Company, reference: ReferenceData) -> Steps[dict[str, Item | Problem]]:
    """Each product code once: a code that three lines use is one problem, at the first of them."""
    first: dict[str, ReadLine] = {}
    for line in shipment.lines:
        if line.product_code:
            first.setdefault(line.product_code, line)

    def find(line: ReadLine) -> tuple[str, Item | Problem]:
        field = f"lines[{line.index}].product_code"
        return line.product_code, find_product(line.product_code, field, company, reference)

    return dict((yield from each_in_steps(find, first.values())))


def _currency(shipment: ReadShipment, reference: ReferenceData) -> Iterator[Problem]:
    enabled = reference.currencies | {reference.organisation.base_currency}
    if not shipment.currency or shipment.currency in enabled:
        return
    currency, name = shipment.currency, reference.organisation.name
    yield Problem(
        code=Code.CURRENCY_NOT_ENABLED,
        field="currency",
        value=currency,
        message=f"The currency {currency} is not enabled in the Xero organisation {name}.",
        hint=f"Accounting: add {currency} in Xero (Settings, Currencies). Enabled are {', '.join(sorted(enabled))}.",
    )


def _rate(shipment: ReadShipment, company: Company, reference: ReferenceData, last_rate: KnownRate | None) -> Rate:
    if not shipment.currency:
        return Rate()
    base = reference.organisation.base_currency
    return document_rate(shipment.exchange_rate, shipment.currency, company, base, last_rate=last_rate)


def _locks(date: dt.date | None, company: Company, organisation: OrganisationFacts) -> Iterator[Problem]:
    """Quotes are not posted to the ledger accounts, so lock dates do not apply to them."""
    lock = organisation.lock_date
    if date is None or lock is None or date > lock or company.document is DocumentType.QUOTE:
        return
    hint = "Shipping: use a date in an open period; or accounting: move the lock date in Xero. Then Sync Now."
    unapproved = f"Xero takes it as {company.document_status} and will refuse its approval. {hint}"
    yield Problem(
        code=Code.PERIOD_LOCKED,
        field="date",
        value=date.isoformat(),
        message=f"The document date {date} is in a locked period: the books of {organisation.name} are locked by the "
        f"{organisation.lock_in_words}.",
        hint=hint if _is_bound(company) else unapproved,
    )


def _is_bound(company: Company) -> bool:
    """Whether a lock date forbids the document: it binds what is approved, and may bind drafts too."""
    return company.document_status == "AUTHORISED" or company.locks_bind_drafts


def check_dates(shipment: Mapping[str, Any], company: Company, today: dt.date) -> Dates:
    """Check the document's date, by the profile's `date_from`, and its due date; what cannot be read is not judged.

    Xero is taken to accept a due date before the date without a word. On an approved document it cannot be put right
    any more, so there it is refused; and on every invoice, where Xero was found to refuse it.
    """
    reader = FieldReader(shipment, [])
    name = reader.first_present(company.date_from)
    dates = {each: read for each in (name, DUE_DATE) if each is not None and (read := reader.date(each)) is not None}
    if far := tuple(_implausible(dates, today)):
        return Dates(problems=far)
    early = tuple(_due_before(dates, name))
    return Dates(problems=early) if _must_not_be_due_before(company) else Dates(warnings=early)


def _must_not_be_due_before(company: Company) -> bool:
    refused_by_xero = company.facts.due_before_date == "refuse" and company.document is DocumentType.INVOICE
    return refused_by_xero or company.document_status == "AUTHORISED"


def _implausible(dates: Mapping[str, dt.date], today: dt.date) -> Iterator[Problem]:
    for name, date in dates.items():
        if date.year >= FIRST_YEAR and not _is_far(date, today) and not _is_far(today, date):
            continue
        yield Problem(
            code=Code.DATE_IMPLAUSIBLE,
            field=name,
            value=date.isoformat(),
            message=f"The {name.replace('_', ' ')} {date} is before {FIRST_YEAR} or more than {YEARS_AWAY} years away.",
            hint="Shipping: correct the date.",
        )


def _is_far(later: dt.date, earlier: dt.date) -> bool:
    """Whether `later` is more than ten years after `earlier`, to the day."""
    return (later.year - YEARS_AWAY, later.month, later.day) > (earlier.year, earlier.month, earlier.day)


def _due_before(dates: Mapping[str, dt.date], name: str | None) -> Iterator[Problem]:
    date, due_date = dates.get(name or ""), dates.get(DUE_DATE)
    if name is None or date is None or due_date is None or due_date >= date:
        return
    yield Problem(
        code=Code.DUE_BEFORE_DATE,
        field=DUE_DATE,
        value=due_date.isoformat(),
        message=f"The invoice due date {due_date} is before the {name.replace('_', ' ')} {date}.",
        hint="Shipping: correct the due date or the date of the document.",
    )
