"""What people do with items: make and rename them, stop and begin to sell them, delete them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from deploy.simulator.books import Item, Organisation
from deploy.simulator.control.pages.fields import Form, Refused
from deploy.simulator.http import item_problems
from deploy.simulator.state import SimulatorState
from deploy.simulator.wire import Element, JsonObject, money


@dataclass(frozen=True)
class ItemRow:
    """A line of the list."""

    id: str
    code: str
    name: str
    price: Decimal | None
    account_code: str
    is_sold: bool


def rows(organisation: Organisation) -> Iterator[ItemRow]:
    """All items, the newest last."""
    for each in organisation.items:
        yield ItemRow(each.item_id, each.code, each.name, each.unit_price, each.account_code, each.is_sold)


def act(state: SimulatorState, organisation: Organisation, form: Form) -> str:
    """Do what the form says; what was done, as a word. Raises Refused."""
    what = form.text("act")
    if what == "create":
        _create(state, organisation, form)
        return "created"
    known = organisation.items.with_id(form.text("id"))
    if known is None:
        raise Refused("This item is gone.")
    if what == "rename":
        _rename(state, organisation, known, form)
        return "renamed"
    if what in {"archive", "restore"}:
        organisation.items.put(replace(known, is_sold=what == "restore", updated_at=state.clock.now()))
        return "archived" if what == "archive" else "restored"
    if what == "delete":
        organisation.items.remove(known.code)
        return "deleted"
    raise Refused("There is no such act on an item.")


def _create(state: SimulatorState, organisation: Organisation, form: Form) -> None:
    code = form.needed("code", "The code")
    if organisation.items.find(code):
        raise Refused(f"There is an item with the code {code} already.")
    sales: JsonObject = {"AccountCode": form.text("account_code")}
    if price := form.text("price"):
        sales["UnitPrice"] = _price(price)
    row: JsonObject = {"Code": code, "Name": form.text("name"), "SalesDetails": sales, "IsSold": True}
    _check(organisation, row, None)
    organisation.put_item(row, state.ids, state.clock.now())


def _rename(state: SimulatorState, organisation: Organisation, known: Item, form: Form) -> None:
    code, name = form.needed("code", "The code"), form.text("name")
    holder = organisation.items.find(code)
    if holder and holder.item_id != known.item_id:
        raise Refused(f"There is an item with the code {code} already.")
    _check(organisation, {"Code": code, "Name": name}, known)
    organisation.items.remove(known.code)
    organisation.items.put(replace(known, code=code, name=name, updated_at=state.clock.now()))


def _check(organisation: Organisation, row: JsonObject, known: Item | None) -> None:
    if problems := item_problems(organisation, Element(row), known):
        raise Refused(" ".join(problems))


def _price(text: str) -> Decimal:
    try:
        price = money.number(text)
    except (ValueError, ArithmeticError):
        raise Refused(f"The price {text[:40]!r} is no number.") from None
    if not price.is_finite() or price < 0:
        raise Refused("The price has to be 0 or more.")
    return price
