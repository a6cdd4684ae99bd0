"""Which contact a document names, and what naming it does to the contacts.

Xero identifies a contact by ContactID, ContactNumber or Name. An unknown name makes a new contact; a ContactID with
other fields beside it changes that contact. Source: developer.xero.com, "Invoices" and "Contacts".
"""

from deploy.simulator.books import ACTIVE, Contact, ContactBook
from deploy.simulator.rules.element_write import ElementWrite
from deploy.simulator.wire import Element, JsonObject, not_found

_NOISE = frozenset({"ContactID", "HasAttachments", "HasValidationErrors"})
_NONE_NAMED = (
    "The Contact must contain at least 1 of the following elements to identify the contact:"
    " Name, ContactID, ContactNumber"
)
_ARCHIVED = (
    "The contact with the specified contact details has been archived."
    " The contact must be un-archived before creating new invoices or credit notes."
)
_NAMED_ARCHIVED = (
    "The specified contact details matched an archived contact."
    " Archived contacts cannot currently be edited via the API."
)


def choose_contact(write: ElementWrite, row: JsonObject) -> Contact | None:
    """The contact that `row` names; `None` after noting why there is none."""
    element = Element(row)
    contact_id, name, number = element.text("ContactID"), element.text("Name"), element.text("ContactNumber")
    if contact_id:
        return _by_id(write, contact_id.lower(), row)
    book = write.organisation.contacts
    if number and (found := book.numbered(number)):
        return _usable(write, found, _NAMED_ARCHIVED)
    if name:
        found = book.named(name)
        return _usable(write, found, _NAMED_ARCHIVED) if found else _created(write, row)
    write.refuse(_NONE_NAMED)
    return None


def _by_id(write: ElementWrite, contact_id: str, row: JsonObject) -> Contact | None:
    found = write.organisation.contacts.by_id.get(contact_id)
    if found is None:
        if write.switches.unknown_id == "whole_call_404":
            raise not_found()
        write.refuse(f"The contact with the ContactID {contact_id} could not be found.")
        return None
    if _usable(write, found, _ARCHIVED) and set(row) - _NOISE:
        # Persons that the request does not list are dropped, so an edit always sets them.
        changes = {"ContactPersons": []} | {key: value for key, value in row.items() if key not in _NOISE}
        found = found.edited(changes, write.now)
        write.contact_to_save, write.contact_effect = found, "edited"
        _check(write, found)
    return found


def _usable(write: ElementWrite, contact: Contact, archived: str) -> Contact | None:
    if contact.status == ACTIVE:
        return contact
    write.refuse(archived)
    return None


def _created(write: ElementWrite, row: JsonObject) -> Contact:
    created = Contact(write.ids.uuid(), row["Name"], write.now).edited(row, write.now)
    write.contact_to_save, write.contact_effect = created, "created"
    _check(write, created)
    return created


def _check(write: ElementWrite, contact: Contact) -> None:
    for problem in contact_problems(write.organisation.contacts, contact):
        write.refuse(problem)


def contact_problems(book: ContactBook, contact: Contact) -> list[str]:
    """What a new or changed contact does not keep to."""
    found = []
    if not contact.name:
        found.append("The contact name must be specified.")
    namesake = book.named(contact.name)
    if namesake and namesake.contact_id != contact.contact_id and namesake.status == ACTIVE:
        found.append(
            f"The contact name {contact.name} is already assigned to another contact."
            " The contact name must be unique across all active contacts."
        )
    holders = book.with_account(contact.account_number) if contact.account_number else []
    if any(each.contact_id != contact.contact_id for each in holders):
        found.append("The Account Number already exists. Please enter a different Account Number.")
    if contact.email and "@" not in contact.email:
        found.append("Email address must be valid.")
    return found
