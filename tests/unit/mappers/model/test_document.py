"""What a line comes to, and by what a document counts as unchanged."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from mappers.model.company import DocumentType
from mappers.model.document import Document, ExistingDocument, LineTracking, TaxSource, content_hash, plain
from tests.unit.mappers.existing.xero_documents import document, line


@pytest.mark.parametrize(
    ("fields", "amount"),
    [
        ({}, "1265.63"),  # 1265.625.
        ({"unit_amount": None, "line_amount": Decimal("7.25")}, "7.25"),
        ({"unit_amount": None}, "0"),
        ({"discount_rate": Decimal(10)}, "1139.06"),  # 1139.0625.
        ({"discount_rate": Decimal(100)}, "0.00"),
        ({"discount_rate": Decimal(0)}, "1265.63"),
        ({"discount_amount": Decimal("265.63")}, "1000.00"),  # 999.995.
        ({"quantity": Decimal(-1)}, "-101.25"),
    ],
)
def test_a_line_comes_to_its_amount_less_the_discount_rounded_once(fields: dict[str, Any], amount: str) -> None:
    assert str(line(**fields).amount) == amount


@pytest.mark.parametrize(
    ("number", "written"),
    [("12.50", "12.5"), ("100", "100"), ("1E+1", "10"), ("1.5E+3", "1500"), ("7", "7"), ("0.00", "0"), ("0.10", "0.1")],
)
def test_a_plain_number_has_neither_trailing_zeros_nor_an_exponent(number: str, written: str) -> None:
    assert str(plain(Decimal(number))) == written


FULL = document(
    url="https://example.test/1",
    branding_theme_id="theme",
    lines=(
        line(account_code="200", tax_type="OUTPUT", tax_source=TaxSource.PROFILE, discount_rate=Decimal(10)),
        line(unit_amount=None, line_amount=Decimal("7.00"), item_code=None),
        line(discount_amount=Decimal(5), tracking=(LineTracking(category="Region", option="North"),)),
    ),
)


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        (document(), "79eb259cf94f2e4454d15c54820a38afc08955a528f371ba8b4ef31663c44214"),
        (FULL, "e5cb5cf4ceda7aabfd7446a494be11f26c88d80de2373262f15e62529c657505"),
    ],
)
def test_a_hash_that_was_stored_stays_right(sent: Document, stored: str) -> None:
    """Another one would write every document of every ledger again."""
    assert content_hash(sent) == stored


@pytest.mark.parametrize(
    "fields",
    [
        {"type": DocumentType.QUOTE},
        {"number": "INV-8"},
        {"date": dt.date(2026, 11, 20)},
        {"currency_rate": None},
        {"expected_amount": Decimal("1265.64")},
        {"url": "https://example.test/1"},
        {"lines": (line(), line())},
        {"lines": (line(quantity=Decimal(12)),)},
        {"lines": (line(discount_rate=Decimal(10)),)},
        {"lines": (line(discount_amount=Decimal(10)),)},
        {"lines": (line(account_code="200"),)},
        {"lines": (line(tax_type="OUTPUT", tax_source=TaxSource.PROFILE),)},
        {"lines": (line(tracking=(LineTracking(category="Region", option="North"),)),)},
    ],
)
def test_what_shipment_or_profile_say_otherwise_makes_another_hash(fields: dict[str, Any]) -> None:
    assert content_hash(document(**fields)) != content_hash(document())


@pytest.mark.parametrize(
    "fields",
    [
        {"quantity": Decimal("12.5000")},
        {"tax_type": "OUTPUT", "tax_source": TaxSource.ITEM},
        {"tax_type": "OUTPUT", "tax_source": TaxSource.ACCOUNT},
    ],
)
def test_other_digits_and_what_xeros_master_data_decide_make_none(fields: dict[str, Any]) -> None:
    assert content_hash(document(lines=(line(**fields),))) == content_hash(document())


def test_a_document_of_xeros_counts_as_read_and_not_sent_where_nothing_else_is_said() -> None:
    shown = ExistingDocument(type=DocumentType.INVOICE, xero_id="id", number="INV-7", status="DRAFT", contact_id=None)
    assert shown.has_lines
    assert not shown.sent_to_contact
