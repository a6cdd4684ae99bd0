"""What a note says of each cause, and how much of it at most, so that it fits whatever others wrote."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # It publishes no types.

from mappers.model.lists import Blocked, CauseGroup, CauseLife, Place, Remedy
from mappers.model.shipment_log import Affected, Cause
from mappers.outbound import MOST_CAUSES, NoteData, attention_note, attention_note_schema, note_body

SINCE = "2026-11-20T03:15:22.123Z"
MADE_AT = datetime(2026, 11, 21, tzinfo=UTC)
PAGES = "https://ledger.example"
CAUSE = Cause("REJECTED", "customer_not_found", "buyer_code", "ALOK")
FIRST = Affected("SHP-1", SINCE, "Alok is not in Xero.", "Accounting: add Alok.")


def group(cause: Cause = CAUSE, *shipments: Affected, **fields: Any) -> CauseGroup:
    remedy = Remedy("accounting", (Place.XERO, Place.SHIPPING), "Add the contact.")
    return CauseGroup(cause, 7, shipments, CauseLife(SINCE, SINCE, 7, 0, 0), remedy, **fields)


def noted(some: CauseGroup, page_url: str = PAGES) -> dict[str, Any]:
    """The only cause of the note, as its receiver gets it."""
    body = orjson.loads(note_body(attention_note("beef", MADE_AT, [some], 0, page_url)))
    Draft202012Validator(attention_note_schema()).validate(body)
    (cause,) = body["data"]["causes"]
    assert isinstance(cause, dict)
    return cause


def test_a_cause_is_told_with_all_that_is_known_of_it() -> None:
    found = noted(group(CAUSE, FIRST, blocked=(Blocked("USD", "1265.63", 6),), xero_url="https://go.xero.com/contacts"))
    assert found == {
        "status": "REJECTED",
        "code": "customer_not_found",
        "field": "buyer_code",
        "value": "ALOK",
        "message": "Alok is not in Xero.",
        "shipments": 7,
        "since": SINCE,
        "who": "accounting",
        "where": ["xero", "shipping"],
        "how": "Accounting: add Alok.",
        "blocked": [{"currency": "USD", "amount": "1265.63", "shipments": 6}],
        "xero_url": "https://go.xero.com/contacts",
        "url": f"{PAGES}/companies/beef/shipments?status=REJECTED&code=customer_not_found&field=buyer_code&value=ALOK",
    }


def test_what_is_not_known_is_absent() -> None:
    found = noted(group(Cause("WAITING", "out_of_quota")), page_url="")
    assert found.keys() == {"status", "code", "message", "shipments", "since", "who", "where", "how"}
    assert (found["message"], found["how"]) == ("out_of_quota", "Add the contact.")


def test_without_a_hint_of_the_shipment_the_remedy_says_what_to_do() -> None:
    found = noted(group(CAUSE, Affected("SHP-1", SINCE, "Alok is not in Xero.")))
    assert (found["message"], found["how"]) == ("Alok is not in Xero.", "Add the contact.")


def test_the_words_are_those_of_the_first_shipment() -> None:
    found = noted(group(CAUSE, FIRST, Affected("SHP-2", SINCE, "Other words.", "Do otherwise.")))
    assert (found["message"], found["how"]) == ("Alok is not in Xero.", "Accounting: add Alok.")


def test_the_note_says_whose_it_is_when_it_was_made_and_how_many_causes_it_leaves_out() -> None:
    note = attention_note("beef & co", MADE_AT, [group(), group()], 3, PAGES)
    body = orjson.loads(note_body(note))
    assert note.data.count == 5
    assert (body["type"], body["timestamp"]) == ("attention.causes_opened", "2026-11-21T00:00:00.000Z")
    assert (body["data"]["company_id"], body["data"]["more_causes"]) == ("beef & co", 3)
    assert body["data"]["url"] == f"{PAGES}/companies/beef%20%26%20co/attention"


def test_a_note_that_leaves_nothing_out_counts_what_it_has() -> None:
    assert NoteData(company_id="beef", causes=()).count == 0


def test_a_note_has_as_many_causes_in_full_as_integrators_read() -> None:
    page = (Path(__file__).parents[4] / "docs" / "integrators.md").read_text(encoding="utf-8")
    assert f"new causes, the most frequent first, {MOST_CAUSES} at most" in page


def test_without_an_address_of_the_pages_a_note_has_no_links() -> None:
    assert "url" not in orjson.loads(note_body(attention_note("beef", MADE_AT, [], 0, "")))["data"]


def test_a_cause_that_holds_nothing_up_leads_to_shipments_of_every_status() -> None:
    found = noted(group(Cause("PROCESSED", "drift_amount")))
    assert found["url"] == f"{PAGES}/companies/beef/shipments?code=drift_amount"


@pytest.mark.parametrize(("length", "is_there"), [(2000, True), (2001, False)])
def test_a_link_has_2000_characters_at_most(length: int, *, is_there: bool) -> None:
    address = f"{PAGES}/companies/beef/shipments?status=REJECTED&code=x&field="
    found = noted(group(Cause("REJECTED", "x", "f" * (length - len(address)))))
    assert ("url" in found) is is_there


def test_of_many_currencies_ten_are_told() -> None:
    blocked = tuple(Blocked(f"C{number}", "1", 1) for number in range(11))
    assert [each["currency"] for each in noted(group(blocked=blocked))["blocked"]] == [f"C{n}" for n in range(10)]


@given(st.text(), st.text(), st.integers(600, 5000), st.lists(st.text(), max_size=20))
def test_a_cause_fits_whatever_others_wrote(text: str, value: str, times: int, currencies: list[str]) -> None:
    """In a few kilobytes: twenty of them, and what was told before, fit into a record."""
    long = (text or "\ud800") * times
    first = Affected("SHP-1", SINCE, long, long)
    blocked = tuple(Blocked(each * times, "1.00", 1) for each in currencies)
    found = noted(group(Cause("REJECTED", "x", long, value), first, blocked=blocked))
    assert max(len(found[name]) for name in ("field", "message", "how")) <= 500
    assert all(len(each["currency"]) <= 20 for each in found.get("blocked", ()))


@pytest.mark.parametrize("name", ["shipments", "more_causes"])
def test_the_schema_counts_from_nothing(name: str) -> None:
    body = orjson.loads(note_body(attention_note("beef", MADE_AT, [group()], 0, "")))
    holder = body["data"] if name == "more_causes" else body["data"]["causes"][0]
    validator = Draft202012Validator(attention_note_schema())
    for number, is_valid in ((0, True), (-1, False)):
        holder[name] = number
        assert validator.is_valid(body) is is_valid
