"""Writing contacts and items through the API."""

from decimal import Decimal
from typing import Any

import pytest

from tests.simulator.client import ALOK, NONE, Caller, messages

APART = "?summarizeErrors=false"


async def write(xero: Caller, method: str, plural: str, *rows: Any, query: str = "") -> Any:
    return await xero.call(method, f"{plural}{query}", {plural.split("/", maxsplit=1)[0]: list(rows)})


async def test_a_contact_is_created_changed_and_archived(xero: Caller) -> None:
    row = {"Name": "Nordic Foods", "AccountNumber": "NORD", "Addresses": [{"AddressType": "STREET", "City": "Oslo"}]}
    made = (await write(xero, "PUT", "Contacts", row)).one("Contacts")
    assert (made["ContactStatus"], made["Addresses"][0]["City"]) == ("ACTIVE", "Oslo")
    change = {"ContactID": made["ContactID"], "EmailAddress": "ap@nordic.example"}
    assert (await write(xero, "POST", "Contacts", change)).one("Contacts")["AccountNumber"] == "NORD"
    gone = (await write(xero, "POST", f"Contacts/{made['ContactID']}", {"ContactStatus": "ARCHIVED"})).one("Contacts")
    assert (gone["ContactStatus"], gone["EmailAddress"]) == ("ARCHIVED", "ap@nordic.example")
    refused = await write(xero, "POST", "Contacts", change)
    assert messages(refused.json["Elements"][0]) == ["Archived contacts cannot currently be edited via the API."]


async def test_post_finds_a_contact_by_its_name_and_put_refuses_it(xero: Caller) -> None:
    row = {"Name": "Alok Trading", "AccountNumber": "ALOK-2"}
    assert (await write(xero, "POST", "Contacts", row)).one("Contacts")["ContactID"] == ALOK
    refused = await write(xero, "PUT", "Contacts", row)
    assert "is already assigned to another contact" in messages(refused.json["Elements"][0])[0]


async def test_every_contact_stands_alone_where_it_is_asked_for(xero: Caller) -> None:
    rows = [{"Name": "New"}, {"Name": "Other", "AccountNumber": "HANOI"}, {"Name": "Mail", "EmailAddress": "x"}]
    whole = await write(xero, "PUT", "Contacts", *rows)
    assert (whole.status, len(whole.json["Elements"])) == (400, 2)
    assert (await xero.get('Contacts?where=Name=="New"')).json["Contacts"] == []
    good, taken, bad = (await write(xero, "PUT", "Contacts", *rows, query=APART)).json["Contacts"]
    assert (good["StatusAttributeString"], good["HasValidationErrors"]) == ("OK", False)
    assert messages(taken) == ["The Account Number already exists. Please enter a different Account Number."]
    assert (bad["ContactID"], messages(bad)) == (NONE, ["Email address must be valid."])


async def test_an_unknown_contact_is_a_404_of_the_call_or_an_error_of_the_element(xero: Caller) -> None:
    row = {"ContactID": "11111111-0c0b-4a0c-9d57-6f2f35b60a01", "Name": "X"}
    assert (await write(xero, "POST", "Contacts", row, query=APART)).status == 404
    await xero.control("POST", "switches", {"unknown_id": "element"})
    assert len(messages((await write(xero, "POST", "Contacts", row, query=APART)).one("Contacts"))) == 1


async def test_an_item_is_created_changed_renamed_and_deleted(xero: Caller) -> None:
    row = {"Code": "HIDE", "Name": "Hides", "SalesDetails": {"UnitPrice": Decimal("5.5"), "AccountCode": "200"}}
    made = (await write(xero, "PUT", "Items", row)).one("Items")
    assert (made["IsSold"], made["SalesDetails"]["UnitPrice"]) == (True, Decimal("5.50"))
    changed = (await write(xero, "POST", "Items", {"Code": "HIDE", "Description": "Salted"})).one("Items")
    assert (changed["ItemID"], changed["Name"], changed["Description"]) == (made["ItemID"], "Hides", "Salted")
    renamed = (await write(xero, "POST", f"Items/{made['ItemID']}", {"Code": "HIDE-1"})).one("Items")
    assert (renamed["Code"], renamed["ItemID"]) == ("HIDE-1", made["ItemID"])
    assert (await xero.call("GET", "Items/HIDE", checked=False)).status == 404
    assert (await xero.call("DELETE", f"Items/{made['ItemID']}")).status == 204
    assert (await xero.call("GET", "Items/HIDE-1", checked=False)).status == 404
    assert (await xero.call("DELETE", f"Items/{made['ItemID']}")).status == 404
    counts = await xero.control("GET", "counts")
    assert counts["applied"] == {"item created": 1, "item updated": 2, "item deleted": 1}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"Code": "BEEF-01"}, "Price List Item with Code 'BEEF-01' already exists"),
        ({"Name": "no code"}, "The Code of the item must be specified."),
        ({"Code": "x" * 31}, "Code cannot be longer than 30 characters."),
        ({"Code": "A", "Name": "x" * 51}, "Name cannot be longer than 50 characters."),
        ({"Code": "A", "SalesDetails": {"AccountCode": "999"}}, "Account code '999' is not a valid code"),
        ({"Code": "A", "SalesDetails": {"TaxType": "GOODS"}}, "The TaxType code GOODS does not exist"),
    ],
)
async def test_what_an_item_must_keep_to(xero: Caller, row: Any, message: str) -> None:
    body = {"Items": [row]}
    answer = await xero.call("PUT", "Items", body, checked=False)
    assert messages(answer.json["Elements"][0])[0].startswith(message)
