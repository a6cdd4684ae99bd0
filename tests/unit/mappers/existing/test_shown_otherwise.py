"""Tax that nobody asked for, and what Xero did not keep, are warnings that name it."""

from decimal import Decimal
from typing import Any

import pytest

from mappers.existing.reply import shown_otherwise, unasked_tax
from mappers.model.company import DocumentType, LineAmounts
from mappers.model.document import LineTracking
from mappers.model.problem import Code
from tests.builders import make_company
from tests.unit.mappers.existing.xero_documents import document, existing, line

NORTH = LineTracking(category="Region", option="North", option_id="n")


def test_tax_that_the_profile_did_not_ask_for_is_named_with_its_amount() -> None:
    (warning,) = shown_otherwise(document(), existing(total_tax=Decimal("126.56")), make_company())
    assert (warning.code, warning.field, warning.value) == (Code.TAX_CHARGED, "total_tax", "126.56")
    assert "126.56 USD" in warning.message


@pytest.mark.parametrize(
    ("tax", "profile"),
    [
        ("0.00", {}),
        (None, {}),  # Xero did not say.
        ("126.56", {"tax_type": "OUTPUT"}),
        ("126.56", {"expects_tax": True}),
    ],
)
def test_tax_that_was_asked_for_and_no_tax_are_no_news(tax: str | None, profile: dict[str, Any]) -> None:
    assert unasked_tax(None if tax is None else Decimal(tax), "USD", make_company(**profile)) == ()


@pytest.mark.parametrize("kind", DocumentType)
def test_tracking_that_was_dropped_is_named_once_for_all_lines(kind: DocumentType) -> None:
    sent = document(type=kind, lines=(line(tracking=(NORTH,)), line(tracking=(NORTH,))))
    shown = existing(sent)
    bare = shown.model_copy(update={"lines": tuple(each.model_copy(update={"tracking": ()}) for each in shown.lines)})
    (warning,) = shown_otherwise(sent, bare, make_company())
    assert (warning.code, warning.field, warning.value) == (Code.NOT_KEPT_BY_XERO, "tracking", "Region: North")
    assert "2 lines" in warning.message
    assert shown_otherwise(sent, shown, make_company()) == ()


def test_of_several_lines_those_that_lost_something_are_counted_and_the_first_is_shown() -> None:
    south = LineTracking(category="Branch", option="South", option_id="s")
    sent = document(lines=(line(), line(tracking=(south,), tax_type="OUTPUT"), line(tax_type="INPUT")))
    lines = [each.model_copy(update={"tracking": (), "tax_type": None}) for each in existing(sent).lines]
    tracking, taxes = shown_otherwise(sent, existing(sent, lines=tuple(lines)), make_company())
    assert (tracking.value, taxes.value) == ("Branch: South", "OUTPUT")
    assert "the tracking of one line of invoice INV-7" in tracking.message
    assert "the tax type of 2 lines (it shows none) of invoice INV-7" in taxes.message


@pytest.mark.parametrize("shown", [None, "a theme", "z theme"])
def test_a_branding_theme_that_was_dropped_is_named(shown: str | None) -> None:
    sent = document(branding_theme_id="theme")
    (warning,) = shown_otherwise(sent, existing(sent, branding_theme_id=shown), make_company())
    assert (warning.code, warning.field) == (Code.NOT_KEPT_BY_XERO, "branding_theme")
    assert shown_otherwise(sent, existing(sent, branding_theme_id="THEME"), make_company()) == ()
    assert shown_otherwise(document(), existing(branding_theme_id=shown), make_company()) == ()


def test_a_tax_type_that_became_another_is_named_but_not_where_it_changes_no_tax() -> None:
    sent = document(lines=(line(tax_type="EXEMPTEXPORT"),))
    (warning,) = shown_otherwise(sent, existing(document(lines=(line(tax_type="OUTPUT"),))), make_company())
    assert (warning.code, warning.field, warning.value) == (Code.NOT_KEPT_BY_XERO, "tax_type", "EXEMPTEXPORT")
    untaxed = {"line_amounts": LineAmounts.NO_TAX}
    none = existing(document(lines=(line(tax_type="NONE"),), **untaxed))
    assert shown_otherwise(document(lines=sent.lines, **untaxed), none, make_company()) == ()
    free = document(lines=(line(tax_type="EXEMPTEXPORT", unit_amount=Decimal(0)),))
    dropped = existing(document(lines=(line(tax_type="NONE", unit_amount=Decimal(0)),)))
    assert shown_otherwise(free, dropped, make_company()) == ()


def test_lines_that_cannot_be_told_apart_are_not_guessed_at() -> None:
    sent = document(lines=(line(tracking=(NORTH,)), line(tracking=(NORTH,))))
    assert shown_otherwise(sent, existing(document()), make_company()) == ()
    bare = existing(sent).model_copy(update={"has_lines": False})
    assert shown_otherwise(document(lines=(line(tracking=(NORTH,)),)), existing(), make_company()) != ()
    assert shown_otherwise(document(lines=(line(tax_type="X"), line())), bare, make_company()) == ()
    assert shown_otherwise(document(), existing(document(lines=sent.lines)), make_company()) == ()
