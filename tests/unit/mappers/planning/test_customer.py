"""A customer code is exactly the account number of one active contact, or the hint says what is near."""

from dataclasses import replace

import pytest

from mappers.model.master_data import Contact
from mappers.model.problem import Code, Problem
from mappers.planning.customer import find_customer
from tests.builders import make_company
from tests.fakes.references import contact, reference_data


def found(code: str, *contacts: Contact, aliases: dict[str, str] | None = None) -> Contact | Problem:
    company = make_company(customer_aliases=aliases or {})
    return find_customer(code, "buyer_code", company, reference_data(contacts=contacts))


def refused(code: str, *contacts: Contact, aliases: dict[str, str] | None = None) -> Problem:
    answer = found(code, *contacts, aliases=aliases)
    assert isinstance(answer, Problem)
    assert (answer.field, answer.value) == ("buyer_code", code)
    return answer


@pytest.mark.parametrize("account_number", ["ALOK", " ALOK "])
def test_the_contact_with_the_account_number_is_found(account_number: str) -> None:
    alok = contact(account_number, "Alok Industries")
    assert found("ALOK", alok, contact("OTHER")) == alok


def test_an_unknown_code_keeps_the_words_of_the_guide() -> None:
    problem = refused("ALOK", contact("OTHER"))
    assert problem.code is Code.CUSTOMER_NOT_FOUND
    assert problem.message == "Customer.Name(ALOK) : not found in XERO(Customer.Name)."
    assert "sent by itself" not in problem.hint, "only the plan knows whether this is the only problem"


@pytest.mark.parametrize("theirs", ["ALOK", "a lok", "Alok "])
def test_a_code_that_differs_in_case_or_spaces_is_not_found_and_named(theirs: str) -> None:
    problem = refused("alok", contact(theirs, "Alok Industries"))
    assert problem.message == "Customer.Name(alok) : not found in XERO(Customer.Name)."
    assert f"{theirs!r} (Alok Industries)" in problem.hint


def test_a_code_that_is_a_contact_name_says_so() -> None:
    problem = refused("ALOK", contact(None, "Alok"), contact("OTHER"))
    assert "ALOK exists in Xero as a contact name, not as an account number" in problem.hint


def test_an_archived_contact_is_named() -> None:
    problem = refused("ALOK", contact("ALOK", "Alok Industries", archived=True))
    assert problem.code is Code.CUSTOMER_ARCHIVED
    assert problem.message == "Customer.Name(ALOK) : not found in XERO(Customer.Name)."
    assert "archived contact Alok Industries" in problem.hint


def test_an_archived_contact_does_not_hide_the_active_one_that_has_its_number() -> None:
    active = contact("ALOK", "Alok New")
    assert found("ALOK", contact("ALOK", "Alok Old", archived=True), active) == active


def test_a_merged_contact_names_the_one_that_took_its_place() -> None:
    target = contact("NEW", "Alok Group")
    merged = replace(contact("ALOK", "Alok Industries"), merged_to=contact("NEW", "Alok Group").contact_id)
    others = [contact(None, f"Trading {number}") for number in range(9)]
    problem = refused("ALOK", merged, *others, target)
    assert problem.code is Code.CUSTOMER_ARCHIVED
    assert "was merged into Alok Group" in problem.hint


def test_two_active_contacts_are_a_question_for_people_not_a_guess() -> None:
    problem = refused("ALOK", contact("ALOK", "Alok A"), contact("ALOK", "Alok B"))
    assert problem.code is Code.CUSTOMER_AMBIGUOUS
    assert "Alok A, Alok B" in problem.hint


def test_an_alias_of_the_profile_is_looked_up_instead() -> None:
    alok = contact("C-1001", "Alok Industries")
    assert found("ALOK", alok, aliases={"ALOK": "C-1001"}) == alok


@pytest.mark.parametrize("alias", ["A-1001", "C-1001"])
def test_an_alias_that_leads_nowhere_is_named_beside_the_shipments_own_code(alias: str) -> None:
    problem = refused("ALOK", contact("OTHER"), aliases={"ALOK": alias})
    assert problem.message == "Customer.Name(ALOK) : not found in XERO(Customer.Name)."
    assert f"turn ALOK into {alias}" in problem.hint
    assert "aliases" not in refused(" ALOK ", contact("OTHER")).hint
