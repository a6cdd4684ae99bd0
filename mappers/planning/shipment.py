"""The shipment inside a status change, typed: whole, or what can be read of it and every problem at once."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from mappers.model import (
    Code,
    Company,
    DocumentType,
    Problem,
    XeroFacts,
    currency_exponent,
    forbidden_in_code,
    is_printable_ascii,
    round_half_up,
)
from mappers.planning.field_reader import FieldReader
from mappers.planning.steps import Steps, each_in_steps

# Lengths that Xero takes (Xero API documentation, Invoices, Quotes, Items and Contacts).
NUMBER_LENGTH: Final = 255
REFERENCE_LENGTH: Final = {DocumentType.INVOICE: 255, DocumentType.QUOTE: 4000}
DESCRIPTION_LENGTH: Final = 4000
PRODUCT_CODE_LENGTH: Final = 30
CUSTOMER_CODE_LENGTH: Final = 50
# Our own limits: nobody reads more, and an outcome has to stay small beside Kafka's megabyte a record.
MAX_LINES: Final = 1000
MAX_PROBLEMS: Final = 200
TERMS_LENGTH: Final = 255
_LINE_NUMBER_DIGITS: Final = 40
_CENT: Final = 2
_CURRENCY: Final = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True)
class ShipmentLine:
    """One product line. `index` counts from 0 as in the event; `line_number` is what people see.

    `item_value` is after the discount, of which the shipment gives a rate in percent or an amount.
    """

    index: int
    line_number: Decimal
    product_code: str
    description: str
    quantity: Decimal
    unit_of_measure: str
    unit_price: Decimal
    item_value: Decimal
    discount_rate: Decimal | None = None
    discount_amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PartialLine:
    """What can be read of a faulty product line: None where a number is absent or unusable."""

    index: int
    product_code: str
    quantity: Decimal | None
    unit_price: Decimal | None
    item_value: Decimal | None
    discount_rate: Decimal | None = None
    discount_amount: Decimal | None = None


ReadLine = ShipmentLine | PartialLine


@dataclass(frozen=True, slots=True)
class Shipment:
    """A shipment that is complete. Texts are trimmed and NFC, and empty where the shipment has none.

    `number`, `reference` and `date` were chosen by the profile's `number_from`, `reference_from` and `date_from`;
    `customer_field` says which field `customer_code` came from. `exchange_rate` is as declared, in the profile's
    direction, None where there is none or the profile ignores it.
    """

    number: str
    reference: str
    date: dt.date
    due_date: dt.date
    customer_field: str
    customer_code: str
    currency: str
    exchange_rate: Decimal | None
    incoterms: str
    incoterms_place: str
    shipment_number: str
    exporter_reference: str
    invoice_number: str
    lines: tuple[ShipmentLine, ...]


@dataclass(frozen=True, slots=True)
class PartialShipment:
    """What can be read of a shipment that has problems, so that it is checked against Xero in the same answer.

    A text that is absent or no text is empty; a text with a problem is here as it is. `date` is None without a usable
    date.
    """

    customer_field: str
    customer_code: str
    currency: str
    exchange_rate: Decimal | None
    date: dt.date | None
    lines: tuple[ReadLine, ...]
    problems: tuple[Problem, ...]


ReadShipment = Shipment | PartialShipment


def reading(raw: Mapping[str, Any], company: Company) -> Steps[ReadShipment]:
    """The whole shipment, or what can be read of it with all its problems (200 at most; the last says how many more).

    Whether a rate may be absent depends on the organisation's base currency, and what lines come to depends on Xero's
    rounding: the planner decides both, not the reader. Raises nothing.
    """
    problems: list[Problem] = []
    reader = FieldReader(raw, problems, facts=company.facts)
    date, due_date = _date(reader, company), reader.required_date("invoice_due_date")
    references = _references(reader, company)
    number, reference = _number(reader, references, company), _reference(reader, references, company)
    customer_field = f"{company.customer_code}_code"
    aliases = company.customer_aliases
    customer_code = reader.required_code(customer_field, limit=CUSTOMER_CODE_LENGTH, aliases=aliases)
    currency = _currency(reader)
    exchange_rate = None if company.exchange_rate == "ignore" else reader.number("exchange_rate")
    incoterms = reader.required_code("incoterms", limit=TERMS_LENGTH)
    incoterms_place = reader.code("incoterms_place", limit=TERMS_LENGTH)
    lines = yield from _lines(raw.get("lines"), problems, company, currency)
    if problems or date is None or due_date is None:
        return PartialShipment(
            customer_field, customer_code, currency, exchange_rate, date, lines, problems=_capped(problems)
        )
    return Shipment(
        number=number,
        reference=reference,
        date=date,
        due_date=due_date,
        customer_field=customer_field,
        customer_code=customer_code,
        currency=currency,
        exchange_rate=exchange_rate,
        incoterms=incoterms,
        incoterms_place=incoterms_place,
        **references,
        lines=tuple(each for each in lines if isinstance(each, ShipmentLine)),
    )


def _references(reader: FieldReader, company: Company) -> dict[str, str]:
    """The three texts that may number a document or be its reference, each as long as its use allows."""
    names = ("shipment_number", "exporter_reference", "invoice_number")
    as_number = reader.first_present(company.number_from)
    longest = REFERENCE_LENGTH[company.document]
    return {name: reader.code(name, limit=NUMBER_LENGTH if name == as_number else longest) for name in names}


def _number(reader: FieldReader, references: Mapping[str, str], company: Company) -> str:
    name = reader.first_present(company.number_from)
    if name is None:
        _none_of(reader, company.number_from)
        return ""
    if not is_printable_ascii(references[name]) and forbidden_in_code(references[name]) is None:
        message = f"The {name.replace('_', ' ')} cannot be a document number: Xero takes plain letters and digits only."
        reader.invalid(name, message, "Shipping: use letters without accents, digits and punctuation (ASCII).")
    return references[name]


def _reference(reader: FieldReader, references: Mapping[str, str], company: Company) -> str:
    name = reader.first_present(company.reference_from)
    return "" if name is None else references[name]


def _date(reader: FieldReader, company: Company) -> dt.date | None:
    name = reader.first_present(company.date_from)
    if name is None:
        _none_of(reader, company.date_from)
        return None
    return reader.date(name)


def _none_of(reader: FieldReader, names: Sequence[str]) -> None:
    """One problem for all the fields that would have done, at the one that the profile prefers."""
    reader.missing(names[0], " or the ".join(each.replace("_", " ") for each in names))


def _currency(reader: FieldReader) -> str:
    currency = reader.required_code("currency", limit=TERMS_LENGTH)
    if currency and forbidden_in_code(currency) is None and not _CURRENCY.fullmatch(currency):
        reader.invalid(
            "currency",
            f"The currency ({currency}) is not an ISO 4217 code.",
            "Shipping: use the three capital letters of the currency, for example USD.",
        )
    return currency


def _lines(raw: Any, problems: list[Problem], company: Company, currency: str) -> Steps[tuple[ReadLine, ...]]:
    if raw is None or raw == []:
        problems.append(_of_lines(Code.LINES_MISSING, "The shipment has no product lines.", "Shipping: add a line."))
        return ()
    if not isinstance(raw, Sequence) or isinstance(raw, str):
        hint = "Whoever sends the shipments: send lines as a list."
        problems.append(_of_lines(Code.FIELD_INVALID, "The product lines are no list.", hint))
        return ()
    if len(raw) > MAX_LINES:
        message = f"The shipment has {len(raw)} product lines, more than {MAX_LINES}."
        problems.append(_of_lines(Code.FIELD_TOO_LONG, message, "Shipping: split the shipment."))
        raw = raw[:MAX_LINES]
        problems = []  # One problem is enough: what is wrong with the fields of so many lines is not listed too.
    facts = company.facts
    read = yield from each_in_steps(
        lambda found: _line(found[0], found[1], problems, company, currency, facts), enumerate(raw)
    )
    return tuple(each for each in read if each is not None)


def _of_lines(code: Code, message: str, hint: str) -> Problem:
    return Problem(code=code, field="lines", message=message, hint=hint)


def _line(
    index: int, raw: Any, problems: list[Problem], company: Company, currency: str, facts: XeroFacts
) -> ReadLine | None:
    path, label = f"lines[{index}]", f"Line {index + 1}: "
    if not isinstance(raw, Mapping):
        hint = "Whoever sends the shipments: send each line as an object."
        problems.append(Problem(code=Code.FIELD_INVALID, field=path, message=f"{label}is not an object.", hint=hint))
        return None
    reader = FieldReader(raw, problems, path=f"{path}.", label=label, facts=facts)
    line_number = _line_number(reader, index)
    aliases = company.product_aliases
    product_code = reader.required_code("product_code", limit=PRODUCT_CODE_LENGTH, aliases=aliases)
    description = reader.prose("description", limit=DESCRIPTION_LENGTH)
    quantity = _quantity(reader)
    unit_of_measure = reader.code("unit_of_measure", limit=TERMS_LENGTH)
    unit_price, item_value = reader.required_number("unit_price"), _item_value(reader, currency)
    faults = len(problems)
    discount_rate, discount_amount = reader.number("discount_rate"), reader.number("discount_amount")
    if quantity is None or unit_price is None or item_value is None or len(problems) > faults:
        # Without a discount that can be read there is nothing to compare the item value with.
        compared = item_value if len(problems) == faults else None
        return PartialLine(index, product_code, quantity, unit_price, compared, discount_rate, discount_amount)
    return ShipmentLine(
        index=index,
        line_number=line_number,
        product_code=product_code,
        description=description,
        quantity=quantity,
        unit_of_measure=unit_of_measure,
        unit_price=unit_price,
        item_value=item_value,
        discount_rate=discount_rate,
        discount_amount=discount_amount,
    )


def _line_number(reader: FieldReader, index: int) -> Decimal:
    """Whatever the sender counts by: it is only shown."""
    number = reader.number("line_number", digits=_LINE_NUMBER_DIGITS)
    return Decimal(index + 1) if number is None else number


def _item_value(reader: FieldReader, currency: str) -> Decimal | None:
    """The value to the cent, or to the currency's smaller unit: senders publish the product as it was computed."""
    value = reader.required_number("item_value")
    return None if value is None else round_half_up(value, max(_CENT, currency_exponent(currency)))


def _quantity(reader: FieldReader) -> Decimal | None:
    quantity = reader.required_number("quantity")
    if quantity is not None and quantity <= 0:
        reader.invalid("quantity", "The quantity must be more than zero.", "Shipping: correct the quantity.")
        return None
    return quantity


def _capped(problems: list[Problem]) -> tuple[Problem, ...]:
    if len(problems) <= MAX_PROBLEMS:
        return tuple(problems)
    more = len(problems) - MAX_PROBLEMS + 1
    last = Problem(
        code=Code.FIELD_INVALID,
        message=f"{more} more problems of this shipment are not listed.",
        hint="Correct those above and send the shipment again.",
    )
    return (*problems[: MAX_PROBLEMS - 1], last)
