"""Lock dates: what they bind, and what Xero says. The demonstration's books are closed up to 30 June 2026."""

from typing import Any

import pytest

from tests.simulator.client import BEEF, Caller, invoice, messages

LOCKED = "The document date cannot be before the period lock date, currently set at 30-Jun-2026"
CAUGHT = "The document cannot be edited as it is currently dated before the {} lock date"


async def put(xero: Caller, status: str, day: str = "2026-06-30") -> Any:
    return (await xero.put_invoices(invoice("INV-1", Status=status, Date=day))).one("Invoices")


async def post(xero: Caller, made: Any, **changes: Any) -> list[str]:
    return messages((await xero.post_invoices({"InvoiceID": made["InvoiceID"], **changes})).one("Invoices"))


async def lock(xero: Caller, name: str, day: str | None) -> None:
    await xero.control("POST", "organisation", {"tenant": BEEF, "set": {name: day}})


@pytest.mark.parametrize(("day", "expected"), [("2026-06-30", [LOCKED]), ("2026-07-01", [])])
async def test_an_approved_invoice_must_lie_after_the_lock(xero: Caller, day: str, expected: list[str]) -> None:
    assert messages(await put(xero, "AUTHORISED", day)) == expected


@pytest.mark.parametrize("status", ["DRAFT", "SUBMITTED"])
async def test_a_draft_in_closed_books_is_taken_and_its_approval_refused(xero: Caller, status: str) -> None:
    made = await put(xero, status)
    assert messages(made) == []
    assert await post(xero, made, Status="AUTHORISED") == [LOCKED]
    assert await post(xero, made, Reference="still a draft") == []
    assert await post(xero, made, Status="AUTHORISED", Date="2026-07-01") == [], "in an open period it is approved"


@pytest.mark.parametrize(("name", "words"), [("PeriodLockDate", "period"), ("EndOfYearLockDate", "end of year")])
@pytest.mark.parametrize("change", [{"Date": "2026-11-25"}, {"Reference": "new"}, {"Status": "VOIDED"}])
async def test_an_approved_invoice_that_a_lock_has_caught_takes_no_change(
    xero: Caller, name: str, words: str, change: dict[str, Any]
) -> None:
    made = await put(xero, "AUTHORISED", "2026-11-19")
    await lock(xero, name, "2026-11-19")
    assert await post(xero, made, **change) == [CAUGHT.format(words)]


async def test_the_end_of_the_year_has_words_of_its_own(xero: Caller) -> None:
    await lock(xero, "EndOfYearLockDate", "2026-11-05")
    expected = "The document date cannot be before the end of year lock date, currently set at 5-Nov-2026"
    assert messages(await put(xero, "AUTHORISED", "2026-11-05")) == [expected]


async def test_by_a_switch_a_lock_binds_drafts_too(xero: Caller) -> None:
    await xero.control("POST", "switches", {"lock_binds_drafts": True})
    assert messages(await put(xero, "DRAFT")) == [LOCKED]


async def test_an_app_of_an_adviser_passes_locks_by_a_switch(xero: Caller) -> None:
    await xero.control("POST", "switches", {"adviser_ignores_locks": True})
    assert messages(await put(xero, "AUTHORISED")) == []
