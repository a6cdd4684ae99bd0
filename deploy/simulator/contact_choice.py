"""Which contact a document names, and what naming it does to the contacts.

Xero identifies a contact by ContactID, ContactNumber or Name. An unknown name makes a new contact; a ContactID with
other fields beside it changes that contact. Source: developer.xero.com, "Invoices" and "Contacts".
"""

from deploy.simulator.attempt import Attempt
from deploy.simulator.contacts import ACTIVE, Contact
from deploy.simulator.element import Element
from deploy.simulator.exact_json import JsonObject
from deploy.simulator.replies import not_found

_NOISE = frozenset({"ContactID", "HasAttachments", "HasValidationErrors"})
_NONE_NAMED = (
    "The Contact must contain at least 1 of the following elements to identify the contact:"
    " Name, ContactID, ContactNumber"
)
_ARCHIVED = (
    "The specified contact details matched an archived contact."
    " Archived contacts cannot currently be edited via the API."
)


def choose_contact(attempt: Attempt, row: JsonObject) -> Contact | None:
    """The contact that `row` names; `None` after noting why there is none."""
    element = Element(row)
    contact_id, name, number = element.text("ContactID"), element.text("Name"), element.text("ContactNumber")
    if contact_id:
        return _by_id(attempt, contact_id.lower(), row)
    book = attempt.organisation.contacts
    if number and (found := book.numbered(number)):
        return _usable(attempt, found)
    if name:
        found = book.named(name)
        return _usable(attempt, found) if found else _created(attempt, row)
    attempt.refuse(_NONE_NAMED)
    return None


def _by_id(attempt: Attempt, contact_id: str, row: JsonObject) -> Contact | None:
    found = attempt.organisation.contacts.by_id.get(contact_id)
    if found is None:
        if attempt.switches.unknown_id == "whole_call_404":
            raise not_found()
        attempt.refuse(f"The contact with the ContactID {contact_id} could not be found.")
        return None
    if _usable(attempt, found) and set(row) - _NOISE:
        found = found.edited({key: value for key, value in row.items() if key not in _NOISE}, attempt.now)
        attempt.contact_to_save, attempt.contact_effect = found, "edited"
    return found


def _usable(attempt: Attempt, contact: Contact) -> Contact | None:
    if contact.status == ACTIVE:
        return contact
    attempt.refuse(_ARCHIVED)
    return None


def _created(attempt: Attempt, row: JsonObject) -> Contact:
    created = Contact(attempt.ids.uuid(), row["Name"], attempt.now).edited(row, attempt.now)
    attempt.contact_to_save, attempt.contact_effect = created, "created"
    return created
