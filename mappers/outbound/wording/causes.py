"""Causes in a few words, for headlines: "3 shipments rejected: incoterms missing"."""

from collections.abc import Mapping
from typing import Final

from mappers.model import Code

_OF_FIELDS: Final[Mapping[str, str]] = {
    Code.FIELD_MISSING: "missing",
    Code.FIELD_INVALID: "not valid",
    Code.FIELD_TOO_LONG: "too long",
    Code.CONTROL_CHARACTERS: "with hidden characters",
    Code.DATE_IMPLAUSIBLE: "not plausible",
}
_NAMES: Final[Mapping[str, str]] = {
    Code.DUE_BEFORE_DATE: "due date before the document's date",
    Code.LINES_MISSING: "no product lines",
    Code.LINE_VALUE_MISMATCH: "item value is not quantity times unit price",
    Code.CHARGE_NOT_MAPPED: "no account for a charge",
    Code.CREDIT_NOTE_NEEDED: "less than zero, so a credit note is needed",
    Code.EXCHANGE_RATE_MISSING: "exchange rate missing",
    Code.EXCHANGE_RATE_IMPLAUSIBLE: "exchange rate not plausible",
    Code.AMOUNT_TOO_LARGE: "amount too large for Xero",
    Code.PROFILE_INVALID: "a fault in the company's profile",
    Code.CUSTOMER_NOT_FOUND: "customer not in Xero",
    Code.CUSTOMER_ARCHIVED: "customer archived in Xero",
    Code.CUSTOMER_AMBIGUOUS: "customer several times in Xero",
    Code.PRODUCT_NOT_FOUND: "item not in Xero",
    Code.PRODUCT_NOT_SOLD: "item not sold in Xero",
    Code.CURRENCY_NOT_ENABLED: "currency not in Xero",
    Code.ACCOUNT_INVALID: "account cannot be used",
    Code.TAX_TYPE_INVALID: "tax type cannot be used",
    Code.TAX_TYPE_UNKNOWN: "no tax type for a line",
    Code.TRACKING_INVALID: "tracking not in Xero",
    Code.BRANDING_THEME_INVALID: "branding theme not in Xero",
    Code.PERIOD_LOCKED: "date in a locked period",
    Code.NUMBER_TAKEN: "number taken in Xero",
    Code.NUMBER_OF_OTHER_SHIPMENT: "number of another shipment",
    Code.NUMBER_CHANGED: "number changed since the document was made",
    Code.NUMBER_AMBIGUOUS: "several documents with the number in Xero",
    Code.DOCUMENT_EXISTS: "a document with the number is in Xero already",
    Code.DOCUMENT_PAID: "document is paid",
    Code.DOCUMENT_VOIDED: "document was voided",
    Code.DOCUMENT_DELETED: "document was deleted",
    Code.DOCUMENT_NOT_EDITABLE: "document can no longer be changed",
    Code.DOCUMENT_AUTHORISED: "document is approved",
    Code.DOCUMENT_SENT: "document was sent to the customer",
    Code.DOCUMENT_EDITED_BY_HAND: "document was edited in Xero",
    Code.DOCUMENT_GONE: "document cannot be found in Xero",
    Code.UNDECIDED: "document keeps changing in Xero",
    Code.AMOUNT_DIFFERS: "Xero has another amount",
    Code.REFUSED_BY_XERO: "refused by Xero",
    Code.NOT_IN_TRIGGER_STATUS: "status does not send to accounting",
    Code.ORGANISATION_CHANGED: "the company's organisation was changed",
    Code.EFFECT_UNKNOWN: "not known what became of it in Xero",
    Code.INTERNAL_ERROR: "a fault of Shipledger",
    "drift_missing": "document missing in Xero",
    "drift_deleted": "document deleted in Xero",
    "drift_voided": "document voided in Xero",
    "drift_amount": "another amount in Xero",
    "drift_currency": "another currency in Xero",
    "drift_number": "another number in Xero",
    "drift_reference_twice": "two documents in Xero look alike",
}
_LINES: Final = "lines"


def cause_in_words(code: str, field: str = "") -> str:
    """The cause in words; a code that has none here, as of a newer version, without its underscores."""
    if code in _OF_FIELDS:
        return f"{_field_in_words(field)} {_OF_FIELDS[code]}"
    return _NAMES.get(code, code.replace("_", " "))


def _field_in_words(field: str) -> str:
    """`lines[].unit_price` as "unit price of a line"; "a field" where the problem names none."""
    head, _, own = field.rpartition(".")
    if own == _LINES:
        return "product lines"
    words = own.replace("[]", "").replace("_", " ") or "a field"
    return f"{words} of a line" if head.startswith(_LINES) else words
