"""A fingerprint changes with what a person edits, and with nothing else."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from mappers.existing.fingerprint import fingerprint, is_unedited
from mappers.model.company import LineAmounts
from mappers.model.document import ExistingDocument, LineTracking
from tests.unit.mappers.existing.xero_documents import OTHER, document, existing

NORTH = LineTracking(category="Region", option="North")
BEEF = LineTracking(category="Product", option="Beef")


def with_line(**overrides: Any) -> ExistingDocument:
    shown = existing()
    return shown.model_copy(update={"lines": (shown.lines[0].model_copy(update=overrides),)})


@pytest.mark.parametrize(
    "fields",
    [
        {"contact_id": OTHER},
        {"reference": "by hand"},
        {"reference": None},
        {"date": dt.date(2026, 11, 20)},
        {"due_date": None},
        {"currency": "AUD"},
        {"currency_rate": Decimal("0.6544")},
        {"line_amounts": LineAmounts.INCLUSIVE},
        {"lines": ()},
    ],
)
def test_an_edit_of_the_head_shows(fields: dict[str, Any]) -> None:
    assert fingerprint(existing(**fields)) != fingerprint(existing())


@pytest.mark.parametrize(
    "fields",
    [
        {"item_code": None},
        {"description": "Frozen beef"},
        {"quantity": Decimal(12)},
        {"unit_amount": Decimal("101.2501")},
        {"line_amount": Decimal("1000.00")},
        {"account_code": "201"},
        {"tax_type": "OUTPUT"},
        {"tracking": (NORTH,)},
    ],
)
def test_an_edit_of_a_line_shows(fields: dict[str, Any]) -> None:
    assert fingerprint(with_line(**fields)) != fingerprint(existing())


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "AUTHORISED"},
        {"status": "PAID", "amount_paid": Decimal("1265.63")},
        {"amount_credited": Decimal(1)},
        {"total": Decimal("1392.19"), "total_tax": Decimal("126.56")},
        {"contact_name": "Renamed Pty Ltd"},
        {"currency_rate": Decimal("0.6543000000")},
        {"reference": "EXP-77 FOB "},
    ],
)
def test_what_changes_without_an_edit_does_not_show(fields: dict[str, Any]) -> None:
    assert fingerprint(existing(**fields)) == fingerprint(existing())


@pytest.mark.parametrize(
    "fields",
    [
        {"quantity": Decimal("12.5")},
        {"unit_amount": Decimal("101.250000")},
        {"line_item_id": "another"},
        {"description": "Chilled beef\r\n"},
        {"line_amount": None},
    ],
)
def test_other_digits_and_ids_of_the_same_line_do_not_show(fields: dict[str, Any]) -> None:
    assert fingerprint(with_line(**fields)) == fingerprint(existing())


@pytest.mark.parametrize("kept", ["", "0" * 64, "f" * 64])
def test_any_other_fingerprint_than_its_own_is_that_of_an_edited_document(kept: str) -> None:
    assert not is_unedited(existing(), kept)
    assert is_unedited(existing(), fingerprint(existing()))


def test_a_rate_above_one_that_was_changed_shows() -> None:
    rates = [fingerprint(existing(currency_rate=Decimal(each))) for each in ("1.52", "1.53", "1", "0.99")]
    assert len(set(rates)) == 4


def test_an_option_that_is_shown_by_its_id_alone_shows_when_it_is_another() -> None:
    one, other = (LineTracking(category="Region", option="", option_id=each) for each in "no")
    assert fingerprint(with_line(tracking=(one,))) != fingerprint(with_line(tracking=(other,)))
    renumbered = NORTH.model_copy(update={"option_id": "n"})
    assert fingerprint(with_line(tracking=(renumbered,))) == fingerprint(with_line(tracking=(NORTH,)))


def test_the_order_of_tracking_does_not_show() -> None:
    assert fingerprint(with_line(tracking=(NORTH, BEEF))) == fingerprint(with_line(tracking=(BEEF, NORTH)))


def test_the_rate_of_one_that_xero_shows_without_a_rate_does_not_show() -> None:
    base = document(currency="AUD", currency_rate=None)
    assert fingerprint(existing(base, currency_rate=Decimal("1.000000"))) == fingerprint(existing(base))


def test_it_is_a_sha_256_in_hex() -> None:
    assert len(bytes.fromhex(fingerprint(existing()))) == 32


@pytest.mark.parametrize("number", ["1E+29", "-1E+29", "9" * 30, "1E-29", "0E+9"])
def test_numbers_that_no_document_has_are_digested_like_others(number: str) -> None:
    """A reply of Xero's with one of them would stop its partition, at each new start anew."""
    odd = Decimal(number)
    lines = (existing().lines[0].model_copy(update={"quantity": odd, "unit_amount": odd, "line_amount": odd}),)
    shown = existing(lines=lines, currency_rate=odd)
    assert is_unedited(shown, fingerprint(shown))
