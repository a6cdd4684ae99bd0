"""The schema of shipment.status-changes.v1 (contract 6.1), made from the fields of the envelope."""

from typing import Any, Final

from mappers.inbound.fields import FIELDS, SHIPMENT, definitions
from mappers.inbound.wrapping import REQUIRED

_DESCRIPTION: Final = (
    "Value of shipment.status-changes.v1, key company_id/shipment_id. A value that is valid here is taken, and no "
    "other. Without one of the required fields, of another type or of another version it is a dead letter; any other "
    "fault of these fields is a REJECTED outcome that names it. What is inside `shipment` is described and not judged: "
    "what a document lacks is a REJECTED outcome that names all of it. Unknown fields are allowed everywhere. Not said "
    "here: 1,000,000 bytes and 40,000 commas, colons and opening brackets at most, no key twice, 32 levels at most, a "
    "company that the profile has."
)
_NUMBER: Final = "A JSON number or a text such as 1234.56, .85 or 1E+2; no thousands separators, no comma."
_DAY: Final = "YYYY-MM-DD, without a time, between 2000 and ten years from now."

SHIPMENT_FIELDS: Final = {
    "shipment_number": "Text.",
    "exporter_reference": "Text.",
    "invoice_number": "Text of printable ASCII where it numbers the document.",
    "buyer_code": "The account number of a Xero contact, or a code that the profile has an alias for.",
    "consignee_code": "The same, where the profile says consignee.",
    "currency": "ISO 4217, three capital letters.",
    "exchange_rate": f"{_NUMBER} In the direction that the profile declares; rounded to six decimals.",
    "invoice_date": _DAY,
    "date_of_issue": _DAY,
    "created_date": _DAY,
    "invoice_due_date": f"{_DAY} Not before the document's date.",
    "incoterms": "Text.",
    "incoterms_place": "Text.",
    "charges": (
        "An object: name of a charge to its amount; a line where the profile maps it, else a warning or a refusal."
    ),
    "lines": "A list of 1 to 1000 objects.",
    "attachments": (
        "A list of up to 10 objects: PDF files that are put on the document where the profile allows their place. "
        "Whatever is wrong with one is a warning, and changes neither outcome nor document."
    ),
}
ATTACHMENT_FIELDS: Final = {
    "name": "Text, 200 characters at most; the file is called so in Xero, in letters and digits of ASCII.",
    "reference": "https://… or file:///…, percent-encoded, 2000 characters at most; PDF of 10 MB at most.",
    "sha256": "Of the file's bytes, in hex; one of another hash is left.",
    "media_type": "application/pdf, or absent.",
}
LINE_FIELDS: Final = {
    "line_number": "Any number.",
    "product_code": "The code of a Xero item, or a code that the profile has an alias for.",
    "description": "Text, which may have several lines.",
    "quantity": f"{_NUMBER} More than zero, four decimals at most.",
    "unit_of_measure": "Text.",
    "unit_price": f"{_NUMBER} Rounded to four decimals.",
    "item_value": f"{_NUMBER} Quantity times unit price, less the discount, to the cent.",
    "discount_rate": f"{_NUMBER} Percent off the line, 0 to 100; not beside discount_amount.",
    "discount_amount": f"{_NUMBER} Off the line, in the document's currency; not beside discount_rate.",
}


def status_change_schema() -> dict[str, Any]:
    """The schema as a JSON value (draft 2020-12)."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Shipment status change",
        "description": _DESCRIPTION,
        "type": "object",
        "required": list(REQUIRED),
        "properties": {each.name: _property(each.schema(), each.description) for each in FIELDS}
        | {SHIPMENT.name: _shipment()},
        "$defs": definitions(),
    }


def _shipment() -> dict[str, Any]:
    """Descriptions alone: whatever is inside reaches the shipment's log."""
    line = {"description": "One product line.", "properties": _described(LINE_FIELDS)}
    fields: dict[str, Any] = _described(SHIPMENT_FIELDS)
    fields["lines"] |= {"items": line}
    fields["attachments"] |= {"items": {"description": "One file.", "properties": _described(ATTACHMENT_FIELDS)}}
    return _property(SHIPMENT.schema(), SHIPMENT.description) | {"properties": fields}


def _described(fields: dict[str, str]) -> dict[str, Any]:
    return {name: {"description": description} for name, description in fields.items()}


def _property(schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"description": description, **schema} if description else schema
