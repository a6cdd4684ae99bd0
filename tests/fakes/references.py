"""The port References over plain values, for tests of the mapping and the dispatcher."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TypeVar
from uuid import NAMESPACE_URL, uuid5

from mappers.model.code_matching import RecordsByCode, code_key, with_code
from mappers.model.master_data import Account, Contact, Item, MasterList, Needs, OrganisationFacts, ReferenceData

Record = TypeVar("Record")


def contact(account_number: str | None, name: str | None = None, *, archived: bool = False) -> Contact:
    """A contact whose id is derived from its name, so that tests may repeat."""
    given = name or f"{account_number} Trading"
    return Contact(str(uuid5(NAMESPACE_URL, f"contact/{given}")), given, account_number, archived=archived)


def item(code: str, *, sold: bool = True, account_code: str | None = "200", tax_type: str | None = "OUTPUT") -> Item:
    """An item that is sold, with an account and a tax type, unless told otherwise."""
    identity = str(uuid5(NAMESPACE_URL, f"item/{code}"))
    return Item(identity, code, f"{code} name", sold=sold, account_code=account_code, tax_type=tax_type)


def reference_data(
    *,
    contacts: Iterable[Contact] = (),
    items: Iterable[Item] = (),
    currencies: Iterable[str] = ("AUD", "USD"),
    base_currency: str = "AUD",
    accounts: Iterable[Account] = (),
    tax_types: Iterable[str] = (),
) -> ReferenceData:
    """A snapshot from plain values. Use `dataclasses.replace` for the rarer fields (facts, tracking, themes)."""
    people = tuple(contacts)
    return ReferenceData(
        organisation=OrganisationFacts("organisation", "Demo Company", base_currency),
        currencies=frozenset(currencies),
        contacts=_by_account_number(people),
        contacts_by_name=_by_name(people),
        items=_by_code(items),
        accounts={account.code: account for account in accounts},
        tax_types=frozenset(tax_types),
    )


class FakeReferences:
    """Answers `resolve` at once from what `put` gave; unknown codes are simply absent, as after a look-up that missed.

    `asked` records every call. `fail` makes an organisation's calls raise until it is given None. `on_change` is
    called with the organisation at every change after its first `put`, as the cache does after a refresh.
    """

    def __init__(self, on_change: Callable[[str], None] | None = None) -> None:
        self.asked: list[tuple[str, Needs]] = []
        self.doubted: list[tuple[str, frozenset[MasterList]]] = []
        self.watched: list[tuple[str, frozenset[MasterList], float]] = []
        self._unseen: dict[str, ReferenceData] = {}
        self._on_change = on_change or (lambda _organisation: None)
        self._data: dict[str, ReferenceData] = {}
        self._errors: dict[str, Exception] = {}

    async def resolve(
        self, organisation: str, needs: Needs, *, asked_at: float | None = None, for_people: bool = False
    ) -> ReferenceData:
        """The organisation's snapshot, or the error that `fail` set. KeyError for an organisation never put."""
        del asked_at, for_people
        self.asked.append((organisation, needs))
        if error := self._errors.get(organisation):
            raise error
        return self._data[organisation]

    def doubt(self, organisation: str, lists: frozenset[MasterList]) -> bool:
        """Whether there is something to read again: what `change_unseen` set is seen from now on."""
        self.doubted.append((organisation, lists))
        if organisation in self._unseen:
            self._data[organisation] = self._unseen.pop(organisation)
        return True

    def watch(self, organisation: str, lists: frozenset[MasterList], age: float) -> None:
        """Noted in `watched`."""
        self.watched.append((organisation, lists, age))

    def change_unseen(self, organisation: str, data: ReferenceData) -> None:
        """Xero has other data now, which the cache does not know yet."""
        self._unseen[organisation] = data

    def put(self, organisation: str, data: ReferenceData) -> None:
        """Set the organisation's data; tells `on_change` where it replaces other data."""
        before = self._data.get(organisation)
        self._data[organisation] = data
        if before is not None and before != data:
            self._on_change(organisation)

    def add(self, organisation: str, *, contacts: Iterable[Contact] = (), items: Iterable[Item] = ()) -> None:
        """Let contacts and items appear, as when a person enters them in Xero."""
        data = self._data[organisation]
        people = [each for group in data.contacts_by_name.values() for each in group] + list(contacts)
        goods = [each for group in data.items.values() for each in group] + list(items)
        self.put(
            organisation,
            replace(
                data,
                contacts=_by_account_number(people),
                contacts_by_name=_by_name(people),
                items=_by_code(goods),
            ),
        )

    def fail(self, organisation: str, error: Exception | None) -> None:
        """Raise `error` from the organisation's next calls; None ends it."""
        self._errors.pop(organisation, None)
        if error is not None:
            self._errors[organisation] = error


def _by_account_number(contacts: Iterable[Contact]) -> RecordsByCode[Contact]:
    return _grouped(contacts, lambda each: each.account_number or "")


def _by_name(contacts: Iterable[Contact]) -> Mapping[str, tuple[Contact, ...]]:
    return _grouped(contacts, lambda each: each.name)


def _by_code(items: Iterable[Item]) -> RecordsByCode[Item]:
    return _grouped(items, lambda each: each.code)


def _grouped(records: Iterable[Record], code_of: Callable[[Record], str]) -> RecordsByCode[Record]:
    """Records by code_key code, in the order given; those whose code is empty are left out."""
    groups: dict[str, tuple[Record, ...]] = {}
    for record in records:
        if key := code_key(code_of(record)):
            groups[key] = (*groups.get(key, ()), record)
    return RecordsByCode(groups)


def has_customer(wanted: str, reference: ReferenceData) -> bool:
    """Whether exactly one active contact has the account number `wanted`."""
    found = with_code(reference.contacts, wanted, lambda each: each.account_number)
    return sum(not each.archived and each.merged_to is None for each in found) == 1
