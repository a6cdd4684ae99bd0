"""Reading contacts, items, currencies, accounts, tax rates, the organisation, and lists of invoices."""

from typing import Any
from urllib.parse import quote as encoded

import pytest

from tests.simulator.client import ALOK, BEEF, DAIRY, Caller, invoice, line


def where(text: str) -> str:
    return f"where={encoded(text)}"


async def names(xero: Caller, query: str) -> list[str]:
    return [each["Name"] for each in (await xero.get(f"Contacts?{query}")).json["Contacts"]]


async def numbers(xero: Caller, query: str, **headers: str) -> list[str]:
    return [each["InvoiceNumber"] for each in (await xero.get(f"Invoices?{query}", **headers)).json["Invoices"]]


async def test_archived_contacts_show_only_when_asked_for(xero: Caller) -> None:
    assert "Gone Fishing Ltd" not in await names(xero, "page=1")
    assert "Gone Fishing Ltd" in await names(xero, "includeArchived=true")


async def test_an_account_number_is_found_without_regard_to_case(xero: Caller) -> None:
    assert await names(xero, where('AccountNumber=="alok-mum"')) == ["Alok Trading Mumbai"]
    assert await names(xero, where('AccountNumber=="SAKURA"')) == []


async def test_the_search_term_does_not_cover_account_numbers(xero: Caller) -> None:
    assert await names(xero, "searchTerm=SKR") == []
    assert await names(xero, "searchTerm=saku") == ["SAKURA"]


async def test_a_summary_comes_in_pages_and_keeps_the_account_number(xero: Caller) -> None:
    answer = await xero.get("Contacts?summaryOnly=true&pageSize=2&page=2")
    assert answer.json["pagination"] == {"page": 2, "pageSize": 2, "pageCount": 3, "itemCount": 5}
    assert [each["AccountNumber"] for each in answer.json["Contacts"]] == ["SKR-001", "HANOI"]
    assert "Addresses" not in answer.json["Contacts"][0]


async def test_a_page_holds_at_most_a_thousand(xero: Caller) -> None:
    answer = await xero.call("GET", "Contacts?page=1&pageSize=1001", checked=False)
    assert answer.status == 400


async def test_contacts_by_ids(xero: Caller) -> None:
    assert await names(xero, f"IDs={ALOK}") == ["Alok Trading"]


async def test_only_what_changed_since_comes_back(xero: Caller) -> None:
    await xero.control("POST", "clock", {"advance": 60})
    await xero.control("POST", "contacts", {"tenant": BEEF, "contacts": [{"Name": "New", "AccountNumber": "N"}]})
    await xero.control("POST", "items", {"tenant": BEEF, "items": [{"Code": "NEW-01", "Name": "New"}]})
    for since in ("2026-11-20T03:15:30Z", "2026-11-20T03:15:30", "Fri, 20 Nov 2026 03:15:30 GMT"):
        header = {"If-Modified-Since": since}
        contacts = (await xero.call("GET", "Contacts", headers=header, checked=False)).json["Contacts"]
        items = (await xero.call("GET", "Items", headers=header, checked=False)).json["Items"]
        assert ([each["Name"] for each in contacts], [each["Code"] for each in items]) == (["New"], ["NEW-01"])


async def test_items_come_all_at_once_or_by_code(xero: Caller) -> None:
    codes = [each["Code"] for each in (await xero.get("Items")).json["Items"]]
    assert codes == ["BEEF-01", "BEEF-02", "LAMB-01", "PALLET"]
    found = (await xero.get("Items?unitdp=4&" + where('Code=="BEEF-02"'))).one("Items")
    assert str(found["SalesDetails"]["UnitPrice"]) == "8.4375"
    assert (await xero.call("GET", "Items/none", checked=False)).status == 404


async def test_an_item_that_is_removed_does_not_show_as_changed(xero: Caller) -> None:
    await xero.control("POST", "items", {"tenant": BEEF, "remove": ["LAMB-01"]})
    assert (await xero.get("Items", If_Modified_Since="2026-11-20T03:15:00Z")).json["Items"] == []
    assert len((await xero.get("Items")).json["Items"]) == 3


async def test_currencies_accounts_tax_rates_and_themes(xero: Caller) -> None:
    currencies = [each["Code"] for each in (await xero.get("Currencies")).json["Currencies"]]
    assert currencies == ["AUD", "USD", "EUR", "JPY"]
    accounts = (await xero.get("Accounts?" + where('Status=="ACTIVE" AND Type=="REVENUE"'))).json["Accounts"]
    assert [each["Code"] for each in accounts] == ["200", "201", "260"]
    rates = {each["TaxType"]: each["EffectiveRate"] for each in (await xero.get("TaxRates")).json["TaxRates"]}
    assert (rates["OUTPUT"], rates["EXEMPTEXPORT"]) == (10, 0)
    assert (await xero.get("BrandingThemes")).one("BrandingThemes")["Name"] == "Standard"


async def test_the_organisation_tells_base_currency_zone_and_locks(xero: Caller) -> None:
    shown = (await xero.get("Organisation")).one("Organisations")
    assert (shown["BaseCurrency"], shown["Timezone"]) == ("AUD", "AUSEASTERNSTANDARDTIME")
    assert shown["PeriodLockDate"] == "/Date(1782777600000+0000)/"
    assert "EndOfYearLockDate" not in shown


async def test_organisations_share_nothing(xero: Caller) -> None:
    await xero.put_invoices(invoice("INV-1"))
    xero.tenant = DAIRY
    assert (await xero.get("Invoices?InvoiceNumbers=INV-1,INV-2026-0900")).json["Invoices"] == []
    assert (await xero.get("Organisation")).one("Organisations")["BaseCurrency"] == "NZD"


