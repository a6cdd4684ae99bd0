"""`where` and `order`: what they find, and what Xero cannot read."""

from urllib.parse import quote

import pytest

from tests.simulator.client import BEEF, Caller, invoice


async def found(xero: Caller, path: str, where: str, **more: str) -> list[str]:
    """The names (or numbers, or codes) of what a list call finds."""
    query = "&".join(f"{name}={quote(text)}" for name, text in {"where": where, **more}.items())
    answer = await xero.get(f"{path}?{query}")
    assert answer.status == 200, answer.text
    key = {"Invoices": "InvoiceNumber", "Items": "Code", "Contacts": "Name"}[path]
    return [each[key] for each in answer.json[path]]


@pytest.mark.parametrize(
    ("path", "where", "expected"),
    [
        ("Contacts", 'Name.ToLower()=="hanoi foods"', ["Hanoi Foods"]),
        ("Contacts", 'Name.ToLower()=="Hanoi Foods"', []),
        ("Contacts", 'Name.ToUpper().Contains("HANOI")', ["Hanoi Foods"]),
        ("Contacts", 'name.StartsWith("Han") && accountnumber!=null', ["Hanoi Foods"]),
        ("Contacts", 'ContactNumber=="nobody"', []),
        ("Items", 'SalesDetails.AccountCode=="200" AND Code!="BEEF-01"', ["BEEF-02", "LAMB-01"]),
        ("Items", "IsSold==false", ["PALLET"]),
        ("Invoices", "Date>=DateTime(2026, 11, 10) && Date<DateTime(2026,11,11)", ["INV-2026-0900", "INV-2026-0901"]),
        ("Invoices", 'DueDate>DateTime.Parse("2026-12-10")', []),
        ("Invoices", "UpdatedDateUTC<DateTime(2026, 11, 21, 0, 0, 0)", ["INV-2026-0900", "INV-2026-0901"]),
        ("Invoices", 'Contact.Name=="hanoi foods" && Total>=40', ["INV-2026-0901"]),
    ],
)
async def test_what_a_filter_finds(xero: Caller, path: str, where: str, expected: list[str]) -> None:
    assert await found(xero, path, where) == expected


@pytest.mark.parametrize(
    ("path", "where", "message"),
    [
        ("Contacts", 'Nmae=="x"', "No property or field 'Nmae' exists"),
        ("Contacts", 'Name.Foo()=="x"', "No applicable method 'Foo' exists"),
        ("Items", 'SalesDetails.Price=="x"', "No property or field 'SalesDetails.Price' exists"),
        ("Accounts", "Balance==1", "No property or field 'Balance' exists"),
        ("Invoices", "Date>DateTime(2026, 13, 1)", "DateTime(2026, 13, 1) is not a date"),
        ("Invoices", 'DueDate>DateTime.Parse("soon")', 'DateTime.Parse("soon") is not a date'),
        ("Invoices", 'Reference=="12\\" PIPE"', "Syntax error"),
        ("Invoices", 'Reference=="12"" PIPE"', "Syntax error"),
    ],
)
async def test_what_a_filter_cannot_say(xero: Caller, path: str, where: str, message: str) -> None:
    answer = await xero.get(f"{path}?where={quote(where)}")
    assert (answer.status, answer.json["ErrorNumber"], answer.json["Type"]) == (400, 16, "QueryParseException")
    assert answer.json["Message"] == message


@pytest.mark.parametrize(
    ("switch", "written"), [("where_backslash_quote", '12\\" PIPE'), ("where_doubled_quote", '12"" PIPE')]
)
async def test_by_a_switch_a_text_may_hold_a_quote(xero: Caller, switch: str, written: str) -> None:
    await xero.put_invoices(invoice("INV-1", Reference='12" PIPE'))
    await xero.control("POST", "switches", {switch: "escapes"})
    assert await found(xero, "Invoices", f'Reference=="{written}"') == ["INV-1"]


async def test_a_list_comes_in_the_order_asked_for(xero: Caller) -> None:
    everyone = "Name!=null"
    up = await found(xero, "Contacts", everyone, order="Name")
    assert up == sorted(up)
    assert await found(xero, "Contacts", everyone, order="name DESC") == up[::-1]
    items = await found(xero, "Items", "IsSold==true", order="SalesDetails.UnitPrice DESC")
    assert items == ["BEEF-01", "LAMB-01", "BEEF-02"]
    numbers = await found(xero, "Invoices", 'Type=="ACCREC"', order="CurrencyCode ASC, InvoiceNumber DESC")
    assert numbers == ["INV-2026-0901", "INV-2026-0900"]
    quotes = [{"QuoteNumber": f"Q-{n}", "Contact": {"Name": "Hanoi Foods"}, "LineItems": []} for n in (1, 3, 2)]
    await xero.put_quotes(*quotes)
    listed = (await xero.get("Quotes?order=QuoteNumber%20DESC")).json["Quotes"]
    assert [each["QuoteNumber"] for each in listed] == ["Q-3", "Q-2", "Q-1"]


@pytest.mark.parametrize("order", ["Nmae", "Name SIDEWAYS"])
async def test_an_order_that_cannot_be_is_refused(xero: Caller, order: str) -> None:
    answer = await xero.get(f"Contacts?order={quote(order)}")
    assert (answer.status, answer.json["ErrorNumber"]) == (400, 16)


async def test_a_function_of_a_field_has_no_index(xero: Caller) -> None:
    await xero.control("POST", "switches", {"high_volume_records": 3})
    for where, status in (('Name=="Hanoi Foods"', 200), ('Name.ToLower()=="hanoi foods"', 400)):
        assert (await xero.get(f"Contacts?where={quote(where)}")).status == status
    assert len(await xero.control("GET", f"documents?tenant={BEEF}&type=invoice")) == 2
