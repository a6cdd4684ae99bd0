"""Xero's own validation messages, with our code and hint for those that we know.

Xero publishes no list of its messages and may change the words; these were seen in public code and recordings. A
pattern is searched for without regard to case; its group `value` is what the message is about. The first match counts.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from mappers.model import Code, MasterList, Problem


class KnownMessage(NamedTuple):
    """A message of Xero that we recognise, with our code and hint for it."""

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

KNOWN_MESSAGES: Final[tuple[KnownMessage, ...]] = (
    KnownMessage(
        r"(invoice|quote) (#|no\.?|number) (must be unique|already exists|is already in use|has already been used)",
        Code.NUMBER_TAKEN,
        "number",
        "A document in Xero has this number. Correct the number in the shipment or in Xero, then Sync Now.",
    ),
    KnownMessage(
        r"not of valid status for modification",
        Code.DOCUMENT_NOT_EDITABLE,
        "number",
        "The document in Xero is voided, deleted or closed. Give the shipment a new number, then Sync Now.",
    ),
    KnownMessage(r"payments? or credit notes? allocated", Code.DOCUMENT_PAID, "number", _PAID),
    KnownMessage(
        r"(period|end of year) lock date,?( currently set at)? ?(?P<value>\w.*?)?\.?$",
        Code.PERIOD_LOCKED,
        "date",
        _LOCKED,
    ),
    KnownMessage(r"locked period|period is locked|lock date", Code.PERIOD_LOCKED, "date", _LOCKED),
    KnownMessage(
        r"line total (?P<value>[-\d.,]+) does not match the expected line total",
        Code.LINE_VALUE_MISMATCH,
        "item_value",
        _AMOUNTS,
    ),
    KnownMessage(
        r"not subscribed to currency '?(?P<value>[A-Z]{3})",
        Code.CURRENCY_NOT_ENABLED,
        "currency",
        "Accounting: add the currency in Xero (Settings, Currencies), then Sync Now.",
    ),
    KnownMessage(
        r"the taxtype code '?(?P<value>[^' ]+)",
        Code.TAX_TYPE_INVALID,
        "tax_type",
        "Accounting: correct tax_type in the profile, or the tax rate of the item in Xero; then Sync Now.",
    ),
    KnownMessage(
        r"account code '(?P<value>[^']*)'|must reference a valid account|account code .* is not (a )?valid",
        Code.ACCOUNT_INVALID,
        "account_code",
        "Accounting: correct account_code in the profile, or the sales account of the item in Xero; then Sync Now.",
    ),
    KnownMessage(
        r"item code '?(?P<value>[^']+?)'? (is not valid|could not be found|does not exist|not found)",
        Code.PRODUCT_NOT_FOUND,
        "product_code",
        "Accounting: add the item in Xero, or correct the product code in the shipment; then Sync Now.",
    ),
    KnownMessage(
        r"description field is mandatory",
        Code.FIELD_MISSING,
        "description",
        "Shipping: describe the product lines, or set description_template in the profile; then Sync Now.",
    ),
    KnownMessage(
        r"matched an archived contact|contact .*(has been|is) archived|contact must be un-?archived",
        Code.CUSTOMER_ARCHIVED,
        "customer",
        "Accounting: restore the contact in Xero, then Sync Now.",
    ),
    KnownMessage(
        r"account (code )?must be (valid|specified)",
        Code.ACCOUNT_INVALID,
        "account_code",
        "Accounting: give the item a sales account in Xero, or set account_code in the profile; then Sync Now.",
    ),
    KnownMessage(
        r"tax (rate|type) must be (valid|specified)",
        Code.TAX_TYPE_INVALID,
        "tax_type",
        "Accounting: correct tax_type in the profile, or the tax rate of the item in Xero; then Sync Now.",
    ),
    KnownMessage(
        r"due ?date (field )?(must be specified|cannot be empty|is required)",
        Code.FIELD_MISSING,
        "invoice_due_date",
        "Shipping: enter the due date, then Sync Now.",
    ),
    KnownMessage(
        r"\bdate (field )?(must be specified|cannot be empty|is required)",
        Code.FIELD_MISSING,
        "invoice_date",
        "Shipping: enter the date, then Sync Now.",
    ),
    KnownMessage(
        r"total for this document must be greater than or equal to zero",
        Code.REFUSED_BY_XERO,
        "lines",
        "Accounting: the lines come to less than zero, which is a credit note in Xero; raise it there, or correct the "
        "shipment and Sync Now.",
    ),
    KnownMessage(
        r"quantity value '?(?P<value>[-\d.,]+)'? is invalid",
        Code.FIELD_INVALID,
        "quantity",
        "Shipping: correct the quantity, then Sync Now.",
    ),
    KnownMessage(
        r"discount rate '?(?P<value>[-\d.,]+)'? is invalid",
        Code.FIELD_INVALID,
        "discount_rate",
        "Shipping: correct the discount; it must not be more than the line, and a line of nothing takes none. Then "
        "Sync Now.",
    ),
    KnownMessage(
        r"currency rate must be specified",
        Code.EXCHANGE_RATE_MISSING,
        "exchange_rate",
        "Shipping: enter the exchange rate, then Sync Now.",
    ),
    KnownMessage(
        r"contact name (?P<value>.+) is already assigned to another contact",
        Code.REFUSED_BY_XERO,
        "customer",
        _CUSTOMER,
    ),
    KnownMessage(r"account number already exists", Code.REFUSED_BY_XERO, "customer", _CUSTOMER),
    KnownMessage(
        r"at least 1 of the following elements to identify the contact", Code.CUSTOMER_NOT_FOUND, None, _CUSTOMER
    ),
    KnownMessage(r"email address must be valid", Code.REFUSED_BY_XERO, "customer", _CUSTOMER),
    KnownMessage(
        r"limit of invoices you can approve",
        Code.REFUSED_BY_XERO,
        "status",
        'Accounting: the Xero plan limits approvals; change the plan, or set document_status = "DRAFT" in the profile.',
    ),
    KnownMessage(
        r"tracking (category|option)",
        Code.TRACKING_INVALID,
        "tracking",
        "Accounting: correct tracking in the profile, or add the option in Xero; then Sync Now.",
    ),
    KnownMessage(
        r"branding ?theme",
        Code.BRANDING_THEME_INVALID,
        "branding_theme",
        "Accounting: correct branding_theme in the profile, then Sync Now.",
    ),
)


_CONTRADICTED: Final[Mapping[Code, frozenset[MasterList]]] = {
    Code.CUSTOMER_ARCHIVED: frozenset({MasterList.CONTACTS}),
    Code.CUSTOMER_NOT_FOUND: frozenset({MasterList.CONTACTS}),
    Code.PRODUCT_NOT_FOUND: frozenset({MasterList.ITEMS}),
    Code.ACCOUNT_INVALID: frozenset({MasterList.ACCOUNTS, MasterList.ITEMS}),
    Code.TAX_TYPE_INVALID: frozenset({MasterList.TAX_RATES, MasterList.ACCOUNTS, MasterList.ITEMS}),
    Code.CURRENCY_NOT_ENABLED: frozenset({MasterList.CURRENCIES}),
    Code.TRACKING_INVALID: frozenset({MasterList.TRACKING}),
    Code.BRANDING_THEME_INVALID: frozenset({MasterList.BRANDING_THEMES}),
    Code.PERIOD_LOCKED: frozenset({MasterList.ORGANISATION}),
}


def xero_error(message: str) -> Problem:
    """Xero's message as a problem, word for word. The code of a message that we do not know is `refused_by_xero`."""
    for pattern, code, field, hint in KNOWN_MESSAGES:
        if found := re.search(pattern, message, re.IGNORECASE):
            value = found.groupdict().get("value")
            return Problem(code=code, field=field, value=value, message=message, hint=hint)
    hint = "Do what Xero says: correct the shipment, or the set-up in Xero; then Sync Now."
    return Problem(code=Code.REFUSED_BY_XERO, message=message, hint=hint)


def xero_errors(messages: Iterable[str]) -> tuple[Problem, ...]:
    """Every message about one refused document, each once, in Xero's order; never empty."""
    found = tuple(xero_error(each) for each in _distinct(messages))
    return found or (xero_error("Xero refused the document without a reason."),)


def xero_warnings(messages: Iterable[str]) -> tuple[Problem, ...]:
    """Xero's warnings about a document that it accepted, each once, in Xero's order."""
    hint = "Xero took the document. Accounting: look at it in Xero."
    return tuple(Problem(code=Code.XERO_WARNING, message=each, hint=hint) for each in _distinct(messages))


def lists_in_doubt(problems: Iterable[Problem]) -> frozenset[MasterList]:
    """The lists of master data that say otherwise than Xero's refusal: they have changed since they were read."""
    return frozenset(each for problem in problems for each in _CONTRADICTED.get(problem.code, ()))


def is_number_taken(messages: Iterable[str]) -> bool:
    """Whether Xero refused a create because a document of any state has the number, which is then to be looked up."""
    return any(re.search(NUMBER_TAKEN, each, re.IGNORECASE) for each in messages)


def _distinct(messages: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.strip() for each in messages if each.strip()))
