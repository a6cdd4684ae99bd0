"""The reply to a write, element by element: matched by number or id, refused or accepted, never lost over a field."""

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappers.model.company import DocumentType, LineAmounts
from mappers.model.document import ExistingLine, LineTracking
from tests.at_once import at_once
from tests.unit.xero_client.accounting.documents import CONTACT_ID
from xero_client.accounting.decode import NO_ID, documents_in_steps
from xero_client.accounting.elements import SentElement, match_in_steps
from xero_client.json_codec import read_object
from xero_client.port import ElementReply

ID = "0c9f8f6e-1111-4222-8333-444455556666"
INVOICE: dict[str, Any] = {
    "Type": "ACCREC",
    "InvoiceID": ID,
    "InvoiceNumber": "A-1",
    "Reference": None,
    "Contact": {"ContactID": CONTACT_ID, "Name": "Alok Trading", "Addresses": []},
    "DateString": "2026-11-19T00:00:00",
    "Date": "/Date(1795046400000+0000)/",
    "DueDate": "/Date(1797638400000+0000)/",
    "Status": "DRAFT",
    "LineAmountTypes": "Exclusive",
    "LineItems": [
        {
            "LineItemID": "line-1",
            "ItemCode": "BEEF-01",
            "Description": "Chilled beef",
            "Quantity": 12.5,
            "UnitAmount": 101.25,
            "LineAmount": 1265.63,
            "AccountCode": "200",
            "TaxType": "EXEMPTEXPORT",
            "Tracking": [{"Name": "Region", "Option": "North", "TrackingCategoryID": "x"}],
            "NewField": {"of": "2027"},
        }
    ],
    "SubTotal": 1265.63,
    "TotalTax": 0.00,
    "Total": 1265.63,
    "AmountPaid": 0.0,
    "AmountCredited": "0.00",
    "CurrencyCode": "ZZZ",
    "CurrencyRate": 0.6543,
    "StatusAttributeString": "OK",
    "HasErrors": False,
}


def replies(*elements: dict[str, Any], sent: str = "A-1", kind: DocumentType = DocumentType.INVOICE) -> Any:
    """The element replies of a batch whose numbers are the words of `sent` (`number=id` for updates)."""
    parts = (word.partition("=") for word in sent.split())
    plural = "Invoices" if kind is DocumentType.INVOICE else "Quotes"
    body = read_object(json.dumps({plural: elements}).encode())
    sent_elements = [SentElement(number, xero_id or None) for number, _, xero_id in parts]
    return at_once(match_in_steps(kind, sent_elements, body))


def test_an_accepted_invoice_is_read_with_nulls_new_enums_unknown_keys_and_both_date_forms() -> None:
    ((number, document, errors, warnings),) = [
        (each.number, each.document, each.errors, each.warnings) for each in replies(INVOICE)
    ]

    assert (number, errors, warnings) == ("A-1", (), ())
    assert document.xero_id == ID
    assert document.reference is None
    assert document.currency == "ZZZ"
    assert document.contact_name == "Alok Trading"
    assert (document.date, document.due_date) == (dt.date(2026, 11, 19), dt.date(2026, 12, 19))
    assert document.total == Decimal("1265.63")
    assert document.amount_credited == Decimal("0.00")
    assert document.line_amounts is LineAmounts.EXCLUSIVE
    assert document.has_lines
    assert document.lines == (
        ExistingLine(
            line_item_id="line-1",
            item_code="BEEF-01",
            description="Chilled beef",
            quantity=Decimal("12.5"),
            unit_amount=Decimal("101.25"),
            line_amount=Decimal("1265.63"),
            account_code="200",
            tax_type="EXEMPTEXPORT",
            tracking=(LineTracking(category="Region", option="North", category_id="x"),),
        ),
    )


def test_an_accepted_quote_is_read() -> None:
    quote = {
        "QuoteID": ID,
        "QuoteNumber": "Q-1",
        "Status": "SENT",
        "DateString": "2020-02-01 00:00:00",
        "ExpiryDate": "/Date(1581292800000)/",
        "LineAmountTypes": "INCLUSIVE",
        "Total": "10.00",
        "StatusAttributeString": "OK",
    }

    ((reply),) = replies(quote, sent="Q-1", kind=DocumentType.QUOTE)

    assert reply.document.type is DocumentType.QUOTE
    assert reply.document.date == dt.date(2020, 2, 1)
    assert reply.document.due_date == dt.date(2020, 2, 10)
    assert reply.document.line_amounts is LineAmounts.INCLUSIVE
    assert reply.document.total == Decimal("10.00")


