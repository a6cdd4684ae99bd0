"""Xero's own words stay, and our code and a hint stand beside them."""

import pytest

from mappers.model.problem import Code
from mappers.outbound.xero_messages import (
    KNOWN_MESSAGES,
    is_number_taken,
    lists_in_doubt,
    xero_error,
    xero_errors,
    xero_warnings,
)

PAID = "This document cannot be edited as it has a payment or credit note allocated to it."
STATUS = "The status DRAFT cannot be applied to the invoice because it has payments or credit notes allocated to it."
ARCHIVED = (
    "The specified contact details matched an archived contact. Archived contacts cannot currently be edited via the "
    "API."
)
UNARCHIVE = (
    "The contact with the specified contact details has been archived. The contact must be un-archived before creating "
    "new invoices or credit notes."
)
NAME = (
    "The contact name Alok is already assigned to another contact. The contact name must be unique across all active "
    "contacts."
)
IDENTIFY = (
    "The Contact must contain at least 1 of the following elements to identify the contact: Name, ContactID, "
    "ContactNumber"
)
ACCOUNT_GONE = (
    "Account code '201' has been archived, or has been deleted. Each line item must reference a valid account."
)

MESSAGES = [
    ("Invoice # must be unique.", Code.NUMBER_TAKEN, None),
    ("Quote Number must be unique.", Code.NUMBER_TAKEN, None),
    ("Invoice not of valid status for modification", Code.DOCUMENT_NOT_EDITABLE, None),
    (PAID, Code.DOCUMENT_PAID, None),
    (STATUS, Code.DOCUMENT_PAID, None),
    ("The line total 666.88 does not match the expected line total 666.93", Code.LINE_VALUE_MISMATCH, "666.88"),
    ("Organisation is not subscribed to currency USD", Code.CURRENCY_NOT_ENABLED, "USD"),
    ("The current organisation is not subscribed to currency 'EUR'.", Code.CURRENCY_NOT_ENABLED, "EUR"),
    ("Account code '999' is not a valid code for this document.", Code.ACCOUNT_INVALID, "999"),
    (ACCOUNT_GONE, Code.ACCOUNT_INVALID, "201"),
    (
        "The TaxType code 'x' does not exist or cannot be used with this type of transaction.",
        Code.TAX_TYPE_INVALID,
        "x",
    ),
    ("The TaxType code 'x' cannot be used with account code 'y'", Code.TAX_TYPE_INVALID, "x"),
    (
        "The document date cannot be before the period lock date, currently set at 31 October 2026",
        Code.PERIOD_LOCKED,
        "31 October 2026",
    ),
    ("The document date cannot be before the end of year lock date 30 June 2026.", Code.PERIOD_LOCKED, "30 June 2026"),
    ("The description field is mandatory for each line item.", Code.FIELD_MISSING, None),
    (NAME, Code.REFUSED_BY_XERO, "Alok"),
    (ARCHIVED, Code.CUSTOMER_ARCHIVED, None),
    (UNARCHIVE, Code.CUSTOMER_ARCHIVED, None),
    ("Account must be valid.", Code.ACCOUNT_INVALID, None),
    ("Account code must be specified", Code.ACCOUNT_INVALID, None),
    ("Tax rate must be valid.", Code.TAX_TYPE_INVALID, None),
    ("The document DueDate field must be specified.", Code.FIELD_MISSING, None),
    ("Due date cannot be empty.", Code.FIELD_MISSING, None),
    ("The Date field must be specified.", Code.FIELD_MISSING, None),
    ("The Total for this document must be greater than or equal to zero.", Code.REFUSED_BY_XERO, None),
    (
        "The quantity value '-1.0000' is invalid. Quantity must not be less than zero.",
        Code.FIELD_INVALID,
        "-1.0000",
    ),
    (
        "The discount rate '0.00' is invalid. Discount must not be greater than the line total.",
        Code.FIELD_INVALID,
        "0.00",
    ),
    ("A currency rate must be specified", Code.EXCHANGE_RATE_MISSING, None),
    (
        "The document cannot be edited as it is currently dated before the end of year lock date",
        Code.PERIOD_LOCKED,
        None,
    ),
    ("The Account Number already exists. Please enter a different Account Number.", Code.REFUSED_BY_XERO, None),
    ("Email address must be valid.", Code.REFUSED_BY_XERO, None),
    (IDENTIFY, Code.CUSTOMER_NOT_FOUND, None),
    ("Item code 'BEEF-01' is not valid", Code.PRODUCT_NOT_FOUND, "BEEF-01"),
    ("You have reached the limit of invoices you can approve", Code.REFUSED_BY_XERO, None),
    ("A validation exception occurred", Code.REFUSED_BY_XERO, None),
    ("Something that Xero never said before.", Code.REFUSED_BY_XERO, None),
]


@pytest.mark.parametrize(("message", "code", "value"), MESSAGES)
def test_a_message_keeps_its_words_and_gets_a_code_and_a_hint(message: str, code: Code, value: str | None) -> None:
    problem = xero_error(message)
    assert (problem.code, problem.message, problem.value) == (code, message, value)
    assert problem.hint


def test_every_message_of_an_element_is_kept_once_in_order() -> None:
    problems = xero_errors(["Email address must be valid.", PAID, " Email address must be valid. ", ""])
    assert [each.message for each in problems] == ["Email address must be valid.", PAID]


def test_a_refusal_without_a_message_is_still_a_refusal() -> None:
    (problem,) = xero_errors([])
    assert problem.code is Code.REFUSED_BY_XERO


@pytest.mark.parametrize(
    ("message", "taken"),
    [
        ("Invoice # must be unique.", True),
        ("Quote # must be unique.", True),
        ("Quote Number must be unique", True),
        ("Invoice not of valid status for modification", True),
        ("The contact name must be unique across all active contacts.", False),
        (PAID, False),
    ],
)
def test_a_taken_number_is_recognised_for_invoices_and_quotes(message: str, taken: bool) -> None:
    assert is_number_taken(["Email address must be valid.", message]) is taken


def test_a_warning_keeps_xeros_words() -> None:
    (warning,) = xero_warnings(["The exchange rate may be inverted.", "The exchange rate may be inverted."])
    assert (warning.code, warning.message) == (Code.XERO_WARNING, "The exchange rate may be inverted.")


def test_every_known_message_tells_people_what_to_do() -> None:
    assert all(known.hint.strip() for known in KNOWN_MESSAGES)


@pytest.mark.parametrize(
    ("messages", "lists"),
    [
        ([ACCOUNT_GONE], {"accounts", "items"}),
        ([ARCHIVED, "Tax rate must be valid."], {"contacts", "tax_rates", "accounts", "items"}),
        (["Email address must be valid.", PAID], set()),
        ([], set()),
    ],
)
def test_a_refusal_that_contradicts_master_data_names_the_lists_to_read_anew(
    messages: list[str], lists: set[str]
) -> None:
    assert lists_in_doubt(map(xero_error, messages)) == lists
