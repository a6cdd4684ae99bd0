"""What is known of an organisation."""

from datetime import date
from typing import Any

import pytest

from mappers.model import Account, Contact, Item, OrganisationFacts, XeroFacts

EARLY, LATE = date(2026, 6, 30), date(2026, 9, 30)


@pytest.mark.parametrize(
    ("period", "year", "words"),
    [
        (None, None, ""),
        (LATE, None, "period lock date 2026-09-30"),
        (LATE, EARLY, "period lock date 2026-09-30"),
        (EARLY, LATE, "end of year lock date 2026-09-30"),
        (LATE, date(2026, 9, 30), "end of year lock date 2026-09-30"),
        (None, EARLY, "end of year lock date 2026-06-30"),
    ],
)
def test_a_lock_is_named_as_in_xeros_settings(period: date | None, year: date | None, words: str) -> None:
    facts = OrganisationFacts("id", "Demo", "AUD", period_lock_date=period, end_of_year_lock_date=year)
    assert facts.lock_in_words == words


def test_a_text_is_as_long_as_xeros_limits_count_it() -> None:
    assert [XeroFacts(text_length=how).length_of("\N{COW}") for how in ("characters", "utf16")] == [1, 2]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({}, ""),
        ({"type": "REVENUE"}, ""),
        ({"type": "ASSET"}, ""),
        ({"type": "BANK"}, "is a bank account"),
        ({"system": "ROUNDING"}, ""),
        ({"system": "DEBTORS"}, "is a system account of Xero's (DEBTORS)"),
        ({"system": "TRACKINGTRANSFERS"}, "is a system account of Xero's (TRACKINGTRANSFERS)"),
        ({"active": False}, "is archived in Xero"),
    ],
)
def test_a_sale_is_booked_on_no_archived_bank_or_system_account_but_the_one_for_rounding(
    fields: dict[str, Any], why: str
) -> None:
    said = Account("200", "Sales", **fields).why_not_on_sales
    assert said.startswith(why)
    assert bool(said) is bool(why)


def test_a_contact_or_an_item_of_which_xero_says_no_more_may_be_used() -> None:
    assert not Contact("id", "Alok", "ALOK").archived
    assert Item("id", "BEEF-01", "Beef").sold
