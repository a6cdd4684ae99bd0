"""What Xero shows otherwise than it was sent is not taken for a change, nor for a person's edit."""

from decimal import Decimal
from typing import Any

import pytest

from mappers.existing.equality import matches
from mappers.existing.fingerprint import fingerprint, is_unedited
from mappers.existing.shown import discount, gross_amount, is_zero, rate, shows_net, units
from mappers.model.company import DocumentType, LineAmounts
from mappers.model.document import Document, ExistingDocument, ExistingLine, LineTracking
from tests.unit.mappers.existing.xero_documents import document, existing, line

NORTH = LineTracking(category="Region", option="North", category_id="c", option_id="n")
TAXED = line(account_code="200", tax_type="OUTPUT")
ZERO = line(unit_amount=Decimal(0), account_code="200", tax_type="OUTPUT")


def with_line(sent: Document, **overrides: Any) -> ExistingDocument:
    shown = existing(sent)
    return shown.model_copy(update={"lines": (shown.lines[0].model_copy(update=overrides),)})


@pytest.mark.parametrize(
    "shown", [{}, {"account_code": None, "tax_type": None}, {"account_code": "", "tax_type": "NONE"}]
)
def test_xero_drops_account_and_tax_of_a_line_of_zero(shown: dict[str, Any]) -> None:
    sent = document(lines=(ZERO,), expected_amount=Decimal(0))
    assert matches(sent, with_line(sent, **shown))
    assert fingerprint(with_line(sent, **shown)) == fingerprint(existing(sent))


def test_but_not_of_a_line_that_is_worth_something_and_no_other_value() -> None:
    sent = document(lines=(TAXED,))
    assert not matches(sent, with_line(sent, account_code=None, tax_type=None))
    free = document(lines=(ZERO,), expected_amount=Decimal(0))
    assert not matches(free, with_line(free, account_code="201"))
    assert not matches(free, with_line(free, tax_type="EXEMPTEXPORT"))


def test_a_document_without_tax_shows_none_for_the_tax_type_that_was_sent() -> None:
    sent = document(lines=(TAXED,), line_amounts=LineAmounts.NO_TAX)
    assert matches(sent, with_line(sent, tax_type="NONE"))
    assert fingerprint(with_line(sent, tax_type="NONE")) == fingerprint(existing(sent))
    assert not matches(document(lines=(TAXED,)), with_line(document(lines=(TAXED,)), tax_type="NONE"))


def inclusive_quote() -> Document:
    gross = line(quantity=Decimal(7), unit_amount=Decimal("14.2857"), account_code="200", tax_type="OUTPUT")
    return document(
        type=DocumentType.QUOTE, line_amounts=LineAmounts.INCLUSIVE, lines=(gross,), expected_amount=Decimal("100.00")
    )


def shown_net(sent: Document, **overrides: Any) -> ExistingDocument:
    fields = {"unit_amount": Decimal("12.9870"), "line_amount": Decimal("90.91"), "tax_amount": Decimal("9.09")}
    totals = {"sub_total": Decimal("90.91"), "total_tax": Decimal("9.09"), "total": Decimal("100.00")}
    return with_line(sent, **(fields | overrides)).model_copy(update=totals)


def test_a_quote_that_includes_tax_is_shown_net() -> None:
    sent = inclusive_quote()
    gross = with_line(sent, tax_amount=Decimal("9.09")).model_copy(
        update={"sub_total": Decimal("90.91"), "total_tax": Decimal("9.09")}
    )
    assert matches(sent, shown_net(sent))
    assert matches(sent, gross)
    assert fingerprint(shown_net(sent)) == fingerprint(gross)


@pytest.mark.parametrize(
    "edit",
    [
        {"quantity": Decimal(8)},
        {"description": "by hand"},
        {"line_amount": Decimal("81.82"), "tax_amount": Decimal("8.18")},  # The price, ten percent off.
    ],
)
def test_an_edit_of_it_is_still_seen(edit: dict[str, Any]) -> None:
    sent = inclusive_quote()
    edited = shown_net(sent, **edit)
    if "line_amount" in edit:
        edited = edited.model_copy(update={"sub_total": edit["line_amount"], "total": Decimal("90.00")})
    assert not matches(sent, edited)
    assert not is_unedited(edited, fingerprint(shown_net(sent)))


@pytest.mark.parametrize("update", [{"total": Decimal("100.01")}, {"total": Decimal("99.99")}, {"total": None}])
def test_a_quote_that_is_shown_net_comes_to_what_the_shipment_does(update: dict[str, Any]) -> None:
    sent = inclusive_quote()
    assert not matches(sent, shown_net(sent).model_copy(update=update))


