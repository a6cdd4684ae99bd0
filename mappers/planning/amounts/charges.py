"""Freight, insurance and other charges of a shipment as lines of their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from mappers.model import (
    Code,
    Company,
    DocumentLine,
    NotANumber,
    Problem,
    ReferenceData,
    currency_exponent,
    decimals,
    excerpt,
    read_number,
)
from mappers.planning.amounts.line_amounts import LARGEST_AMOUNT, XERO_PLACES
from mappers.planning.amounts.tax import Taxed, account_tax, check_tax
from mappers.planning.profile_check import line_tracking

MOST_CHARGES: Final = 100
"""Our own limit: each charge may be a line or a warning, and an outcome has to stay small."""


@dataclass(frozen=True, slots=True)
class Charges:
    """The lines that the charges become, what they add up to, and what is wrong with them."""

    lines: tuple[DocumentLine, ...] = ()
    amount: Decimal = Decimal(0)
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def read_charges(shipment: Mapping[str, Any], currency: str, company: Company, reference: ReferenceData) -> Charges:
    """The snapshot's object `charges` (name to amount, in the document's currency) by the profile's `charges`.

    The profile maps a charge's name to an account code. A charge of zero makes no line. What is left out, because the
    map lacks it or there is no map, is never left out in silence: it is a warning or, by `on_unmapped_charge`, refused.
    """
    given = shipment.get("charges")
    if _is_nothing(given):
        return Charges()
    if not isinstance(given, Mapping):
        return Charges(problems=(_not_an_object(given),)) if company.charges else _unmapped("charges", given, company)
    if len(given) > MOST_CHARGES:
        return Charges(problems=(_too_many(len(given)),))
    read = [_charge(str(name), value, currency, company, reference) for name, value in sorted(given.items())]
    return Charges(
        lines=tuple(line for each in read for line in each.lines),
        amount=sum((each.amount for each in read), Decimal(0)),
        problems=tuple(problem for each in read for problem in each.problems),
        warnings=tuple(warning for each in read for warning in each.warnings),
    )


def _charge(name: str, value: Any, currency: str, company: Company, reference: ReferenceData) -> Charges:
    amount = _number(value)
    if amount == 0 or _is_nothing(value):
        return Charges()
    field, account = f"charges.{excerpt(name)}", company.charges.get(name.strip())
    if not account:
        return _unmapped(field, value, company)
    places = min(XERO_PLACES, currency_exponent(currency))
    if amount is None or abs(amount) > LARGEST_AMOUNT or decimals(amount) > places:
        return Charges(problems=(_not_an_amount(name, value, places, currency),))
    tax = account_tax(account, company, reference)
    taxed = Taxed(field, account, f"the charge {excerpt(name)}", account, tax)
    line = DocumentLine(
        item_code=None,
        description=name.strip().replace("_", " ").capitalize(),
        quantity=Decimal(1),
        unit_amount=amount,
        account_code=account,
        tax_type=tax.tax_type,
        tax_source=tax.source,
        tracking=line_tracking(company, reference),
    )
    return Charges(lines=(line,), amount=amount, problems=tuple(check_tax(taxed, company, reference)))


def _unmapped(field: str, value: Any, company: Company) -> Charges:
    """No account is named for it, so it is not on the document: an amount that nobody would miss in silence."""
    amount = _number(value)
    written = excerpt(str(value)) if amount is None else f"{amount:f}"
    name = field.removeprefix("charges.")
    stays = "is not on the document" if company.on_unmapped_charge == "warn" else "would not be on the document"
    problem = Problem(
        code=Code.CHARGE_NOT_MAPPED,
        field=field,
        value=written,
        message=f"The charge {name} of {written} {stays}: no account is named for it.",
        hint=f"Accounting: add {name} to charges in the profile, and Sync Now.",
    )
    return Charges(warnings=(problem,)) if company.on_unmapped_charge == "warn" else Charges(problems=(problem,))


def _is_nothing(value: Any) -> bool:
    return value is None or value in ({}, []) or (isinstance(value, str) and not value.strip())


def _number(value: Any) -> Decimal | None:
    try:
        return read_number(value)
    except NotANumber:
        return None


def _not_an_object(given: Any) -> Problem:
    message = "charges must be an object of names and amounts."
    hint = "Whoever sends the shipments: correct the field charges."
    return Problem(code=Code.FIELD_INVALID, field="charges", value=excerpt(str(given)), message=message, hint=hint)


def _too_many(count: int) -> Problem:
    message = f"The shipment has {count} charges, more than {MOST_CHARGES}."
    return Problem(
        code=Code.FIELD_TOO_LONG,
        field="charges",
        value=str(count),
        message=message,
        hint="Shipping: add some of them up.",
    )


def _not_an_amount(name: str, value: Any, places: int, currency: str) -> Problem:
    return Problem(
        code=Code.FIELD_INVALID,
        field=f"charges.{excerpt(name)}",
        value=excerpt(str(value)),
        message=f"The charge {excerpt(name)} must be an amount in {currency} with at most {places} decimals.",
        hint=f"Shipping: {_advice(value)}.",
    )


def _advice(value: Any) -> str:
    try:
        read_number(value)
    except NotANumber as reason:
        return reason.advice
    return "correct the charge"