async def test_invoices_by_numbers_ids_or_filter(xero: Caller) -> None:
    created = (await xero.put_invoices(invoice("INV-1", Reference="EXP-77"), invoice("INV-2"))).json["Invoices"]
    assert await numbers(xero, "InvoiceNumbers=INV-2,INV-9,INV-1") == ["INV-2", "INV-1"]
    assert await numbers(xero, f"IDs={created[0]['InvoiceID']}") == ["INV-1"]
    for text in (
        'Type=="ACCREC" AND Reference=="EXP-77"',
        'InvoiceNumber=="INV-1"',
        'Reference.Contains("P-7")',
        f'Contact.ContactID==guid("{ALOK}") && InvoiceNumber!="INV-2" && Date>=DateTime(2026,11,19)',
        '(Reference=="EXP-77" OR Reference=="none") AND Total>1000',
    ):
        assert await numbers(xero, where(text)) == ["INV-1"], text
    assert await numbers(xero, "searchTerm=exp-7") == ["INV-1"]
    assert await numbers(xero, "createdByMyApp=true") == ["INV-1", "INV-2"]
    assert await numbers(xero, "order=InvoiceNumber%20DESC&page=1&pageSize=1") == ["INV-2026-0901"]


@pytest.mark.parametrize("text", ['Type=="ACCREC', "Type==", 'Type=="A" AND', "==", 'Type=="A" B'])
async def test_a_filter_that_cannot_be_read_is_a_400(xero: Caller, text: str) -> None:
    assert (await xero.get("Invoices?" + where(text))).status == 400


async def test_a_list_holds_lines_only_with_a_page_statuses_ids_or_numbers(xero: Caller) -> None:
    for query, lines in (
        ("", False),
        ("?page=1", True),
        ("?Statuses=DRAFT", True),
        ("?page=1&summaryOnly=true", False),
    ):
        listed = (await xero.get(f"Invoices{query}")).json["Invoices"]
        assert all(("LineItems" in each) == lines for each in listed), query


async def test_a_query_beyond_2048_characters_is_not_served(xero: Caller) -> None:
    ids = ",".join([ALOK] * 56)
    assert (await xero.call("GET", f"Invoices?IDs={ids}", checked=False)).status == 404


async def test_unoptimised_filters_and_huge_lists_are_refused(xero: Caller) -> None:
    await xero.control("POST", "switches", {"high_volume_records": 1})
    for path in ("Invoices", "Invoices?" + where("Total>1"), "Contacts"):
        answer = await xero.get(path)
        assert (answer.status, answer.json["Type"]) == (400, "HighVolumeException")


async def test_an_unknown_document_is_a_404_without_json(xero: Caller) -> None:
    answer = await xero.get("Invoices/11111111-0c0b-4a0c-9d57-6f2f35b60a01")
    assert (answer.status, answer.text, answer.headers["Content-Type"]) == (404, "", "text/html; charset=utf-8")


async def test_history_notes_are_kept_and_limited(xero: Caller) -> None:
    document_id = (await xero.put_invoices(invoice("INV-1"))).one("Invoices")["InvoiceID"]
    path = f"Invoices/{document_id}/History"
    body = {"HistoryRecords": [{"Details": "Created from shipment SHP-1"}]}
    assert (await xero.call("PUT", path, body)).status == 200
    assert (await xero.call("PUT", path, {"HistoryRecords": [{"Details": "x" * 2501}]}, checked=False)).status == 400
    kept = (await xero.get(path)).one("HistoryRecords")
    assert (kept["Details"], kept["Changes"]) == ("Created from shipment SHP-1", "Note")


async def test_attachments_are_kept_by_name_and_limited(xero: Caller) -> None:
    document_id = (await xero.put_invoices(invoice("INV-1"))).one("Invoices")["InvoiceID"]
    path = f"Invoices/{document_id}/Attachments"
    file = {"Content-Type": "application/pdf"}
    for n in range(10):
        assert (await xero.call("PUT", f"{path}/bill{n}.pdf", b"%PDF", file, checked=False)).status == 200
    assert (await xero.call("PUT", f"{path}/eleventh.pdf", b"%PDF", file, checked=False)).status == 400
    assert (await xero.call("GET", f"{path}/bill3.pdf", headers=file, checked=False)).text == "%PDF"
    assert len((await xero.get(path)).json["Attachments"]) == 10


async def test_without_accepting_json_nothing_happens(xero: Caller) -> None:
    answer = await xero.call("PUT", "Invoices", {"Invoices": [invoice("INV-1")]}, {"Accept": "*/*"})
    assert (answer.status, answer.headers["Content-Type"]) == (406, "text/xml; charset=utf-8")
    assert await numbers(xero, "InvoiceNumbers=INV-1") == []


async def test_people_and_the_api_see_each_others_changes(xero: Caller) -> None:
    created = (await xero.put_invoices(invoice("INV-1"))).one("Invoices")
    change: dict[str, Any] = {"Reference": "by hand", "LineItems": [line(Quantity=1)]}
    await xero.control("POST", "edit", {"tenant": BEEF, "type": "invoice", "number": "INV-1", "set": change})
    shown = (await xero.get(f"Invoices/{created['InvoiceID']}")).one("Invoices")
    assert (shown["Reference"], str(shown["Total"])) == ("by hand", "101.25")
    assert shown["UpdatedDateUTC"] != created["UpdatedDateUTC"], "even on a clock that stands still"
