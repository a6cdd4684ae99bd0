"""Writing contacts and items. Source: developer.xero.com, "Contacts" and "Items"."""

from collections.abc import Callable
from functools import partial

from deploy.simulator.books import ACTIVE, Contact, Item, Organisation
from deploy.simulator.http.bodies import rows_in, verdict
from deploy.simulator.rules import contact_problems
from deploy.simulator.state import Call, SimulatorState
from deploy.simulator.wire import ZERO, Element, JsonObject, Reply, not_found

LONGEST_CODE, LONGEST_NAME = 30, 50
_ARCHIVED = "Archived contacts cannot currently be edited via the API."
_Change = Callable[[SimulatorState, Call, JsonObject], JsonObject]


def put_contacts(state: SimulatorState, call: Call) -> Reply:
    """Create contacts; a name that is taken is refused."""
    return _written(state, call, "Contacts", partial(_contact, creates=True))


def post_contacts(state: SimulatorState, call: Call) -> Reply:
    """Change the contacts that ContactID, ContactNumber or Name name, and create the others."""
    return _written(state, call, "Contacts", partial(_contact, creates=False))


def put_items(state: SimulatorState, call: Call) -> Reply:
    """Create items; a code that is taken is refused."""
    return _written(state, call, "Items", partial(_item, creates=True))


def post_items(state: SimulatorState, call: Call) -> Reply:
    """Change the items that ItemID or Code name, and create the others."""
    return _written(state, call, "Items", partial(_item, creates=False))


def delete_item(state: SimulatorState, call: Call) -> Reply:
    """DELETE to the address of one item: 204."""
    found = _item_of(call, call.segments[1])
    if found is None:
        raise not_found()
    call.organisation.items.remove(found.code)
    state.counts.applied["item deleted"] += 1
    return Reply(204)


def _written(state: SimulatorState, call: Call, plural: str, change: _Change) -> Reply:
    rows = rows_in(call, plural)
    if len(call.segments) > 1:
        rows = [rows[0] | _address(call, plural)]
    point = call.organisation.savepoint()
    elements = [change(state, call, row) for row in rows]
    state.counts.refused_elements += sum(bool(each.get("ValidationErrors")) for each in elements)
    return verdict(state, call, plural, elements, undo=lambda: call.organisation.restore(point))


def _address(call: Call, plural: str) -> JsonObject:
    """What the address says the element is. Raises a 404 refusal where there is no such thing."""
    wanted = call.segments[1]
    if plural == "Items":
        item = _item_of(call, wanted)
        found = {"ItemID": item.item_id} if item else {}
    else:
        contact = call.organisation.contacts.by_id.get(wanted.lower()) or call.organisation.contacts.numbered(wanted)
        found = {"ContactID": contact.contact_id} if contact else {}
    if not found:
        raise not_found()
    return found


def _contact(state: SimulatorState, call: Call, row: JsonObject, *, creates: bool) -> JsonObject:
    element, now = Element(row), state.clock.now()
    known = None if creates else _known_contact(call, element)
    contact_id = (element.text("ContactID") or "").lower()
    if contact_id and known is None and not creates:
        if state.switches.unknown_id == "whole_call_404":
            raise not_found()
        return _refused(row, "ContactID", [f"The contact with the ContactID {contact_id} could not be found."])
    blank = Contact(state.ids.uuid(), element.text("Name") or "", now)
    made = (known or blank).edited({name: value for name, value in row.items() if name != "ContactID"}, now)
    problems = contact_problems(call.organisation.contacts, made)
    if known and ACTIVE not in (known.status, made.status):
        problems.append(_ARCHIVED)
    if problems:
        return _refused(row, "ContactID", problems)
    call.organisation.contacts.put(made)
    state.counts.applied[f"contact {'updated' if known else 'created'}"] += 1
    return made.as_json() | {"HasValidationErrors": False}


def _known_contact(call: Call, element: Element) -> Contact | None:
    book = call.organisation.contacts
    contact_id, number, name = element.text("ContactID"), element.text("ContactNumber"), element.text("Name")
    if contact_id:
        return book.by_id.get(contact_id.lower())
    return (book.numbered(number) if number else None) or (book.named(name) if name else None)


def _item(state: SimulatorState, call: Call, row: JsonObject, *, creates: bool) -> JsonObject:
    element, organisation = Element(row), call.organisation
    code = element.text("Code") or ""
    known = _item_of(call, element.text("ItemID") or code)
    problems = item_problems(call.organisation, element, known)
    if creates and known:
        problems.append(f"Price List Item with Code '{code}' already exists")
    if problems:
        return _refused(row, "ItemID", problems)
    before = known.as_json(4) if known else {}
    named = {"Code": code or (known.code if known else "")}
    made = organisation.put_item(before | row | named, state.ids, state.clock.now())
    if known and known.code != made.code:
        organisation.items.remove(known.code)
    state.counts.applied[f"item {'updated' if known else 'created'}"] += 1
    return made.as_json(call.unit_places)


def _item_of(call: Call, wanted: str) -> Item | None:
    return call.organisation.items.find(wanted) or call.organisation.items.with_id(wanted.lower())


def item_problems(organisation: Organisation, element: Element, known: Item | None) -> list[str]:
    """What a new or changed item does not keep to."""
    codes, sales = organisation.codes, Element(element.inner("SalesDetails") or {})
    account, tax = sales.text("AccountCode"), sales.text("TaxType")
    found = {
        "The Code of the item must be specified.": not element.text("Code") and known is None,
        f"Code cannot be longer than {LONGEST_CODE} characters.": len(element.text("Code") or "") > LONGEST_CODE,
        f"Name cannot be longer than {LONGEST_NAME} characters.": len(element.text("Name") or "") > LONGEST_NAME,
        f"Account code '{account}' is not a valid code for this document.": account and account not in codes.accounts,
        f"The TaxType code {tax} does not exist or cannot be used for this type of transaction.": tax
        and tax not in codes.tax_rates,
    }
    return [text for text, is_so in found.items() if is_so]


def _refused(row: JsonObject, id_field: str, problems: list[str]) -> JsonObject:
    kept_id = row.get(id_field) or ZERO
    return row | {id_field: kept_id, "ValidationErrors": [{"Message": text} for text in problems]}
