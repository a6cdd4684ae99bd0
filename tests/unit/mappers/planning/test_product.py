"""A product code is exactly the code of an item that is sold, or the hint says what is near."""

import pytest

from mappers.model.master_data import Account, Item
from mappers.model.problem import Code, Problem
from mappers.planning.product import find_product
from tests.builders import make_company
from tests.fakes.references import item, reference_data

FIELD = "lines[0].product_code"


def found(code: str, *items: Item, aliases: dict[str, str] | None = None) -> Item | Problem:
    company = make_company(product_aliases=aliases or {})
    reference = reference_data(items=items, accounts=[Account("200", "Sales")])
    return find_product(code, FIELD, company, reference)


def refused(code: str, *items: Item, aliases: dict[str, str] | None = None) -> Problem:
    answer = found(code, *items, aliases=aliases)
    assert isinstance(answer, Problem)
    assert (answer.field, answer.value) == (FIELD, code)
    return answer


def test_the_item_with_the_code_is_found() -> None:
    beef = item("BEEF-01")
    assert found("BEEF-01", item("LAMB-01"), beef) == beef


def test_an_unknown_code_keeps_the_words_of_the_guide() -> None:
    problem = refused("alok", item("BEEF-01"))
    assert problem.code is Code.PRODUCT_NOT_FOUND
    assert problem.message == "ProductLines.ProductCode(alok) : not found in XERO(Lines.Item.Number)."
    assert "sent by itself" not in problem.hint, "only the plan knows whether this is the only problem"


@pytest.mark.parametrize("theirs", ["ALOK", "al ok", "Alok "])
def test_a_code_that_differs_in_case_or_spaces_is_not_found_and_named(theirs: str) -> None:
    problem = refused("alok", item(theirs))
    assert problem.message == "ProductLines.ProductCode(alok) : not found in XERO(Lines.Item.Number)."
    assert repr(theirs) in problem.hint


def test_an_item_that_is_not_sold_is_named() -> None:
    problem = refused("BEEF-01", item("BEEF-01", sold=False))
    assert problem.code is Code.PRODUCT_NOT_SOLD
    assert "tick 'I sell this item'" in problem.hint


def test_a_code_that_is_an_account_says_so() -> None:
    assert "200 exists in Xero as an account code (Sales), not as an item code" in refused("200").hint


def test_an_alias_of_the_profile_is_looked_up_instead() -> None:
    beef = item("X-9")
    assert found("BEEF-01", beef, aliases={"BEEF-01": "X-9"}) == beef


@pytest.mark.parametrize("alias", ["A-9", "X-9"])
def test_an_alias_that_leads_nowhere_is_named(alias: str) -> None:
    hint = refused("BEEF-01", item("BEEF-01"), aliases={"BEEF-01": alias}).hint
    assert f"turn BEEF-01 into {alias}" in hint
    assert "aliases" not in refused(" BEEF-01 ", item("LAMB-01")).hint
