"""What a profile may say of a company, what is assumed where it says nothing, and what a pause is."""

from typing import Any

import pytest
from pydantic import ValidationError

from mappers.model.company import Company, CompanyPause, XeroFacts, decode_pause, encode_pause
from tests.builders import OCCURRED_AT, make_company

TRACKING = {"category": "Region", "option": "North"}


def test_a_company_that_says_nothing_more_has_the_careful_defaults() -> None:
    company = Company(id="a", organisation="o")
    assert not company.expects_tax
    assert not company.history_note
    assert not company.locks_bind_drafts


@pytest.mark.parametrize(
    ("field", "taken", "refused"),
    [
        ("id", "a", ""),
        ("id", "a", " "),
        ("organisation", "o", ""),
        ("exchange_rate_tolerance", "0.01", "0"),
        ("tracking", [TRACKING] * 2, [TRACKING] * 3),
        ("notes_to", ["a@example.com"] * 20, ["a@example.com"] * 21),
        ("attachments_from", ["file:///a"] * 50, ["file:///a"] * 51),
    ],
)
def test_a_profile_may_say_so_much_and_no_more(field: str, taken: Any, refused: Any) -> None:
    make_company(**{field: taken})
    with pytest.raises(ValidationError, match=field):
        make_company(**{field: refused})


def test_blanks_around_what_a_profile_says_do_not_count() -> None:
    company = make_company(account_code=" 200 ", trigger_statuses=[" Done "])
    assert (company.account_code, company.trigger_statuses) == ("200", ("Done",))
    assert company.is_trigger_status("DONE ")


@pytest.mark.parametrize(
    ("profile", "xero", "bind"),
    [("warn", False, False), ("warn", True, True), ("refuse", False, True), ("refuse", True, True)],
)
def test_locks_bind_drafts_where_the_profile_or_xero_says_so(profile: str, xero: bool, bind: bool) -> None:
    company = make_company(on_locked=profile).with_facts(XeroFacts(lock_binds_drafts=xero))
    assert company.locks_bind_drafts is bind


@pytest.mark.parametrize(
    ("quantity", "price", "takes"),
    [
        ("stands", "unused", True),
        ("stands", "used", False),
        ("recomputed", "unused", False),
        ("refused", "unused", False),
        ("refused", "used", False),
    ],
)
def test_a_line_may_come_by_its_amount_only_where_xero_leaves_quantity_and_price_alone(
    quantity: Any, price: Any, takes: bool
) -> None:
    facts = XeroFacts(quantity_with_line_amount=quantity, item_price_beside_line_amount=price)
    assert facts.takes_line_amounts is takes


@pytest.mark.parametrize("written", ["true", 1])
def test_a_fact_of_xeros_is_yes_or_no_and_nothing_like_it(written: Any) -> None:
    with pytest.raises(ValidationError, match="lock_binds_drafts"):
        XeroFacts(lock_binds_drafts=written)


@pytest.mark.parametrize(
    ("how", "text", "words"),
    [
        ("characters", "Cow \N{COW}", "5 characters"),
        ("utf16", "Cow \N{COW}", "6 characters, of which Xero counts some twice"),
        ("utf16", "Cow", "3 characters"),
    ],
)
def test_a_length_is_told_with_what_people_do_not_see(how: Any, text: str, words: str) -> None:
    assert XeroFacts(text_length=how).length_in_words(text) == words


def pause(**fields: Any) -> CompanyPause:
    return CompanyPause.model_validate({"company_id": "a", "paused": True, "at": OCCURRED_AT, **fields})


@pytest.mark.parametrize(
    ("field", "taken", "refused"),
    [("company_id", "a", ""), ("by", "n" * 100, "n" * 101), ("reason", "r" * 500, "r" * 501)],
)
def test_a_pause_has_a_company_a_name_of_100_characters_and_a_reason_of_500_at_most(
    field: str, taken: str, refused: str
) -> None:
    assert getattr(decode_pause(encode_pause(pause(**{field: taken}))), field) == taken
    with pytest.raises(ValidationError, match=field):
        pause(**{field: refused})


def test_the_longest_pause_is_read_however_its_characters_are_written() -> None:
    longest = pause(by="\N{COW}" * 100, reason="\N{COW}" * 500)
    escaped = encode_pause(longest).decode().replace("\N{COW}", "\\ud83d\\udc04").encode()
    assert decode_pause(escaped) == longest


def test_a_record_longer_than_any_pause_is_not_looked_at() -> None:
    with pytest.raises(ValueError, match="a pause has no 20000 bytes"):
        decode_pause(encode_pause(pause()).ljust(20_000))


def test_a_pause_whose_time_no_calendar_has_in_utc_is_refused() -> None:
    written = encode_pause(pause()).replace(b"2026-11-20T03:15:22.123000Z", b"9999-12-31T23:00:00-05:00")
    with pytest.raises(ValueError, match="no calendar has"):
        decode_pause(written)
