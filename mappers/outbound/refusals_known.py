"""The validation messages of Xero that we know, as data.

Xero publishes no list of them and may change the words; these were seen in public code and recordings. A pattern is
searched for without regard to case; its group `value` is what the message is about. The first match counts.
"""

from typing import Final, NamedTuple

from mappers.model import Code


class Known(NamedTuple):
    """One kind of refusal."""

    pattern: str
    code: Code
    field: str | None
    hint: str


# A create that hits a deleted document's number can answer "not of valid status" instead of "must be unique".
NUMBER_TAKEN: Final = (
    r"(invoice|quote) (#|no\.?|number) (must be unique|already exists|is already in use|has already been used)"
    r"|not of valid status for modification"
)

_AMOUNTS: Final = "Accounting and support: Xero computes another amount from quantity and price than was sent."
_LOCKED: Final = "Accounting: use a date in an open period, or move the lock date in Xero; then Sync Now."
_PAID: Final = "Accounting: raise a credit note in Xero for the difference, or remove the payment and Sync Now."
_CUSTOMER: Final = "Accounting: correct the contact in Xero, then Sync Now."

REFUSALS: Final[tuple[Known, ...]] = (
    Known(
        r"(invoice|quote) (#|no\.?|number) (must be unique|already exists|is already in use|has already been used)",
        Code.NUMBER_TAKEN,
        "number",
        "A document in Xero has this number. Correct the number in the shipment or in Xero, then Sync Now.",
    ),
    Known(
        r"not of valid status for modification",
        Code.DOCUMENT_NOT_EDITABLE,
        "number",
        "The document in Xero is voided, deleted or closed. Give the shipment a new number, then Sync Now.",
    ),
    Known(r"payments? or credit notes? allocated", Code.DOCUMENT_PAID, "number", _PAID),
    Known(
        r"(period|end of year) lock date,?( currently set at)? ?(?P<value>\w.*?)?\.?$",
        Code.PERIOD_LOCKED,
        "date",
        _LOCKED,
    ),
    Known(r"locked period|period is locked|lock date", Code.PERIOD_LOCKED, "date", _LOCKED),
    Known(
        r"line total (?P<value>[-\d.,]+) does not match the expected line total",
        Code.LINE_VALUE_MISMATCH,
        "item_value",
        _AMOUNTS,
    ),
    Known(
        r"not subscribed to currency '?(?P<value>[A-Z]{3})",
        Code.CURRENCY_NOT_ENABLED,
        "currency",
        "Accounting: add the currency in Xero (Settings, Currencies), then Sync Now.",
    ),
    Known(
        r"the taxtype code '?(?P<value>[^' ]+)",
        Code.TAX_TYPE_INVALID,
        "tax_type",
        "Accounting: correct tax_type in the profile, or the tax rate of the item in Xero; then Sync Now.",
    ),
    Known(
        r"account code '(?P<value>[^']*)'|must reference a valid account|account code .* is not (a )?valid",
        Code.ACCOUNT_INVALID,
        "account_code",
        "Accounting: correct account_code in the profile, or the sales account of the item in Xero; then Sync Now.",
    ),
    Known(
        r"item code '?(?P<value>[^']+?)'? (is not valid|could not be found|does not exist|not found)",
        Code.PRODUCT_NOT_FOUND,
        "product_code",
        "Accounting: add the item in Xero, or correct the product code in the shipment; then Sync Now.",
    ),
    Known(
        r"description field is mandatory",
        Code.FIELD_MISSING,
        "description",
        "Shipping: describe the product lines, or set description_template in the profile; then Sync Now.",
    ),
    Known(r"matched an archived contact", Code.CUSTOMER_ARCHIVED, "customer", _CUSTOMER),
    Known(
        r"contact name (?P<value>.+) is already assigned to another contact",
        Code.REFUSED_BY_XERO,
        "customer",
        _CUSTOMER,
    ),
    Known(r"account number already exists", Code.REFUSED_BY_XERO, "customer", _CUSTOMER),
    Known(r"at least 1 of the following elements to identify the contact", Code.CUSTOMER_NOT_FOUND, None, _CUSTOMER),
    Known(r"email address must be valid", Code.REFUSED_BY_XERO, "customer", _CUSTOMER),
    Known(
        r"limit of invoices you can approve",
        Code.REFUSED_BY_XERO,
        "status",
        'Accounting: the Xero plan limits approvals; change the plan, or set document_status = "DRAFT" in the profile.',
    ),
    Known(
        r"tracking (category|option)",
        Code.TRACKING_INVALID,
        "tracking",
        "Accounting: correct tracking in the profile, or add the option in Xero; then Sync Now.",
    ),
    Known(
        r"branding ?theme",
        Code.BRANDING_THEME_INVALID,
        "branding_theme",
        "Accounting: correct branding_theme in the profile, then Sync Now.",
    ),
)