@pytest.mark.parametrize("edit", [{"tax_amount": None}, {"line_amount": None}])
def test_a_quote_that_includes_tax_does_not_match_where_a_line_does_not_say_what_it_comes_to(
    edit: dict[str, Any],
) -> None:
    sent = inclusive_quote()
    assert not matches(sent, shown_net(sent, **edit))


@pytest.mark.parametrize(("cents", "same"), [("0.11", True), ("-0.11", True), ("0.12", False), ("-0.12", False)])
def test_a_thousand_at_a_price_of_four_decimals_may_lose_ten_cents_and_one(cents: str, same: bool) -> None:
    (one,) = inclusive_quote().lines
    sent = inclusive_quote().model_copy(update={"lines": (one.model_copy(update={"quantity": Decimal(1000)}),)})
    net, tax = Decimal("12987.00") + Decimal(cents), Decimal("1298.70")
    sent = sent.model_copy(update={"expected_amount": net + tax})
    shown = shown_net(sent, line_amount=net, tax_amount=tax)
    totals = {"sub_total": net, "total_tax": tax, "total": net + tax}
    assert matches(sent, shown.model_copy(update=totals)) == same


@pytest.mark.parametrize(("moved", "same"), [("0.01", True), ("0.02", False), ("3.00", False)])
def test_of_an_amount_that_was_moved_from_one_line_to_another_a_cent_alone_is_rounding(moved: str, same: bool) -> None:
    """The total says nothing of it. Seven at four decimals come to a cent and 0.0007 at most."""
    (line_sent,) = inclusive_quote().lines
    sent = inclusive_quote().model_copy(update={"lines": (line_sent, line_sent), "expected_amount": Decimal("200.00")})
    shown = shown_net(sent).lines[0].model_copy(update={"line_amount": Decimal("90.91"), "tax_amount": Decimal("9.09")})
    more, less = (
        shown.model_copy(update={"line_amount": Decimal("90.91") + sign * Decimal(moved)}) for sign in (1, -1)
    )
    totals = {"sub_total": Decimal("181.82"), "total_tax": Decimal("18.18"), "total": Decimal("200.00")}
    assert matches(sent, existing(sent).model_copy(update={"lines": (more, less), **totals})) == same


def test_tracking_is_the_same_by_its_id_else_by_its_names() -> None:
    sent = document(lines=(line(tracking=(NORTH,)),))
    by_id = LineTracking(category="", option="", option_id="N")
    renamed = NORTH.model_copy(update={"option": "Nord"})
    by_name = LineTracking(category="Region", option="North")
    assert all(matches(sent, with_line(sent, tracking=(each,))) for each in (by_id, renamed, by_name))
    other = NORTH.model_copy(update={"option_id": "s"})
    assert not any(matches(sent, with_line(sent, tracking=each)) for each in ((), (other,), (NORTH, other)))


def test_a_line_sent_by_its_amount_is_compared_by_it() -> None:
    sent = document(lines=(line(unit_amount=None, line_amount=Decimal("1265.63")),))
    assert matches(sent, existing(sent))
    assert not matches(sent, with_line(sent, line_amount=Decimal("1265.62")))


def test_a_discount_is_compared_by_what_it_leaves() -> None:
    sent = document(lines=(line(discount_rate=Decimal(10)),), expected_amount=Decimal("1139.06"))
    assert matches(sent, existing(sent))
    assert not matches(sent, with_line(sent, line_amount=Decimal("1265.63")))


@pytest.mark.parametrize(
    ("shown", "recorded"),
    [
        (
            with_line(document(), tracking=(LineTracking(category="Region", option="North"),)),
            "d3f6958110d05de32084f8e02665c3ac4461b86f66f82522fd99ae82539238c2",
        ),
        (
            with_line(document(), unit_amount=Decimal(0), line_amount=Decimal(0)),
            "7295c5149830287482dec498aaa19b751a1e8d47d2e7a71d07b37aaee40e9b3b",
        ),
        (
            with_line(document(line_amounts=LineAmounts.NO_TAX), tax_type="NONE"),
            "1bf0646da7f47893a99c91ea60d1df82af64f2657aa69747293d1181e0458336",
        ),
        (
            existing(document(type=DocumentType.QUOTE, line_amounts=LineAmounts.INCLUSIVE)),
            "95ad4de1a52ec5aa1bb2f3e28f6adc72c37a42b3b8bea379d4e9b83804840089",
        ),
    ],
)
def test_a_fingerprint_that_version_8a20cad_stored_is_still_recognised(shown: ExistingDocument, recorded: str) -> None:
    assert is_unedited(shown, recorded)
    assert not is_unedited(shown.model_copy(update={"reference": "by hand"}), recorded)


