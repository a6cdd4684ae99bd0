"""Checks a shipment against the organisation and the profile, and names every problem at once."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from mappers.model import Code, Company, Contact, DocumentType, Item, OrganisationFacts, Problem, ReferenceData
from mappers.planning.customer import find_customer
from mappers.planning.exchange_rate import Rate, document_rate
from mappers.planning.line_amounts import LineValue, check_value
from mappers.planning.product import check_account, find_product
from mappers.planning.profile_check import check_profile
from mappers.planning.shipment import ReadShipment


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in Xero for a shipment. `items` is keyed by the shipment's product code; `rounding` is what a
    rounding line has to add.
    """

    contact: Contact | None
    items: dict[str, Item] = field(default_factory=dict)
    rate: Rate = field(default_factory=Rate)
    rounding: Decimal = Decimal(0)
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def check(shipment: ReadShipment, company: Company, reference: ReferenceData, *, last_rate: Decimal | None) -> Checked:
    """Look everything up and check everything that can be read."""
    contact = _customer(shipment, company, reference)
    products = _products(shipment, company, reference)
    values = [check_value(line, shipment.currency, company) for line in shipment.lines]
    rate = _rate(shipment, company, reference, last_rate)
    problems = (
        *([contact] if isinstance(contact, Problem) else ()),
        *(each for each in products.values() if isinstance(each, Problem)),
        *_accounts(shipment, products, company, reference),
        *_currency(shipment, reference),
        *rate.problems,
        *(each.problem for each in values if each.problem is not None),
        *_lock(shipment.date, company, reference.organisation),
        *check_profile(company, reference),
    )
    return Checked(
        contact=contact if isinstance(contact, Contact) else None,
        items={code: each for code, each in products.items() if isinstance(each, Item)},
        rate=rate,
        rounding=sum((each.rounding for each in values), Decimal(0)),
        problems=problems,
        warnings=(*rate.warnings, *_rounding(values, company)),
    )


def _rounding(values: list[LineValue], company: Company) -> Iterator[Problem]:
    total = sum((each.rounding for each in values), Decimal(0))
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


def _products(shipment: ReadShipment, company: Company, reference: ReferenceData) -> dict[str, Item | Problem]:
    """Each product code once: a code that three lines use is one problem, at the first of them."""
    found: dict[str, Item | Problem] = {}
    for line in shipment.lines:
        if line.product_code and line.product_code not in found:
            name = f"lines[{line.index}].product_code"
            found[line.product_code] = find_product(line.product_code, name, company, reference)
    return found


def _accounts(
    shipment: ReadShipment, products: Mapping[str, Item | Problem], company: Company, reference: ReferenceData
) -> Iterator[Problem]:
    """The sales account of each item once."""
    left = dict(products)
    for line in shipment.lines:
        item = left.pop(line.product_code, None)
        if isinstance(item, Item) and (
            problem := check_account(item, f"lines[{line.index}].product_code", company, reference)
        ):
            yield problem


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


def _rate(shipment: ReadShipment, company: Company, reference: ReferenceData, last_rate: Decimal | None) -> Rate:
    if not shipment.currency:
        return Rate()
    base = reference.organisation.base_currency
    return document_rate(shipment.exchange_rate, shipment.currency, company, base, last_rate=last_rate)


def _lock(date: dt.date | None, company: Company, organisation: OrganisationFacts) -> Iterator[Problem]:
    """Quotes are not posted to the ledger accounts, so lock dates do not apply to them."""
    lock = organisation.lock_date
    if date is None or lock is None or date > lock or company.document is DocumentType.QUOTE:
        return
    yield Problem(
        code=Code.PERIOD_LOCKED,
        field="date",
        value=date.isoformat(),
        message=f"The document date {date} is in a locked period: the books of {organisation.name} are locked up to "
        f"{lock}.",
        hint="Shipping: use a date in an open period; or accounting: move the lock date in Xero. Then Sync Now.",
    )
