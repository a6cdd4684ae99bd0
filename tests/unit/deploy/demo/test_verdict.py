"""The demo's judgement: what counts as expected, and every way in which something is not."""

import copy
from typing import Any

import pytest

from deploy.demo.samples import Expected, ExpectedDocument, Sample
from deploy.demo.verdict import Seen, differences, is_settled

ENTRY: dict[str, Any] = {
    "status": "PROCESSED",
    "action": "created",
    "document": {"type": "invoice", "number": "INV-1", "total": "1265.63", "currency": "USD"},
    "errors": [],
    "warnings": ["exchange_rate_missing"],
}
DOCUMENT: dict[str, Any] = {
    "InvoiceNumber": "INV-1",
    "Contact": {"Name": "Alok Trading"},
    "Total": "1265.6300",
    "_sim": {"attachments": []},
}


def sample(**expected: Any) -> Sample:
    fields: dict[str, Any] = {"log": (ENTRY,), "documents": (), "dead_letter": None, **expected}
    return Sample("one", "One", "", "southern-beef", "SHP-1", (), Expected(**fields))


def found(**changes: Any) -> dict[str, Any]:
    """An entry as the worker's API gives it."""
    entry = copy.deepcopy(ENTRY)
    entry["warnings"] = [{"code": "exchange_rate_missing", "message": "…"}]
    return {**entry, "event_id": "more than asked", **changes}


def test_what_is_as_expected_has_no_differences() -> None:
    wanted = ExpectedDocument("southern-beef", "invoice", "INV-1", "Alok Trading", "1265.63", 1)
    assert not differences(sample(documents=(wanted,)), Seen(log=[found()], documents=[DOCUMENT]))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"status": "REJECTED"}, "entry 1: status REJECTED, expected PROCESSED"),
        ({"action": "updated"}, "entry 1: action updated, expected created"),
        ({"document": None}, "entry 1: no document, expected INV-1"),
        ({"document": {**ENTRY["document"], "total": "1265.62"}}, "entry 1: document total 1265.62, expected 1265.63"),
        ({"document": {**ENTRY["document"], "number": "INV-2"}}, "entry 1: document number INV-2, expected INV-1"),
        ({"warnings": []}, "entry 1: warnings [], expected ['exchange_rate_missing']"),
        ({"errors": [{"code": "x", "message": ""}]}, "entry 1: 1 errors (x), expected 0"),
    ],
)
def test_each_difference_of_an_entry_is_said(change: dict[str, Any], words: str) -> None:
    assert differences(sample(), Seen(log=[found(**change)])) == (words,)


def test_an_error_must_match_in_all_that_is_expected_of_it() -> None:
    error = {"code": "customer_not_found", "message": "Customer.Name(ALOK) : not found in XERO(Customer.Name)."}
    wanted = {**ENTRY, "errors": [error]}
    assert not differences(sample(log=(wanted,)), Seen(log=[found(errors=[{**error, "hint": "…"}])]))
    other = {**error, "message": "Customer.Name(ALOK): not found in XERO(Customer.Name)."}
    assert len(differences(sample(log=(wanted,)), Seen(log=[found(errors=[other])]))) == 1


def test_a_second_entry_and_a_missing_one_are_differences() -> None:
    assert "2 entries" in differences(sample(), Seen(log=[found(), found()]))[0]
    assert "0 entries" in differences(sample(), Seen(log=[]))[0]


def test_dead_letters_are_compared() -> None:
    poison = sample(log=(), dead_letter="not_json")
    assert not differences(poison, Seen(log=[], dead_letters=("not_json",)))
    assert differences(poison, Seen(log=[], dead_letters=()))
    assert differences(poison, Seen(log=[], dead_letters=("not_json", "not_json")))
    assert differences(sample(), Seen(log=[found()], dead_letters=("not_json",)))


def test_a_second_document_of_the_number_or_another_customer_is_a_difference() -> None:
    wanted = sample(documents=(ExpectedDocument("southern-beef", "invoice", "INV-1", "Alok Trading", None, 1),))
    assert differences(wanted, Seen(log=[found()], documents=[DOCUMENT, DOCUMENT]))
    assert differences(wanted, Seen(log=[found()], documents=[{**DOCUMENT, "Contact": {"Name": "Hanoi"}}]))
    assert differences(wanted, Seen(log=[found()]))


def test_a_sample_is_settled_when_its_files_are_there_and_another_file_is_a_difference() -> None:
    wanted = ExpectedDocument("southern-beef", "invoice", "INV-1", None, None, 1, ("a.pdf",))
    there = {**DOCUMENT, "_sim": {"attachments": ["a.pdf"]}}
    waiting = Seen(log=[found()], documents=[DOCUMENT])
    assert not is_settled(sample(documents=(wanted,)), waiting)
    assert differences(sample(documents=(wanted,)), waiting)
    assert is_settled(sample(documents=(wanted,)), Seen(log=[found()], documents=[there]))
    assert not differences(sample(documents=(wanted,)), Seen(log=[found()], documents=[there]))
    unwanted = ExpectedDocument("southern-beef", "invoice", "INV-1", None, None, 1)
    assert differences(sample(documents=(unwanted,)), Seen(log=[found()], documents=[there]))


def test_a_sample_is_settled_when_as_much_has_happened_as_is_expected() -> None:
    assert not is_settled(sample(), Seen())
    assert not is_settled(sample(), Seen(log=[]))
    assert is_settled(sample(), Seen(log=[found(status="REJECTED")]))
    assert not is_settled(sample(log=()), Seen(log=None))
    assert is_settled(sample(log=()), Seen(log=[]))
    assert not is_settled(sample(log=None, dead_letter="unknown_company"), Seen())
    assert is_settled(sample(log=None, dead_letter="unknown_company"), Seen(dead_letters=("x",)))