@pytest.mark.parametrize(
    ("fields", "zero"),
    [
        ({"line_amount": Decimal("0.004")}, True),
        ({"line_amount": Decimal("0.005")}, False),
        ({"line_amount": None, "quantity": Decimal(2), "unit_amount": Decimal("0.0024")}, True),
        ({"line_amount": None, "quantity": Decimal(2), "unit_amount": Decimal("0.0025")}, False),
        ({"line_amount": None, "quantity": Decimal(2), "unit_amount": None}, True),
        ({"line_amount": None, "quantity": None, "unit_amount": Decimal(2)}, True),
        ({"line_amount": Decimal(0), "quantity": Decimal(2), "unit_amount": Decimal(2)}, True),
    ],
)
def test_a_line_comes_to_nothing_by_its_amount_else_by_quantity_and_price(fields: dict[str, Any], zero: bool) -> None:
    assert is_zero(ExistingLine(**fields)) is zero


@pytest.mark.parametrize(
    ("fields", "off"),
    [
        ({}, None),
        ({"line_amount": Decimal("18.00")}, "-2"),
        ({"line_amount": Decimal("20.01")}, "0.01"),
        ({"line_amount": Decimal("20.004")}, None),
        ({"line_amount": None}, None),
        ({"quantity": None}, None),
        ({"unit_amount": None}, None),
    ],
)
def test_a_discount_is_what_the_amount_is_off_the_price(fields: dict[str, Any], off: str | None) -> None:
    shown = {"quantity": Decimal(4), "unit_amount": Decimal(5), "line_amount": Decimal("20.00"), **fields}
    found = discount(ExistingLine(**shown))
    assert (None if found is None else str(found)) == off


@pytest.mark.parametrize(
    ("value", "compared"),
    [
        ("0.6543214", "0.654321"),
        ("0.6543215", "0.654322"),
        ("1.0000004", None),
        ("1", None),
        ("1.000001", "1.000001"),
        ("0.5", "0.5"),
        ("2", "2"),
        (None, None),
    ],
)
def test_a_rate_is_compared_at_six_decimals_and_one_is_none(value: str | None, compared: str | None) -> None:
    assert rate(None if value is None else Decimal(value)) == (None if compared is None else Decimal(compared))


def test_a_quantity_or_a_price_is_compared_at_four_decimals() -> None:
    assert [units(Decimal(each)) for each in ("1.00004", "1.00005")] == [Decimal(1), Decimal("1.0001")]
    assert units(None) is None


@pytest.mark.parametrize(("line_amount", "tax_amount"), [("90.91", None), (None, "9.09"), (None, None)])
def test_without_its_tax_nobody_knows_what_a_net_line_comes_to(line_amount: Any, tax_amount: Any) -> None:
    assert gross_amount(ExistingLine(line_amount=line_amount, tax_amount=tax_amount)) is None


@pytest.mark.parametrize(
    ("update", "net"),
    [
        ({}, True),
        ({"total_tax": Decimal("0.00")}, False),
        ({"total_tax": None}, False),
        ({"sub_total": Decimal("90.90")}, False),
        ({"sub_total": Decimal("90.92")}, False),
        ({"sub_total": None}, False),
        ({"line_amounts": LineAmounts.EXCLUSIVE}, False),
        ({"type": DocumentType.INVOICE}, False),
    ],
)
def test_only_a_quote_with_tax_whose_lines_add_up_to_its_net_total_is_shown_net(
    update: dict[str, Any], net: bool
) -> None:
    shown = shown_net(inclusive_quote())
    assert shows_net(shown.model_copy(update=update)) is net
    unsaid = shown.model_copy(update={"lines": (*shown.lines, ExistingLine())})
    assert not shows_net(unsaid)


def test_a_line_has_its_options_in_any_order_and_not_one_of_them_twice_as_many() -> None:
    south = LineTracking(category="Branch", option="South", category_id="b", option_id="s")
    sent = document(lines=(line(tracking=(NORTH, south)),))
    assert matches(sent, with_line(sent, tracking=(south, NORTH)))
    assert not matches(sent, with_line(sent, tracking=(NORTH,)))
    by_names = [LineTracking(category=each.category, option=each.option) for each in (NORTH, south)]
    assert matches(sent, with_line(sent, tracking=tuple(by_names)))
    for other in ({"option": "Nord"}, {"option": "Western"}, {"category": "Area"}, {"category": "Zone"}):
        assert not matches(sent, with_line(sent, tracking=(by_names[0].model_copy(update=other), by_names[1])))
    for other_id in "az":
        assert not matches(sent, with_line(sent, tracking=(NORTH.model_copy(update={"option_id": other_id}), south)))
