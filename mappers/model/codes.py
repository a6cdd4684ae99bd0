"""The stable codes of errors and warnings. A code is never renamed; `docs/errors.md` is made from the catalogue."""

from enum import StrEnum


class Code(StrEnum):
    """Stable snake_case codes that alerts, tests and downstream services may rely on."""

    # The shipment itself.
    FIELD_MISSING = "field_missing"
    FIELD_INVALID = "field_invalid"
    FIELD_TOO_LONG = "field_too_long"
    CONTROL_CHARACTERS = "control_characters"
    LINES_MISSING = "lines_missing"
    LINE_VALUE_MISMATCH = "line_value_mismatch"
    ROUNDING_ADDED = "rounding_added"
    CHARGE_NOT_MAPPED = "charge_not_mapped"
    EXCHANGE_RATE_MISSING = "exchange_rate_missing"
    EXCHANGE_RATE_IMPLAUSIBLE = "exchange_rate_implausible"
    EXCHANGE_RATE_IGNORED = "exchange_rate_ignored"
    AMOUNT_TOO_LARGE = "amount_too_large"
    # The company's profile.
    PROFILE_INVALID = "profile_invalid"
    # The organisation's master data.
    CUSTOMER_NOT_FOUND = "customer_not_found"
    CUSTOMER_ARCHIVED = "customer_archived"
    CUSTOMER_AMBIGUOUS = "customer_ambiguous"
    PRODUCT_NOT_FOUND = "product_not_found"
    PRODUCT_NOT_SOLD = "product_not_sold"
    CURRENCY_NOT_ENABLED = "currency_not_enabled"
    ACCOUNT_INVALID = "account_invalid"
    TAX_TYPE_INVALID = "tax_type_invalid"
    TRACKING_INVALID = "tracking_invalid"
    BRANDING_THEME_INVALID = "branding_theme_invalid"
    PERIOD_LOCKED = "period_locked"
    # The document in Xero.
    NUMBER_TAKEN = "number_taken"
    NUMBER_OF_OTHER_SHIPMENT = "number_of_other_shipment"
    NUMBER_CHANGED = "number_changed"
    NUMBER_AMBIGUOUS = "number_ambiguous"
    DOCUMENT_EXISTS = "document_exists"
    DOCUMENT_PAID = "document_paid"
    DOCUMENT_VOIDED = "document_voided"
    DOCUMENT_DELETED = "document_deleted"
    DOCUMENT_NOT_EDITABLE = "document_not_editable"
    DOCUMENT_EDITED_BY_HAND = "document_edited_by_hand"
    DOCUMENT_GONE = "document_gone"
    UNDECIDED = "undecided"
    AMOUNT_DIFFERS = "amount_differs"
    REFUSED_BY_XERO = "refused_by_xero"
    XERO_WARNING = "xero_warning"
    HISTORY_NOTE_FAILED = "history_note_failed"
    # The way there.
    NOT_IN_TRIGGER_STATUS = "not_in_trigger_status"
    STALE_REVISION = "stale_revision"
    SUPERSEDED = "superseded"
    ORGANISATION_CHANGED = "organisation_changed"
    EFFECT_UNKNOWN = "effect_unknown"
    INTERNAL_ERROR = "internal_error"