def test_an_error_that_stands_at_a_line_refuses_the_element_where_no_verdict_is_given() -> None:
    lines = [{"ValidationErrors": [{"Message": "Account must be valid."}, {"Message": "Tax rate must be valid."}]}]
    refused = {"InvoiceID": ID, "InvoiceNumber": "A-1", "LineItems": lines}
    assert replies(refused) == (ElementReply("A-1", None, ("Account must be valid.", "Tax rate must be valid.")),)


@pytest.mark.parametrize("key", ["Message", "Description"])
def test_a_refused_element_carries_xeros_messages(key: str) -> None:
    refused = {
        "InvoiceID": NO_ID,
        "InvoiceNumber": "A-1",
        "StatusAttributeString": "ERROR",
        "HasErrors": True,
        "ValidationErrors": [{key: "Invoice # must be unique."}],
        "Contact": {"ValidationErrors": [{key: "Email address must be valid."}]},
    }

    assert replies(refused) == (
        ElementReply("A-1", None, ("Invoice # must be unique.", "Email address must be valid.")),
    )


@pytest.mark.parametrize(
    "sign",
    [
        {"StatusAttributeString": "ERROR"},
        {"HasErrors": True, "StatusAttributeString": "OK"},
        {"StatusAttributeString": None, "ValidationErrors": [{"Message": "No."}]},
        {"InvoiceID": NO_ID},
    ],
)
def test_any_sign_of_refusal_is_one(sign: dict[str, Any]) -> None:
    ((reply),) = replies({**INVOICE, **sign})

    assert reply.document is None
    assert reply.errors


def test_a_warning_is_kept_and_is_no_refusal() -> None:
    warned = {**INVOICE, "StatusAttributeString": "WARNING", "Warnings": [{"Message": "The rate looks inverted"}]}

    ((reply),) = replies(warned)

    assert reply.document is not None
    assert reply.warnings == ("The rate looks inverted",)


def test_elements_are_found_by_number_in_any_order() -> None:
    shuffled = [{**INVOICE, "InvoiceNumber": number, "InvoiceID": f"id-{number}"} for number in ("C", "A", "B")]

    found = replies(*shuffled, sent="A B C")

    assert {each.number: each.document.xero_id for each in found} == {"A": "id-a", "B": "id-b", "C": "id-c"}


def test_an_update_is_found_by_its_id_where_the_number_does_not_come_back() -> None:
    ((reply),) = replies({**INVOICE, "InvoiceNumber": None}, sent=f"A-1={ID} B=other")

    assert reply.number == "A-1"
    assert reply.document.number == "A-1"


def test_an_element_that_matches_nothing_is_left_out_and_so_is_a_success_without_an_id() -> None:
    unmatched = {**INVOICE, "InvoiceNumber": "ZZ"}
    nameless = {**INVOICE, "InvoiceNumber": None}
    unproven = {**INVOICE, "InvoiceID": None}

    assert replies(unmatched, nameless, unproven, sent="A-1") == ()


def test_a_number_that_comes_back_in_other_case_is_matched_where_it_can_only_be_one() -> None:
    shouted = {**INVOICE, "InvoiceNumber": " inv-1 "}

    ((reply),) = replies(shouted, sent="INV-1 B")

    assert reply.number == "INV-1"
    assert replies(shouted, sent="INV-1 Inv-1") == ()


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.decimals(allow_nan=False).map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(sorted(set(INVOICE) - {"InvoiceID", "InvoiceNumber"})), junk, max_size=8))
def test_no_odd_field_costs_an_element(odd: dict[str, Any]) -> None:
    ((reply),) = replies({**INVOICE, **odd})

    assert reply.number == "A-1"
    assert reply.errors or reply.document.xero_id == ID


@given(junk, junk)
def test_no_odd_reply_raises(elements: Any, other: Any) -> None:
    for kind in DocumentType:
        read = at_once(documents_in_steps(kind, {"Invoices": elements, "Quotes": elements, "X": other}))
        assert all(each.type is kind for each in read)


def test_bills_are_not_taken_for_sales_invoices() -> None:
    bill = {**INVOICE, "Type": "ACCPAY", "InvoiceID": "bill"}

    found = at_once(documents_in_steps(DocumentType.INVOICE, {"Invoices": [bill, INVOICE]}))
    assert [each.xero_id for each in found] == [ID]


def test_a_list_without_lines_says_so() -> None:
    bare = {key: value for key, value in INVOICE.items() if key != "LineItems"} | {"SubTotal": Decimal(5)}

    listed = {"Invoices": [bare, INVOICE | {"SubTotal": Decimal(5)}]}
    found = at_once(documents_in_steps(DocumentType.INVOICE, listed))

    assert [each.has_lines for each in found] == [False, True]
