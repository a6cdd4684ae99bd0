"""What this package tells its observers: closed sets of values, fit for metric labels. No value is ever renamed."""

from enum import StrEnum
from typing import Final, Literal


class CallOperation(StrEnum):
    """What a call to Xero is for."""

    CREATE_INVOICE = "create_invoice"
    CREATE_QUOTE = "create_quote"
    UPDATE_INVOICE = "update_invoice"
    UPDATE_QUOTE = "update_quote"
    FIND_INVOICE = "find_invoice"
    FIND_QUOTE = "find_quote"
    READ_INVOICE = "read_invoice"
    READ_QUOTE = "read_quote"
    CHANGED_INVOICES = "changed_invoices"
    CHANGED_QUOTES = "changed_quotes"
    NOTE_INVOICE = "note_invoice"
    NOTE_QUOTE = "note_quote"
    LIST_FILES = "list_files"
    READ_FILE = "read_file"
    PUT_FILE = "put_file"
    GET_CONTACTS = "get_contacts"
    GET_ITEMS = "get_items"
    GET_CURRENCIES = "get_currencies"
    GET_ACCOUNTS = "get_accounts"
    GET_TAX_RATES = "get_tax_rates"
    GET_TRACKING_CATEGORIES = "get_tracking_categories"
    GET_BRANDING_THEMES = "get_branding_themes"
    GET_ORGANISATIONS = "get_organisations"
    GET_CONNECTIONS = "get_connections"
    TOKEN = "token"  # noqa: S105  # The name of a call, not a secret.


class CallResult(StrEnum):
    """How a call ended: well, by one of the errors of `xero_client.errors`, or because its caller was cancelled."""

    OK = "ok"
    REFUSED = "refused"
    NOT_FOUND = "not_found"
    UNAVAILABLE = "unavailable"
    OUT_OF_QUOTA = "out_of_quota"
    DISCONNECTED = "disconnected"
    EFFECT_UNKNOWN = "effect_unknown"
    IDEMPOTENCY_MISMATCH = "idempotency_mismatch"
    INTENT_EXPIRED = "intent_expired"
    ABANDONED = "abandoned"
    """Cancelled after the first byte of the request."""
    CANCELLED = "cancelled"
    """Cancelled before it; nothing was sent."""
    ERROR = "error"


class QuotaWindow(StrEnum):
    """A limit of Xero's that a call may have to wait for."""

    MINUTE = "minute"
    DAY = "day"
    APP_MINUTE = "app_minute"
    CONCURRENT = "concurrent"


class ReferenceResult(StrEnum):
    """What came of one use of a list of master data."""

    HIT = "hit"
    """The cache had every code."""
    NEGATIVE = "negative"
    """The code is known to be missing."""
    MISS = "miss"
    """The code was looked up in vain."""
    WARMED = "warmed"
    REFRESHED = "refreshed"
    """The read brought something new."""
    NOT_MODIFIED = "not_modified"
    ERROR = "error"


SCOPES: Final = ("accounting.invoices", "accounting.contacts.read", "accounting.settings.read")
"""Granular scopes, the least that will do: documents are written, master data is only read."""

ATTACHMENTS_SCOPE: Final = "accounting.attachments"
"""To put files on documents; asked for only where a company's profile allows files."""

BROAD_SCOPES: Final = ("accounting.transactions", "accounting.contacts.read", "accounting.settings.read")
"""The same for an app made before March 2026 that has no granular ones. Xero ends them on 13 September 2027."""

BROAD_SCOPES_ADVICE: Final = (
    f'an app that has only the older broad scopes needs SHIPLEDGER_XERO__SCOPES="{" ".join(BROAD_SCOPES)}" until Xero '
    "ends them on 13 September 2027; better, add the granular ones to the app at developer.xero.com"
)

Breach = Literal["minute", "day", "concurrent", "appminute"]
"""A limit as Xero names it in `X-Rate-Limit-Problem`."""

SpentLimit = Breach | Literal["parked"]
"""Why no call may be made: a limit is used up, or the organisation is parked."""
