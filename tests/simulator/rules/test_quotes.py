"""Quotes, where they differ from invoices."""

from decimal import Decimal
from typing import Any

import pytest

from tests.simulator.client import ALOK, BEEF, Caller, line, messages, quote

NOT_MODIFIABLE = "Quote not of valid status for modification"
STATUSES = ["DRAFT", "SENT", "ACCEPTED", "DECLINED", "INVOICED", "DELETED"]
TAKEN = [("refuse", "ERROR", 1), ("duplicate", "OK", 2), ("update", "OK", 1)]
STEPS = {
    "DRAFT": ("DRAFT", "SENT", "DELETED"),
    "SENT": ("SENT", "ACCEPTED", "DECLINED", "DELETED"),
    "ACCEPTED": ("ACCEPTED", "INVOICED", "SENT", "DELETED"),
    "DECLINED": ("DECLINED", "SENT", "DELETED"),
    "INVOICED": ("INVOICED", "SENT", "DELETED"),
    "DELETED": (),
}


async def made(xero: Caller, **changes: Any) -> Any:
    created = (await xero.put_quotes(quote("Q-1", **changes))).one("Quotes")
    assert created["StatusAttributeString"] == "OK", created
    return created


async def updated(xero: Caller, document_id: str, **changes: Any) -> Any:
    """The quote's whole content again, with changes."""
    row = {**quote("Q-1"), "QuoteID": document_id, **changes}
    return (await xero.post_quotes({name: value for name, value in row.items() if value is not None})).one("Quotes")


async def person(xero: Caller, **change: Any) -> Any:
    return await xero.control("POST", "edit", {"tenant": BEEF, "type": "quote", "number": "Q-1", **change})


async def test_a_new_quote_has_upper_case_line_amount_types_and_a_spaced_date(xero: Caller) -> None:
    created = await made(xero, LineAmountTypes="INCLUSIVE", Title="Beef", ExpiryDate="2026-12-31")
    assert (created["LineAmountTypes"], created["Status"]) == ("INCLUSIVE", "DRAFT")
    assert (created["DateString"], created["ExpiryDateString"]) == ("2026-11-19 00:00:00", "2026-12-31 00:00:00")
    assert created["Total"] == Decimal("1265.63")


async def test_either_case_of_line_amount_types_is_read(xero: Caller) -> None:
    body = {"Quotes": [quote("Q-1", LineAmountTypes="Inclusive")]}
    answer = await xero.call("PUT", "Quotes?summarizeErrors=false", body, checked=False)
    assert answer.one("Quotes")["LineAmountTypes"] == "INCLUSIVE"


async def test_unit_amounts_have_four_decimals_without_asking(xero: Caller) -> None:
    created = await made(xero, LineItems=[line(Quantity=7000, UnitAmount=Decimal("0.1648"))])
    assert created["SubTotal"] == Decimal("1153.60")


@pytest.mark.parametrize("before", STATUSES)
@pytest.mark.parametrize("after", STATUSES)
async def test_status_steps(xero: Caller, before: str, after: str) -> None:
    created = await made(xero)
    await person(xero, status=before)
    element = await updated(xero, created["QuoteID"], Status=after)
    assert (element["StatusAttributeString"] == "OK") == (after in STEPS[before])


@pytest.mark.parametrize(
    ("answer", "status", "count"), [("refuse", "ERROR", 1), ("duplicate", "OK", 2), ("update", "OK", 1)]
)
async def test_put_with_a_taken_number_refuses_duplicates_or_updates_by_a_switch(
    xero: Caller, answer: str, status: str, count: int
) -> None:
    await made(xero)
    await xero.control("POST", "switches", {"quote_number_taken_on_put": answer})
    element = (await xero.put_quotes(quote("Q-1", Title="again"))).one("Quotes")
    assert element["StatusAttributeString"] == status
    assert (await xero.control("GET", "counts"))["documents"][BEEF]["quote"]["Q-1"]["live"] == count


@pytest.mark.parametrize(
    ("answer", "status", "count"), [("refuse", "ERROR", 1), ("duplicate", "OK", 2), ("update", "OK", 1)]
)
async def test_post_with_a_taken_number_does_the_same_by_a_switch_of_its_own(
    xero: Caller, answer: str, status: str, count: int
) -> None:
    await made(xero)
    await xero.control("POST", "switches", {"quote_number_taken_on_post": answer})
    element = (await xero.post_quotes(quote("Q-1", Title="again"))).one("Quotes")
    assert element["StatusAttributeString"] == status
    assert (await xero.control("GET", "counts"))["documents"][BEEF]["quote"]["Q-1"]["live"] == count


async def test_an_update_without_line_amount_types_prices_the_quote_anew(xero: Caller) -> None:
    """It falls back to EXCLUSIVE: 110 with tax within becomes 110 plus tax."""
    lines = [line(Quantity=1, UnitAmount=110, TaxType="OUTPUT")]
    created = await made(xero, LineAmountTypes="INCLUSIVE", LineItems=lines)
    element = await updated(xero, created["QuoteID"], LineAmountTypes=None, LineItems=None)
    assert (created["Total"], element["Total"]) == (Decimal("110.00"), Decimal("121.00"))


