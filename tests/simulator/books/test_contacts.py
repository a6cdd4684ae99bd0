"""Which contact a document names, and what naming it does."""

from typing import Any

import pytest

from tests.simulator.client import ALOK, BEEF, Caller, invoice, messages

NONE_NAMED = (
    "The Contact must contain at least 1 of the following elements to identify the contact:"
    " Name, ContactID, ContactNumber"
)
ARCHIVED = (
    "The contact with the specified contact details has been archived."
    " The contact must be un-archived before creating new invoices or credit notes."
)
NAMED_ARCHIVED = (
    "The specified contact details matched an archived contact."
    " Archived contacts cannot currently be edited via the API."
)
SHOULD_STAY_ZERO = ("contacts_created_by_name", "contacts_edited_by_document")


async def put(xero: Caller, contact: Any) -> Any:
    return (await xero.put_invoices(invoice("INV-1", Contact=contact))).one("Invoices")


async def counted(xero: Caller) -> tuple[int, ...]:
    counts = await xero.control("GET", "counts")
    return tuple(counts[name] for name in SHOULD_STAY_ZERO)


async def archived(xero: Caller) -> Any:
    found = (await xero.get("Contacts?includeArchived=true&searchTerm=Gone")).json["Contacts"]
    return found[0]["ContactID"]


async def test_an_id_alone_names_a_contact_and_changes_nothing(xero: Caller) -> None:
    assert (await put(xero, {"ContactID": ALOK}))["Contact"]["Name"] == "Alok Trading"
    assert await counted(xero) == (0, 0)


async def test_an_unknown_name_makes_a_new_contact(xero: Caller) -> None:
    made = (await put(xero, {"Name": "ALOK"}))["Contact"]
    assert made["ContactID"] != ALOK
    assert await counted(xero) == (1, 0)
    assert (await xero.get(f"Contacts/{made['ContactID']}")).one("Contacts")["Name"] == "ALOK"


async def test_a_refused_document_makes_no_contact(xero: Caller) -> None:
    row = invoice("INV-1", Contact={"Name": "New"}, CurrencyCode="GBP")
    assert (await xero.put_invoices(row)).one("Invoices")["HasErrors"]
    assert await counted(xero) == (0, 0)


async def test_a_known_name_is_found_whatever_its_case(xero: Caller) -> None:
    assert (await put(xero, {"Name": "alok trading"}))["Contact"]["ContactID"] == ALOK
    assert await counted(xero) == (0, 0)


async def test_an_id_with_other_fields_edits_the_contact(xero: Caller) -> None:
    await put(xero, {"ContactID": ALOK, "Name": "Alok Trading", "EmailAddress": "new@alok.example"})
    assert await counted(xero) == (0, 1)
    assert (await xero.get(f"Contacts/{ALOK}")).one("Contacts")["EmailAddress"] == "new@alok.example"


@pytest.mark.parametrize("contact", [{"AccountNumber": "ALOK"}, {}])
async def test_an_account_number_identifies_nobody(xero: Caller, contact: dict[str, str]) -> None:
    assert messages(await put(xero, contact)) == [NONE_NAMED]


async def test_an_archived_contact_is_refused_by_id_and_by_name_in_other_words(xero: Caller) -> None:
    assert messages(await put(xero, {"ContactID": await archived(xero)})) == [ARCHIVED]
    assert messages(await put(xero, {"Name": "Gone Fishing Ltd"})) == [NAMED_ARCHIVED]


async def test_an_unknown_id_refuses_the_whole_call_or_its_element(xero: Caller) -> None:
    unknown = {"ContactID": "11111111-0c0b-4a0c-9d57-6f2f35b60a01"}
    answer = await xero.put_invoices(invoice("INV-1"), invoice("INV-2", Contact=unknown))
    assert (answer.status, answer.text) == (404, "")
    assert await xero.control("GET", f"documents?tenant={BEEF}&number=INV-1") == []
    await xero.control("POST", "switches", {"unknown_id": "element"})
    answer = await xero.put_invoices(invoice("INV-1"), invoice("INV-2", Contact=unknown))
    assert [each["StatusAttributeString"] for each in answer.json["Invoices"]] == ["OK", "ERROR"]


async def test_an_edit_drops_the_persons_it_does_not_list(xero: Caller) -> None:
    persons = [{"FirstName": "Asha", "EmailAddress": "asha@alok.example"}]
    row = {"ContactID": ALOK, "ContactPersons": persons}
    await xero.control("POST", "contacts", {"tenant": BEEF, "contacts": [row]})
    await put(xero, {"ContactID": ALOK, "FirstName": "Alok"})
    assert (await xero.get(f"Contacts/{ALOK}")).one("Contacts")["ContactPersons"] == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"Name": "Hanoi Foods"}, "The contact name Hanoi Foods is already assigned to another contact."),
        ({"AccountNumber": "GONE"}, "The Account Number already exists. Please enter a different Account Number."),
        ({"EmailAddress": "nobody"}, "Email address must be valid."),
    ],
)
async def test_what_an_edit_of_a_contact_must_keep_to(xero: Caller, change: dict[str, str], message: str) -> None:
    found = messages(await put(xero, {"ContactID": ALOK, **change}))
    assert [text[: len(message)] for text in found] == [message]


async def test_a_contact_number_identifies(xero: Caller) -> None:
    row = {"Name": "Alok Trading", "ContactNumber": "C-1"}
    await xero.control("POST", "contacts", {"tenant": BEEF, "contacts": [row]})
    assert (await put(xero, {"ContactNumber": "C-1"}))["Contact"]["ContactID"] == ALOK


async def test_a_contact_that_is_renamed_is_not_found_by_its_old_name(xero: Caller) -> None:
    row = {"ContactID": ALOK, "Name": "Alok Foods"}
    await xero.control("POST", "contacts", {"tenant": BEEF, "contacts": [row]})
    assert (await put(xero, {"Name": "Alok Trading"}))["Contact"]["ContactID"] != ALOK
    assert await counted(xero) == (1, 0)
