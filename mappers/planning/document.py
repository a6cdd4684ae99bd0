"""Builds the exact document of a shipment that passed every check."""

from decimal import Decimal

from mappers.model import (
    Code,
    Company,
    Document,
    DocumentLine,
    Item,
    Problem,
    ReferenceData,
    SyncRequest,
    XeroFacts,
    excerpt,
    plain,
    round_half_up,
)
from mappers.planning.amounts import UNIT_PLACES, Charges, account_tax, product_tax
from mappers.planning.checks import Checked
from mappers.planning.profile_check import branding_theme_id, line_tracking
from mappers.planning.shipment import DESCRIPTION_LENGTH, REFERENCE_LENGTH, Shipment, ShipmentLine
from mappers.planning.steps import Steps, each_in_steps
from mappers.planning.texts import description, document_link, reference_text


def build(
    shipment: Shipment,
    request: SyncRequest,
    company: Company,
    reference: ReferenceData,
    checked: Checked,
    charges: Charges,
) -> Steps[Document]:
    """The document, in steps. `checked.contact` and every item must have been found."""
    if checked.contact is None:
        raise ValueError("a document needs its customer")
    lines = yield from each_in_steps(lambda line: _line(line, shipment, company, reference, checked), shipment.lines)
    return Document(
        type=company.document,
        number=shipment.number,
        reference=reference_text(shipment, company),
        contact_id=checked.contact.contact_id,
        date=shipment.date,
        due_date=shipment.due_date,
        currency=shipment.currency,
        currency_rate=checked.rate.value,
        line_amounts=company.line_amounts,
        status=company.document_status,
        lines=(*lines, *charges.lines, *_rounding(checked.rounding, company, reference)),
        expected_amount=sum((line.item_value for line in shipment.lines), charges.amount),
        url=document_link(shipment, request, company),
        branding_theme_id=branding_theme_id(company, reference),
    )


def check_texts(shipment: Shipment, company: Company, items: dict[str, Item]) -> Steps[tuple[Problem, ...]]:
    """Check the texts that we compose against the lengths that Xero takes; the reader has checked their parts."""
    reference, facts = reference_text(shipment, company), company.facts

    def check(line: ShipmentLine) -> Problem | None:
        text = description(line, shipment, company, items.get(line.product_code))
        return _too_long(f"lines[{line.index}].description", text, DESCRIPTION_LENGTH, facts)

    of_lines = yield from each_in_steps(check, shipment.lines)
    found = (_too_long("reference", reference, REFERENCE_LENGTH[company.document], facts), *of_lines)
    return tuple(each for each in found if each is not None)


def _line(
    line: ShipmentLine, shipment: Shipment, company: Company, reference: ReferenceData, checked: Checked
) -> DocumentLine:
    item, value = checked.items[line.product_code], checked.values[line.index]
    tax = product_tax(item, company, reference)
    price = Decimal(0) if value.is_free else plain(round_half_up(line.unit_price, UNIT_PLACES))
    return DocumentLine(
        item_code=item.code,
        description=description(line, shipment, company, item),
        quantity=plain(line.quantity),
        unit_amount=None if value.line_amount is not None else price,
        line_amount=value.line_amount,
        discount_rate=value.discount.rate,
        discount_amount=value.discount.amount,
        account_code=company.account_code or None,
        tax_type=tax.tax_type,
        tax_source=tax.source,
        tracking=line_tracking(company, reference),
    )


def _rounding(amount: Decimal, company: Company, reference: ReferenceData) -> tuple[DocumentLine, ...]:
    if not amount:
        return ()
    tax = account_tax(company.rounding_account, company, reference)
    line = DocumentLine(
        item_code=None,
        description="Rounding",
        quantity=Decimal(1),
        unit_amount=plain(amount),
        account_code=company.rounding_account,
        tax_type=tax.tax_type,
        tax_source=tax.source,
        tracking=line_tracking(company, reference),
    )
    return (line,)


def _too_long(field: str, text: str, limit: int, facts: XeroFacts) -> Problem | None:
    if facts.length_of(text) <= limit:
        return None
    message = f"{field} has {facts.length_in_words(text)}; Xero takes {limit}."
    return Problem(
        code=Code.FIELD_TOO_LONG, field=field, value=excerpt(text), message=message, hint="Shipping: shorten it."
    )
