"""The shipment inside a status change, typed: what ImpexDocs needs at least, with every fault named at once."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from mappers.model import Code, Company, DocumentType, Problem, forbidden_in_code, is_printable_ascii
from mappers.planning.field_reader import FieldReader

# Lengths that Xero takes (Xero API documentation, Invoices, Quotes, Items and Contacts).
NUMBER_LENGTH: Final = 255
REFERENCE_LENGTH: Final = {DocumentType.INVOICE: 255, DocumentType.QUOTE: 4000}
DESCRIPTION_LENGTH: Final = 4000
PRODUCT_CODE_LENGTH: Final = 30
CUSTOMER_CODE_LENGTH: Final = 50
# Ours: nobody reads more, and what they cost must stay small beside Kafka's megabyte a record.
MAX_LINES: Final = 1000
MAX_PROBLEMS: Final = 200
TERMS_LENGTH: Final = 255
_CURRENCY: Final = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True)
class ShipmentLine:
    """One product line. `index` counts from 0 as in the event; `line_number` is what people see."""

    index: int
    line_number: int
    product_code: str
    description: str
    quantity: Decimal
    unit_of_measure: str
    unit_price: Decimal
    item_value: Decimal


@dataclass(frozen=True, slots=True)
class Shipment:
    """A shipment that is complete. Texts are trimmed and NFC, and empty where the shipment has none.

    `number`, `reference` and `date` were chosen by the profile's `number_from`, `reference_from` and `date_from`;
    `customer_field` says which field `customer_code` came from. `exchange_rate` is as declared, in the profile's
    direction, null where there is none or the profile ignores it.
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


def read_shipment(raw: Mapping[str, Any], company: Company) -> Shipment | tuple[Problem, ...]:
    """The typed shipment, or every problem of it (200 at most, the last then says how many more).

    Whether a rate may be absent depends on the organisation's base currency, and what lines come to on Xero's
    rounding: both are the planner's to judge, not the reader's.
    """
    problems: list[Problem] = []
    reader = FieldReader(raw, problems)
    date = _date(reader, company)
    due_date = reader.date("invoice_due_date")
    if reader.is_blank("invoice_due_date"):
        reader.missing("invoice_due_date")
    customer_field = f"{company.customer_code}_code"
    references = _references(reader, company)
    shipment = Shipment(
        number=_number(reader, references, company),
        reference=_reference(reader, references, company),
        date=date or dt.date.min,
        due_date=due_date or dt.date.min,
        customer_field=customer_field,
        customer_code=reader.required_code(customer_field, limit=CUSTOMER_CODE_LENGTH),
        currency=_currency(reader),
        exchange_rate=None if company.exchange_rate == "ignore" else reader.number("exchange_rate"),
        incoterms=reader.required_code("incoterms", limit=TERMS_LENGTH),
        incoterms_place=reader.code("incoterms_place", limit=TERMS_LENGTH),
        **references,
        lines=_lines(raw.get("lines"), problems),
    )
    return _capped(problems) if problems else shipment


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
    """One problem for all the fields that would have done, at the one the profile prefers."""
    reader.missing(names[0], " or the ".join(each.replace("_", " ") for each in names))


def _currency(reader: FieldReader) -> str:
    currency = reader.required_code("currency", limit=TERMS_LENGTH)
    if currency and forbidden_in_code(currency) is None and not _CURRENCY.fullmatch(currency):
        reader.invalid(
            "currency",
            f"The currency ({currency}) is no ISO 4217 code.",
            "Shipping: use the three capital letters of the currency, for example USD.",
        )
    return currency


def _lines(raw: Any, problems: list[Problem]) -> tuple[ShipmentLine, ...]:
    if raw is None or raw == []:
        problems.append(_of_lines(Code.LINES_MISSING, "The shipment has no product lines.", "Shipping: add a line."))
    elif not isinstance(raw, Sequence) or isinstance(raw, str):
        hint = "Whoever sends the shipments: send lines as a list."
        problems.append(_of_lines(Code.FIELD_INVALID, "The product lines are no list.", hint))
    elif len(raw) > MAX_LINES:
        message = f"The shipment has {len(raw)} product lines, more than {MAX_LINES}."
        problems.append(_of_lines(Code.FIELD_TOO_LONG, message, "Shipping: split the shipment."))
    else:
        return tuple(_line(index, each, problems) for index, each in enumerate(raw))
    return ()


def _of_lines(code: Code, message: str, hint: str) -> Problem:
    return Problem(code=code, field="lines", message=message, hint=hint)


def _line(index: int, raw: Any, problems: list[Problem]) -> ShipmentLine:
    label = f"Line {index + 1}: "
    if not isinstance(raw, Mapping):
        hint = "Whoever sends the shipments: send each line as an object."
        problem = Problem(code=Code.FIELD_INVALID, field=f"lines[{index}]", message=f"{label}is no object.", hint=hint)
        problems.append(problem)
        raw = _COMPLETE
    reader = FieldReader(raw, problems, path=f"lines[{index}].", label=label)
    return ShipmentLine(
        index=index,
        line_number=_line_number(reader, index),
        product_code=reader.required_code("product_code", limit=PRODUCT_CODE_LENGTH),
        description=reader.prose("description", limit=DESCRIPTION_LENGTH),
        quantity=_quantity(reader),
        unit_of_measure=reader.code("unit_of_measure", limit=TERMS_LENGTH),
        unit_price=reader.required_number("unit_price"),
        item_value=reader.required_number("item_value"),
    )


# Stands in for a line that is no object, so that it counts as one problem and not as five.
_COMPLETE: Final = {"product_code": "-", "quantity": 1, "unit_price": 0, "item_value": 0}


def _line_number(reader: FieldReader, index: int) -> int:
    number = reader.number("line_number")
    if number is None:
        return index + 1
    if number != number.to_integral_value():
        reader.invalid("line_number", "The line number is no whole number.", "Shipping: number the lines 1, 2, 3.")
    return int(number)


def _quantity(reader: FieldReader) -> Decimal:
    quantity = reader.number("quantity")
    if reader.is_blank("quantity"):
        reader.missing("quantity")
    elif quantity is not None and quantity <= 0:
        reader.invalid("quantity", "The quantity must be more than zero.", "Shipping: correct the quantity.")
    return quantity or Decimal(0)


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
