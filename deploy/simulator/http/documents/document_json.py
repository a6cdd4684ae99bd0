"""Documents as Xero shows them, dates in both of its forms."""

import uuid
from datetime import date
from decimal import Decimal
from typing import Any

from deploy.simulator.books import Document, Line, Organisation
from deploy.simulator.rules import INCLUSIVE
from deploy.simulator.wire import JsonObject, dates, money


def document_as_json(
    document: Document, organisation: Organisation, unit_places: int, *, lines: bool = True, net: bool = False
) -> JsonObject:
    """One invoice or quote. `lines=False` leaves the line items out, as lists without a page do; `net`: a switch."""
    if document.kind == "quote":
        return _quote(document, organisation, net=net)
    return _invoice(document, organisation, unit_places, lines=lines)


def _invoice(document: Document, organisation: Organisation, unit_places: int, *, lines: bool) -> JsonObject:
    row: JsonObject = {"Type": document.type, "InvoiceID": document.document_id, "InvoiceNumber": document.number}
    row |= {"Reference": document.texts.get("Reference", "")}
    row |= {name: text for name, text in document.texts.items() if name != "Reference" and text}
    row |= {"Payments": _payments(document, organisation), "CreditNotes": [], "Prepayments": [], "Overpayments": []}
    row |= {"AmountDue": document.amount_due, "AmountPaid": document.amount_paid, "AmountCredited": money.ZERO}
    row |= {"SentToContact": document.sent_to_contact, "CurrencyRate": document.rate, "IsDiscounted": False}
    row |= {"HasAttachments": bool(organisation.invoices.files(document)), "HasErrors": False}
    row |= {"Contact": _contact(document, organisation)} | _day("Date", document.day) | _day("DueDate", document.due)
    row |= {"Status": document.status, "LineAmountTypes": document.line_amount_types}
    if lines:
        row["LineItems"] = [_line(line, unit_places) for line in document.lines]
    row |= _totals(document) | {"UpdatedDateUTC": dates.milliseconds(document.updated_at)}
    if document.paid_on:
        row["FullyPaidOnDate"] = dates.day_milliseconds(document.paid_on)
    return row | {"CurrencyCode": document.currency}


def _quote(document: Document, organisation: Organisation, *, net: bool) -> JsonObject:
    row: JsonObject = {"QuoteID": document.document_id, "QuoteNumber": document.number}
    row |= {"Reference": document.texts.get("Reference", ""), "Terms": document.texts.get("Terms", "")}
    row |= {"Contact": _contact(document, organisation), "LineItems": _quote_lines(document, organisation, net=net)}
    row |= _day("Date", document.day, " 00:00:00") | _day("ExpiryDate", document.due, " 00:00:00")
    row |= {"Status": document.status, "CurrencyRate": document.rate, "CurrencyCode": document.currency}
    row |= _totals(document)
    row |= {name: text for name, text in document.texts.items() if name not in ("Reference", "Terms") and text}
    row |= {"UpdatedDateUTC": dates.milliseconds(document.updated_at)}
    return row | {"LineAmountTypes": document.line_amount_types.upper()}


def _quote_lines(document: Document, organisation: Organisation, *, net: bool) -> list[JsonObject]:
    """The lines of an INCLUSIVE quote are shown without their tax (XeroAPI/xero-mcp-server pull request 309)."""
    if net and document.line_amount_types == INCLUSIVE:
        return [_line(_without_tax(line, organisation), 4) for line in document.lines]
    return [_line(line, 4) for line in document.lines]


def _without_tax(line: Line, organisation: Organisation) -> Line:
    rate = organisation.codes.tax_rates.get(line.tax_type)
    unit = line.unit_amount
    if rate and unit is not None:
        unit = unit / (1 + rate.percent / money.HUNDRED)
    return line._replace(line_amount=line.line_amount - line.tax_amount, unit_amount=unit)


def _contact(document: Document, organisation: Organisation) -> JsonObject:
    return organisation.contacts.by_id[document.contact_id].reference()


def _day(name: str, day: date | None, time: str = "T00:00:00") -> JsonObject:
    if day is None:
        return {}
    return {f"{name}String": f"{day.isoformat()}{time}", name: dates.day_milliseconds(day)}


def _totals(document: Document) -> JsonObject:
    totals: JsonObject = {"SubTotal": document.sub_total, "TotalTax": document.total_tax, "Total": document.total}
    return totals | ({"TotalDiscount": document.total_discount} if document.total_discount else {})


def _line(line: Line, unit_places: int) -> JsonObject:
    row: JsonObject = {"LineItemID": line.line_id, "Description": line.description}
    if line.unit_amount is not None:
        row["UnitAmount"] = money.rounded(line.unit_amount, unit_places)
    optional: dict[str, Any] = {
        "TaxType": line.tax_type,
        "ItemCode": line.item_code,
        "AccountCode": line.account_code,
        "DiscountRate": line.discount_rate,
        "DiscountAmount": line.discount_amount,
        "Quantity": line.quantity,
    }
    row |= {"TaxAmount": line.tax_amount, "LineAmount": line.line_amount, "Tracking": list(line.tracking)}
    return row | {name: value for name, value in optional.items() if value not in (None, "")}


def _payments(document: Document, organisation: Organisation) -> list[JsonObject]:
    """Payments through the API, and what a person paid as one more, whose id is derived from the document's."""
    if not document.amount_paid:
        return []
    made = [each for each in organisation.payments.values() if each.invoice_id == document.document_id]
    shown = [each.summary() for each in made if each.status != "DELETED"]
    by_person = document.amount_paid - sum((row["Amount"] for row in shown), money.ZERO)
    return shown + ([_persons_payment(document, by_person)] if by_person else [])


def _persons_payment(document: Document, amount: Decimal) -> JsonObject:
    payment_id = str(uuid.uuid5(uuid.UUID(document.document_id), "payment"))
    paid_on = dates.day_milliseconds(document.paid_on or document.day)
    return {"PaymentID": payment_id, "Date": paid_on, "Amount": amount}
