"""What is wrong with a shipment: a stable code, and words that a person can act on."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Code(StrEnum):
    """The stable codes of errors and warnings. A code is never renamed; `docs/errors.md` explains each of them."""

    # The shipment itself.
    FIELD_MISSING = "field_missing"
    FIELD_INVALID = "field_invalid"
    FIELD_TOO_LONG = "field_too_long"
    CONTROL_CHARACTERS = "control_characters"
    TIME_IMPLAUSIBLE = "time_implausible"
    DATE_IMPLAUSIBLE = "date_implausible"
    DUE_BEFORE_DATE = "due_before_date"
    LINES_MISSING = "lines_missing"
    LINE_VALUE_MISMATCH = "line_value_mismatch"
    ROUNDING_ADDED = "rounding_added"
    CHARGE_NOT_MAPPED = "charge_not_mapped"
    CREDIT_NOTE_NEEDED = "credit_note_needed"
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
    TAX_TYPE_UNKNOWN = "tax_type_unknown"
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
    DOCUMENT_AUTHORISED = "document_authorised"
    DOCUMENT_SENT = "document_sent"
    DOCUMENT_EDITED_BY_HAND = "document_edited_by_hand"
    DOCUMENT_GONE = "document_gone"
    AMOUNT_DIFFERS = "amount_differs"
    TAX_CHARGED = "tax_charged"
    NOT_KEPT_BY_XERO = "not_kept_by_xero"
    REFUSED_BY_XERO = "refused_by_xero"
    XERO_WARNING = "xero_warning"
    # Files for the document.
    ATTACHMENT_INVALID = "attachment_invalid"
    ATTACHMENT_NOT_ALLOWED = "attachment_not_allowed"
    ATTACHMENT_NOT_FOUND = "attachment_not_found"
    ATTACHMENT_UNREACHABLE = "attachment_unreachable"
    ATTACHMENT_TOO_LARGE = "attachment_too_large"
    ATTACHMENT_NOT_PDF = "attachment_not_pdf"
    ATTACHMENT_DIFFERS = "attachment_differs"
    ATTACHMENT_NAME_TAKEN = "attachment_name_taken"
    ATTACHMENTS_FULL = "attachments_full"
    ATTACHMENTS_NOT_CONSENTED = "attachments_not_consented"
    ATTACHMENT_DOCUMENT_UNSEEN = "attachment_document_unseen"
    ATTACHMENT_DOCUMENT_GONE = "attachment_document_gone"
    ATTACHMENT_REFUSED = "attachment_refused"
    ATTACHMENT_UNCONFIRMED = "attachment_unconfirmed"
    # Processing.
    NOT_IN_TRIGGER_STATUS = "not_in_trigger_status"
    STALE_REVISION = "stale_revision"
    SUPERSEDED = "superseded"
    ORGANISATION_CHANGED = "organisation_changed"
    COMPANY_PAUSED = "company_paused"
    UNDECIDED = "undecided"
    EFFECT_UNKNOWN = "effect_unknown"
    INTERNAL_ERROR = "internal_error"


class Problem(BaseModel):
    """One entry of an outcome's `errors` or `warnings` (contract 6.2).

    `message` keeps the words of ImpexDocs or Xero where they have some; `hint` says who does what about it.
    """

    model_config = ConfigDict(frozen=True)

    code: Code
    field: str | None = None
    value: str | None = None
    message: str
    hint: str = ""
