"""A reply of Xero's is only judged by where it shows what was sent, as far as money hangs on it."""

from decimal import Decimal
from typing import Any

import pytest

from mappers.existing.completeness import shows_enough
from mappers.model.company import LineAmounts
from tests.unit.mappers.existing.xero_documents import document, existing, line


def test_what_xero_shows_after_our_write_is_enough() -> None:
    assert shows_enough(document(), existing())


@pytest.mark.parametrize(
    "fields",
    [
        {"contact_id": None},
        {"date": None},
        {"currency": None},
        {"has_lines": False},
        {"lines": ()},
        {"lines": existing(document(lines=(line(), line()))).lines},
        {"sub_total": None},
    ],
)
def test_a_reply_without_a_part_that_was_sent_is_not(fields: dict[str, Any]) -> None:
    assert not shows_enough(document(), existing(**fields))


@pytest.mark.parametrize("name", ["item_code", "description", "quantity", "unit_amount"])
def test_nor_is_one_without_a_part_of_any_line(name: str) -> None:
    sent = document(lines=(line(), line()))
    first, last = existing(sent).lines
    gap = last.model_copy(update={name: None})
    assert not shows_enough(sent, existing(sent, lines=(first, gap)))


@pytest.mark.parametrize("name", ["item_code", "description", "quantity", "unit_amount"])
def test_what_is_shown_otherwise_is_no_gap(name: str) -> None:
    other = "other" if name in {"item_code", "description"} else Decimal(1)
    (shown,) = existing().lines
    assert shows_enough(document(), existing(lines=(shown.model_copy(update={name: other}),)))


@pytest.mark.parametrize(("name", "sent"), [("item_code", None), ("unit_amount", None)])
def test_what_was_not_sent_is_not_asked_for(name: str, sent: None) -> None:
    ours = document(lines=(line(**{name: sent, "line_amount": Decimal(7)}),))
    (shown,) = existing(ours).lines
    assert shows_enough(ours, existing(ours, lines=(shown.model_copy(update={name: None}),)))


@pytest.mark.parametrize(
    ("line_amounts", "missing", "enough"),
    [
        (LineAmounts.EXCLUSIVE, "total", True),
        (LineAmounts.INCLUSIVE, "total", False),
        (LineAmounts.NO_TAX, "total", False),
        (LineAmounts.INCLUSIVE, "sub_total", True),
        (LineAmounts.NO_TAX, "sub_total", True),
    ],
)
def test_the_amount_that_is_checked_has_to_be_shown(line_amounts: LineAmounts, missing: str, enough: bool) -> None:
    sent = document(line_amounts=line_amounts)
    assert shows_enough(sent, existing(sent, **{missing: None})) is enough


def test_a_line_of_nothing_and_an_empty_text_are_shown_all_the_same() -> None:
    ours = document(lines=(line(quantity=Decimal(1), unit_amount=Decimal(0), description=""),))
    assert shows_enough(ours, existing(ours))
