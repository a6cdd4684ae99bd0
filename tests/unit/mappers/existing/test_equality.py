"""What is in Xero is what we would send: all we send is compared, and nothing that we do not send."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from mappers.existing.equality import matches
from mappers.model.company import DocumentType, LineAmounts
from mappers.model.document import ExistingDocument, LineTracking
from tests.unit.mappers.existing.xero_documents import ALOK, OTHER, document, existing, line


def with_line(**overrides: Any) -> ExistingDocument:
    shown = existing()
    return shown.model_copy(update={"lines": (shown.lines[0].model_copy(update=overrides),)})


def test_what_xero_shows_after_our_write_matches() -> None:
    assert matches(document(), existing())


@pytest.mark.parametrize(
    "fields",
    [
        {"contact_id": OTHER},
        {"contact_id": "0" + ALOK[1:]},
        {"contact_id": None},
        {"number": "INV-8"},
        {"number": "INV-6"},
        {"reference": "by hand"},
        {"reference": "A reference"},
        {"reference": None},
        {"date": dt.date(2026, 11, 20)},
        {"date": dt.date(2026, 11, 18)},
        {"date": None},
        {"due_date": None},
        {"due_date": dt.date(2026, 12, 18)},
        {"due_date": dt.date(2026, 12, 20)},
        {"currency": "AUD"},
        {"currency": "ZAR"},
        {"currency": None},
        {"currency_rate": Decimal("0.6544")},
        {"currency_rate": Decimal("0.6542")},
        {"currency_rate": Decimal("0.654301")},
        {"currency_rate": None},
        {"line_amounts": LineAmounts.INCLUSIVE},
        {"lines": ()},
        {"has_lines": False},
        {"type": DocumentType.QUOTE},
        {"status": "VOIDED"},
        {"status": "DELETED"},
    ],
)
def test_a_head_that_differs_does_not_match(fields: dict[str, Any]) -> None:
    assert not matches(document(), existing(**fields))


@pytest.mark.parametrize(
    "fields",
    [
        {"item_code": "LAMB-01"},
        {"item_code": "ALMOND"},
        {"item_code": None},
        {"description": "Frozen beef"},
        {"description": "Beef"},
        {"quantity": Decimal("12.5001")},
        {"quantity": Decimal("12.4999")},
        {"quantity": None},
        {"unit_amount": Decimal("101.2501")},
        {"unit_amount": Decimal("101.2499")},
        {"unit_amount": None},
        {"unit_amount": Decimal("101.26"), "line_amount": None},
        {"unit_amount": Decimal("101.24"), "line_amount": None},
        {"line_amount": Decimal("1000.00")},  # A person gave a discount.
        {"line_amount": Decimal("1265.64")},
    ],
)
def test_a_line_that_differs_does_not_match(fields: dict[str, Any]) -> None:
    assert not matches(document(), with_line(**fields))


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "AUTHORISED"},
        {"status": "PAID"},
        {"contact_id": ALOK.upper()},
        {"reference": " EXP-77 FOB "},
        {"currency_rate": Decimal("0.6543000000")},
        {"contact_name": "Renamed Pty Ltd"},
        {"url": "https://example.test/by-hand"},
        {"branding_theme_id": "theme"},
        {"total": Decimal("1392.19")},
    ],
)
def test_what_we_do_not_send_or_xero_writes_differently_still_matches(fields: dict[str, Any]) -> None:
    assert matches(document(), existing(**fields))


@pytest.mark.parametrize(
    "fields",
    [
        {"account_code": "201"},
        {"tax_type": "OUTPUT"},
        {"tracking": (LineTracking(category="Region", option="North"),)},
        {"description": "Chilled beef\r\n"},
        {"line_amount": None},
    ],
)
def test_a_lines_own_account_and_tax_are_not_compared(fields: dict[str, Any]) -> None:
    assert matches(document(), with_line(**fields))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({"account_code": "200"}, {"account_code": "201"}),
        ({"account_code": "200", "tax_type": "OUTPUT"}, {"account_code": "201"}),
        ({"account_code": "200", "tax_type": "OUTPUT"}, {"tax_type": "INPUT"}),
        ({"tax_type": "OUTPUT"}, {"tax_type": "NONE"}),
        ({"tax_type": "OUTPUT"}, {"tax_type": None}),
        ({"unit_amount": None, "line_amount": Decimal(7)}, {"line_amount": None}),
        ({"tracking": (LineTracking(category="Region", option="North"),)}, {"tracking": ()}),
    ],
)
def test_what_the_profile_overrides_is_compared(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    sent = document(lines=(line(**ours),))
    shown = existing(sent)
    assert matches(sent, shown)
    changed = shown.lines[0].model_copy(update=theirs)
    assert not matches(sent, shown.model_copy(update={"lines": (changed,)}))


@pytest.mark.parametrize("field", ["url", "branding_theme_id"])
@pytest.mark.parametrize("shown", [None, "https://example.test/0", "https://example.test/2"])
def test_a_link_and_a_theme_that_we_send_are_compared(field: str, shown: str | None) -> None:
    sent = document(**{field: "https://example.test/1"})
    assert matches(sent, existing(sent))
    assert not matches(sent, existing(sent, **{field: shown}))


def test_of_several_lines_each_is_compared_and_so_is_their_number() -> None:
    sent = document(lines=(line(), line(quantity=Decimal(2))))
    assert matches(sent, existing(sent))
    for other in ((line(), line(quantity=Decimal(3))), (line(), line(), line()), (line(),)):
        assert not matches(sent, existing(document(lines=other)))


def test_a_document_of_which_xero_does_not_say_how_amounts_count_may_match() -> None:
    assert matches(document(), existing(line_amounts=None))


def test_a_due_date_or_rate_that_we_leave_to_xero_is_not_compared() -> None:
    assert matches(document(due_date=None, currency_rate=None), existing())
