"""What people do with contacts: make, rename, archive and restore them."""

from collections.abc import Iterator
from dataclasses import dataclass

from deploy.simulator.books import ACTIVE, Contact, Organisation
from deploy.simulator.control.pages.fields import Form, Refused
from deploy.simulator.rules import contact_problems
from deploy.simulator.state import SimulatorState

_ARCHIVED = "ARCHIVED"


@dataclass(frozen=True)
class ContactRow:
    """A line of the list."""

    id: str
    name: str
    account_number: str
    email: str
    status: str


def rows(organisation: Organisation) -> Iterator[ContactRow]:
    """All contacts, the newest last."""
    for each in organisation.contacts:
        yield ContactRow(each.contact_id, each.name, each.account_number, each.email, each.status)


def act(state: SimulatorState, organisation: Organisation, form: Form) -> str:
    """Do what the form says; what was done, as a word. Raises Refused."""
    what = form.text("act")
    if what == "create":
        contact = Contact(state.ids.uuid(), form.needed("name", "The name"), state.clock.now())
        _put(state, organisation, contact, _named(form))
        return "created"
    known = organisation.contacts.by_id.get(form.text("id"))
    if known is None:
        raise Refused("This contact is gone.")
    if what == "rename":
        if known.status != ACTIVE:
            raise Refused("An archived contact cannot be renamed: restore it first.")
        _put(state, organisation, known, _named(form))
        return "renamed"
    if what == "archive":
        _put(state, organisation, known, {"ContactStatus": _ARCHIVED})
        return "archived"
    if what == "restore":
        _put(state, organisation, known, {"ContactStatus": ACTIVE})
        return "restored"
    raise Refused("There is no such act on a contact.")


def _named(form: Form) -> dict[str, str]:
    names = {"Name": form.needed("name", "The name"), "AccountNumber": form.text("account_number")}
    return names | {"EmailAddress": form.text("email")}


def _put(state: SimulatorState, organisation: Organisation, contact: Contact, changes: dict[str, str]) -> None:
    made = contact.edited(dict(changes), state.clock.now())
    # Who archives a contact changes nothing that has to be unique.
    problems = [] if made.status == _ARCHIVED else contact_problems(organisation.contacts, made)
    if problems:
        raise Refused(" ".join(problems))
    organisation.contacts.put(made)
