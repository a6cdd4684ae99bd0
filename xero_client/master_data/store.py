"""Everything that is known of one organisation's master data, and the snapshot that the mapping gets of it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Generic, TypeVar

from mappers.model import Account, Contact, Item, Needs, OrganisationFacts, ReferenceData, is_same_code
from mappers.planning import has_product
from xero_client.collaborators import Resource
from xero_client.master_data.master_data import folded

Kept = TypeVar("Kept")
Index = Mapping[str, tuple[Kept, ...]]


class Indexed(Generic[Kept]):
    """Records by one of their codes, folded. A reader's index never changes: a change makes another one."""

    def __init__(self, code_of: Callable[[Kept], str | None]) -> None:
        self.index: Index[Kept] = MappingProxyType({})
        self._code_of = code_of

    def change(self, gone: Iterable[Kept], new: Iterable[Kept]) -> None:
        """Take records out, put others in; records without a code have no place here."""
        index = dict(self.index)
        for record in gone:
            if key := self._key(record):
                rest = tuple(each for each in index.get(key, ()) if each != record)
                index.pop(key, None)
                index |= {key: rest} if rest else {}
        for record in new:
            if key := self._key(record):
                index[key] = (*index.get(key, ()), record)
        self.index = MappingProxyType(index)

    def _key(self, record: Kept) -> str:
        return folded(self._code_of(record) or "")


class Shelf(Generic[Kept]):
    """Records by id, and by each of some codes."""

    def __init__(self, id_of: Callable[[Kept], str], *codes: Callable[[Kept], str | None]) -> None:
        self.records: dict[str, Kept] = {}
        self.indexes = tuple(Indexed(code_of) for code_of in codes)
        self._id_of = id_of

    def change(self, records: Iterable[Kept], gone: Iterable[str] = ()) -> bool:
        """Put records in place of those with their ids, and take out those with the ids in `gone`.

        Returns whether that changed anything. Costs what it changes, and a copy of each index.
        """
        given = {self._id_of(each): each for each in records}
        new = {key: each for key, each in given.items() if self.records.get(key) != each}
        out = [key for key in {*new, *gone} if key in self.records]
        if not new and not out:
            return False
        before = [self.records.pop(key) for key in out]
        self.records |= new
        for indexed in self.indexes:
            indexed.change(before, new.values())
        return True


class MasterDataBook:
    """Written by reads of Xero. A snapshot is the same object until the next change, and never changes itself."""

    def __init__(self) -> None:
        self._contacts = Shelf[Contact](lambda each: each.contact_id, _account_number, lambda each: each.name)
        self._items = Shelf[Item](lambda each: each.item_id, lambda each: each.code)
        self._data = ReferenceData(NOT_READ, frozenset(), {}, {}, {})

    def put_facts(self, facts: OrganisationFacts) -> None:
        """Replace what is known of the organisation itself."""
        self._put(replace(self._data, organisation=facts))

    def put_contacts(self, contacts: Iterable[Contact], *, complete: bool = False) -> None:
        """Add contacts, or replace those of the same id; `complete`: there are no other active ones."""
        given = tuple(contacts)
        active = (key for key, each in self._contacts.records.items() if not each.archived) if complete else ()
        gone = set(active) - {each.contact_id for each in given}
        if self._contacts.change(given, gone):
            by_account_number, by_name = (each.index for each in self._contacts.indexes)
            self._data = replace(self._data, contacts=by_account_number, contacts_by_name=by_name)

    def put_items(self, items: Iterable[Item], *, complete: bool = False) -> None:
        """Add items, or replace those of the same id or code; `complete`: there are no others."""
        given = {each.item_id: each for each in items}
        others = self._items.records.keys() if complete else self._of_same_codes(given.values())
        if self._items.change(given.values(), others - given.keys()):
            (by_code,) = (each.index for each in self._items.indexes)
            self._data = replace(self._data, items=by_code)

    def put_currencies(self, currencies: frozenset[str]) -> None:
        """Replace the enabled currencies."""
        self._put(replace(self._data, currencies=currencies))

    def put_accounts(self, accounts: Mapping[str, Account]) -> None:
        """Replace the accounts."""
        self._put(replace(self._data, accounts=accounts))

    def put_tax_types(self, tax_types: frozenset[str]) -> None:
        """Replace the tax types."""
        self._put(replace(self._data, tax_types=tax_types))

    def put_tracking(self, tracking: Mapping[str, frozenset[str]]) -> None:
        """Replace the tracking categories."""
        self._put(replace(self._data, tracking=tracking))

    def put_themes(self, themes: Mapping[str, str]) -> None:
        """Replace the branding themes."""
        self._put(replace(self._data, branding_themes=themes))

    def snapshot(self) -> ReferenceData:
        """The present data."""
        return self._data

    def lacking(self, needs: Needs) -> Needs:
        """The needed codes that no usable record has: no active contact, no item that is sold, has exactly the code."""
        return Needs(
            customers=frozenset(code for code in needs.customers if not _has_active(code, self._data)),
            products=frozenset(code for code in needs.products if not has_product(code, self._data)),
        )

    def lacks(self, resource: Resource, code: str) -> bool:
        """Whether no usable contact, or item, has the code."""
        one = frozenset({code})
        wanted = Needs(customers=one) if resource is Resource.CONTACTS else Needs(products=one)
        return self.lacking(wanted) == wanted

    def _put(self, data: ReferenceData) -> None:
        # Only settings come this way, so that the comparison never walks contacts and items (they are the same object).
        if data != self._data:
            self._data = data

    def _of_same_codes(self, items: Iterable[Item]) -> set[str]:
        """Codes are unique, so a record that has the code of a newer one was deleted, which no refresh tells."""
        found = (
            other for each in items for other in self._data.items.get(folded(each.code), ()) if other.code == each.code
        )
        return {each.item_id for each in found}


def _account_number(contact: Contact) -> str | None:
    return contact.account_number


def _has_active(code: str, data: ReferenceData) -> bool:
    found = data.contacts.get(folded(code), ())
    return any(not each.archived and is_same_code(each.account_number, code) for each in found)


NOT_READ = OrganisationFacts("", "", "")
