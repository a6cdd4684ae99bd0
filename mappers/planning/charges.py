"""Freight, insurance and other charges of a shipment as lines of their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from mappers.model import (
    Code,
    Company,
    DocumentLine,
    NotANumber,
    Problem,
    currency_exponent,
    decimals,
    excerpt,
    read_number,
)
from mappers.planning.line_amounts import LARGEST_AMOUNT, XERO_PLACES


@dataclass(frozen=True, slots=True)
class Charges:
    """The lines that the charges become, what they add up to, and what is wrong with them."""

    lines: tuple[DocumentLine, ...] = ()
    amount: Decimal = Decimal(0)
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def read_charges(shipment: Mapping[str, Any], currency: str, company: Company) -> Charges:
    """The snapshot's object `charges` (name to amount, in the document's currency) by the profile's `charges`.

    The profile maps a charge's name to an account code; without that map no charges are read. A charge of zero makes no
    line; one that the map lacks is left out with a warning.
    """
    given = shipment.get("charges")
    if given is None or not company.charges:
        return Charges()
    if not isinstance(given, Mapping):
        return Charges(problems=(_not_an_object(given),))
    read = [_charge(str(name), value, currency, company) for name, value in sorted(given.items())]
    return Charges(
        lines=tuple(line for each in read for line in each.lines),
        amount=sum((each.amount for each in read), Decimal(0)),
        problems=tuple(problem for each in read for problem in each.problems),
        warnings=tuple(warning for each in read for warning in each.warnings),
    )


def _charge(name: str, value: Any, currency: str, company: Company) -> Charges:
    amount = _number(value)
    places = min(XERO_PLACES, currency_exponent(currency))
    if amount == 0 or value is None or (isinstance(value, str) and not value.strip()):
        return Charges()
    if amount is None or abs(amount) > LARGEST_AMOUNT or decimals(amount) > places:
        return Charges(problems=(_not_an_amount(name, value, places, currency),))
    account = company.charges.get(name.strip())
    if account is None:
        return Charges(warnings=(_not_mapped(name, amount),))
    line = DocumentLine(
        item_code=None,
        description=name.strip().replace("_", " ").capitalize(),
        quantity=Decimal(1),
        unit_amount=amount,
        account_code=account or None,
        tax_type=company.tax_type or None,
        tracking=company.tracking,
    )
    return Charges(lines=(line,), amount=amount)


def _number(value: Any) -> Decimal | None:
    try:
        return read_number(value)
    except NotANumber:
        return None


def _not_an_object(given: Any) -> Problem:
    message = "charges must be an object of names and amounts."
    hint = "Whoever sends the shipments: correct the field charges."
    return Problem(code=Code.FIELD_INVALID, field="charges", value=excerpt(str(given)), message=message, hint=hint)


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


def _not_mapped(name: str, amount: Decimal) -> Problem:
    return Problem(
        code=Code.CHARGE_NOT_MAPPED,
        field=f"charges.{excerpt(name)}",
        value=f"{amount:f}",
        message=f"The charge {excerpt(name)} of {amount:f} is not on the document: no account is named for it.",
        hint=f"Accounting: add {excerpt(name)} to charges in the profile, and Sync Now.",
    )