async def test_an_update_empties_texts_and_expiry_that_it_leaves_out(xero: Caller) -> None:
    texts = {"Title": "T", "Summary": "S", "Terms": "Cash", "ExpiryDate": "2026-12-31", "Reference": "R"}
    created = await made(xero, **texts)
    element = await updated(xero, created["QuoteID"])
    assert "Title" not in element
    assert "Summary" not in element
    assert "ExpiryDate" not in element
    assert (element["Terms"], element["Reference"]) == ("", "R")


async def test_an_update_must_carry_contact_and_date(xero: Caller) -> None:
    created = await made(xero)
    element = await updated(xero, created["QuoteID"], Contact=None, Date=None)
    assert messages(element) == [
        "Contact must be specified when a quote is updated.",
        "Date must be specified when a quote is updated.",
    ]


async def test_an_update_without_lines_leaves_them_alone(xero: Caller) -> None:
    created = await made(xero)
    element = await updated(xero, created["QuoteID"], LineItems=None)
    assert element["LineItems"] == created["LineItems"]


@pytest.mark.parametrize("status", ["SENT", "ACCEPTED", "DECLINED", "INVOICED"])
async def test_the_content_of_a_quote_that_went_out_stands_unless_a_switch_allows_edits(
    xero: Caller, status: str
) -> None:
    created = await made(xero)
    await person(xero, status=status)
    change = {"LineItems": [line(Quantity=1)], "Status": status}
    assert messages(await updated(xero, created["QuoteID"], **change)) == [NOT_MODIFIABLE]
    await xero.control("POST", "switches", {"edits_of_sent_quotes": "allow"})
    assert (await updated(xero, created["QuoteID"], **change))["StatusAttributeString"] == "OK"


async def test_a_deleted_quote_takes_no_change_and_keeps_its_number(xero: Caller) -> None:
    created = await made(xero)
    await person(xero, status="DELETED")
    assert messages(await updated(xero, created["QuoteID"])) == [NOT_MODIFIABLE]
    assert messages((await xero.put_quotes(quote("Q-1"))).one("Quotes")) == ["Quote # must be unique."]
    await xero.control("POST", "switches", {"deleted_quote_number": "frees"})
    assert (await xero.put_quotes(quote("Q-1"))).one("Quotes")["StatusAttributeString"] == "OK"


async def test_quotes_are_found_by_number_contact_status_or_page(xero: Caller) -> None:
    await xero.put_quotes(*(quote(f"Q-{n}") for n in range(105)))
    assert (await xero.get("Quotes?QuoteNumber=Q-7")).one("Quotes")["QuoteNumber"] == "Q-7"
    assert (await xero.get("Quotes?QuoteNumber=none")).json["Quotes"] == []
    assert len((await xero.get("Quotes")).json["Quotes"]) == 100
    second = await xero.get(f"Quotes?page=2&ContactID={ALOK}&Status=DRAFT")
    assert len(second.json["Quotes"]) == 5
    assert "pagination" not in second.json
    assert (await xero.get("Quotes?DateFrom=2026-11-20")).json["Quotes"] == []


@pytest.mark.parametrize("answer", ["option_ids", "names_too"])
async def test_tracking_on_a_quote_is_kept_by_option_id_only(xero: Caller, answer: str) -> None:
    await xero.control("POST", "switches", {"quote_tracking": answer})
    (category,) = (await xero.get("TrackingCategories")).json["TrackingCategories"]
    named = line(Tracking=[{"Name": "Region", "Option": "Asia"}])
    given = line(Tracking=[{"TrackingOptionID": category["Options"][0]["TrackingOptionID"]}])
    lines = (await made(xero, LineItems=[named, given]))["LineItems"]
    assert [len(each["Tracking"]) for each in lines] == [1 if answer == "names_too" else 0, 1]
    assert lines[1]["Tracking"][0]["Option"] == "Asia"


@pytest.mark.parametrize("cleared", [True, False])
async def test_an_update_that_leaves_the_theme_out_takes_it_away(xero: Caller, *, cleared: bool) -> None:
    await xero.control("POST", "switches", {"quote_update_clears_theme": cleared})
    theme = "dabc7637-62c1-4941-8a6e-ee44fa5090e7"
    created = await made(xero, BrandingThemeID=theme)
    assert created["BrandingThemeID"] == theme
    assert ("BrandingThemeID" in await updated(xero, created["QuoteID"])) != cleared
    kept = await updated(xero, created["QuoteID"], BrandingThemeID=theme)
    assert kept["BrandingThemeID"] == theme


async def test_quotes_know_no_lock_dates(xero: Caller) -> None:
    await made(xero, Date="2026-01-01")


async def test_a_quote_by_address(xero: Caller) -> None:
    created = await made(xero)
    body = {"Quotes": [{**quote("Q-1"), "Reference": "new"}]}
    answer = await xero.call("POST", f"Quotes/{created['QuoteID']}", body)
    assert answer.one("Quotes")["Reference"] == "new"
    assert (await xero.get(f"Quotes/{created['QuoteID']}")).one("Quotes")["Reference"] == "new"
    assert (await xero.get("Quotes/11111111-0c0b-4a0c-9d57-6f2f35b60a01")).status == 404
