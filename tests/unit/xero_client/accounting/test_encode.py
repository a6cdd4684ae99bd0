"""The bytes that go to Xero: exactly what the document says, nothing more, the same every time."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappers.model.company import DocumentType, LineAmounts
from mappers.model.document import LineTracking
from tests.unit.xero_client.accounting.documents import CONTACT_ID, make_document, make_line
from xero_client.accounting.encode import HISTORY_LIMIT, encode_documents, encode_note
from xero_client.json_codec import digits, read_object

finite = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**40), max_value=10**40)
kinds = st.sampled_from(list(DocumentType))


def test_an_invoice_says_what_the_document_says_and_nothing_else() -> None:
    body = encode_documents(DocumentType.INVOICE, [(make_document(), None)])

    assert json.loads(body) == {
        "Invoices": [
            {
                "Type": "ACCREC",
                "InvoiceNumber": "INV-2026-0042",
                "Reference": "EXP-77 FOB Port Botany",
                "Contact": {"ContactID": CONTACT_ID},
                "Date": "2026-11-19",
                "DueDate": "2026-12-19",
                "CurrencyCode": "USD",
                "CurrencyRate": 0.6543,
                "LineAmountTypes": "Exclusive",
                "Status": "DRAFT",
                "LineItems": [
                    {"ItemCode": "BEEF-01", "Description": "Chilled beef", "Quantity": 12.5, "UnitAmount": 101.25}
                ],
            }
        ]
    }


def test_a_quote_is_sent_whole_with_its_own_names_and_upper_case() -> None:
    document = make_document(type=DocumentType.QUOTE, status="SENT", line_amounts=LineAmounts.NO_TAX)

    body = encode_documents(DocumentType.QUOTE, [(document, "quote-id")])

    (quote,) = json.loads(body)["Quotes"]
    assert quote == {
        "QuoteID": "quote-id",
        "QuoteNumber": "INV-2026-0042",
        "Reference": "EXP-77 FOB Port Botany",
        "Contact": {"ContactID": CONTACT_ID},
        "Date": "2026-11-19",
        "ExpiryDate": "2026-12-19",
        "CurrencyCode": "USD",
        "CurrencyRate": 0.6543,
        "LineAmountTypes": "NOTAX",
        "Status": "SENT",
        "LineItems": [{"ItemCode": "BEEF-01", "Description": "Chilled beef", "Quantity": 12.5, "UnitAmount": 101.25}],
    }


def test_optional_fields_appear_only_where_they_are_given() -> None:
    tracking = LineTracking(category="Region", option="N")
    line = make_line(account_code="200", tax_type="EXEMPTEXPORT", tracking=(tracking,))
    full = make_document(lines=(line,), url="https://app.example/s/1", branding_theme_id="theme")
    bare = make_document(lines=(make_line(item_code=None, account_code=""),), due_date=None, currency_rate=None)

    (full_out, bare_out) = json.loads(encode_documents(DocumentType.INVOICE, [(full, "id-1"), (bare, None)]))[
        "Invoices"
    ]

    assert full_out["InvoiceID"] == "id-1"
    assert full_out["Url"] == "https://app.example/s/1"
    assert full_out["BrandingThemeID"] == "theme"
    assert full_out["LineItems"][0]["Tracking"] == [{"Name": "Region", "Option": "N"}]
    assert full_out["LineItems"][0]["AccountCode"] == "200"
    assert full_out["LineItems"][0]["TaxType"] == "EXEMPTEXPORT"
    assert not {"InvoiceID", "Url", "BrandingThemeID", "DueDate", "CurrencyRate"} & bare_out.keys()
    assert bare_out["LineItems"][0].keys() == {"Description", "Quantity", "UnitAmount"}


@pytest.mark.parametrize("kind", DocumentType)
def test_tracking_is_sent_with_its_ids_since_a_quote_keeps_nothing_else(kind: DocumentType) -> None:
    tracking = LineTracking(category="Region", option="N", category_id="category-id", option_id="option-id")
    body = encode_documents(kind, [(make_document(type=kind, lines=(make_line(tracking=(tracking,)),)), None)])

    ((element,),) = json.loads(body).values()
    assert element["LineItems"][0]["Tracking"] == [
        {"Name": "Region", "Option": "N", "TrackingCategoryID": "category-id", "TrackingOptionID": "option-id"}
    ]


@pytest.mark.parametrize("kind", DocumentType)
@pytest.mark.parametrize(
    ("line", "numbers"),
    [
        ({"discount_rate": Decimal(10)}, {"UnitAmount": 101.25, "DiscountRate": 10}),
        ({"discount_amount": Decimal("5.5")}, {"UnitAmount": 101.25, "DiscountAmount": 5.5}),
        ({"unit_amount": None, "line_amount": Decimal("1265.63")}, {"LineAmount": 1265.63}),
    ],
)
def test_a_discount_or_an_amount_in_place_of_the_price_is_sent_as_xero_names_it(
    kind: DocumentType, line: dict[str, Any], numbers: dict[str, Any]
) -> None:
    body = encode_documents(kind, [(make_document(type=kind, lines=(make_line(**line),)), None)])

    ((element,),) = json.loads(body).values()
    expected = {"ItemCode": "BEEF-01", "Description": "Chilled beef", "Quantity": 12.5}
    assert element["LineItems"] == [expected | numbers]


@pytest.mark.parametrize(
    ("line_amounts", "shown"),
    [(LineAmounts.EXCLUSIVE, "Exclusive"), (LineAmounts.INCLUSIVE, "Inclusive"), (LineAmounts.NO_TAX, "NoTax")],
)
def test_line_amount_types_are_spelt_as_xero_spells_them(line_amounts: LineAmounts, shown: str) -> None:
    body = encode_documents(DocumentType.INVOICE, [(make_document(line_amounts=line_amounts), None)])

    assert json.loads(body)["Invoices"][0]["LineAmountTypes"] == shown


@pytest.mark.parametrize("currency", ["USD", "XYZ"])
def test_a_currency_that_the_sdk_does_not_know_is_sent_as_it_is(currency: str) -> None:
    body = encode_documents(DocumentType.INVOICE, [(make_document(currency=currency), None)])

    assert json.loads(body)["Invoices"][0]["CurrencyCode"] == currency


def test_numbers_of_more_than_sixteen_digits_are_sent_exactly() -> None:
    """Through float this would be 1234567890123.4568."""
    body = encode_documents(
        DocumentType.INVOICE, [(make_document(lines=(make_line(unit_amount=Decimal("1234567890123.4567")),)), None)]
    )

    assert b'"UnitAmount":1234567890123.4567}' in body


@pytest.mark.parametrize(
    ("number", "text"),
    [("1E-7", "0.0000001"), ("12.50", "12.5"), ("-0", "0"), ("0.000", "0"), ("1E+3", "1000"), ("100", "100")],
)
def test_numbers_are_written_plainly(number: str, text: str) -> None:
    assert digits(Decimal(number)) == text


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "sNaN"])
def test_a_number_that_is_not_finite_is_refused_before_it_is_sent(number: str) -> None:
    with pytest.raises(ValueError, match="cannot be written"):
        digits(Decimal(number))


@given(finite)
def test_every_finite_number_survives_the_wire_exactly(number: Decimal) -> None:
    body = b'{"n":' + digits(number).encode() + b"}"

    assert Decimal(read_object(body)["n"]) == number


@given(kinds, st.lists(st.tuples(finite, finite), min_size=1, max_size=4), st.text(max_size=40))
def test_encoding_is_exact_and_gives_equal_bytes_for_equal_documents(
    kind: DocumentType, amounts: list[tuple[Decimal, Decimal]], words: str
) -> None:
    lines = tuple(make_line(quantity=quantity, unit_amount=amount, description=words) for quantity, amount in amounts)
    document = make_document(type=kind, lines=lines, reference=words)
    # The same numbers, written with other trailing zeros, are equal documents.
    padded = document.model_copy(update={"currency_rate": Decimal("0.654300")})
    assert padded == document

    body = encode_documents(kind, [(document, None)])

    assert encode_documents(kind, [(padded, None)]) == body
    (row,) = next(iter(read_object(body).values()))
    sent = [(Decimal(line["Quantity"]), Decimal(line["UnitAmount"])) for line in row["LineItems"]]
    assert sent == amounts
    assert row["Reference"] == words


def test_a_document_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="is no quote"):
        encode_documents(DocumentType.QUOTE, [(make_document(), None)])


def test_a_note_is_cut_to_what_xero_keeps() -> None:
    said: dict[str, Any] = json.loads(encode_note("x" * 3000))

    assert said == {"HistoryRecords": [{"Details": "x" * HISTORY_LIMIT}]}
