"""Everything that is known of one organisation's master data, and the snapshot of it that the mapping gets."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Generic, TypeVar

from mappers.model import Contact, Item, Needs, OrganisationFacts, RecordsByCode, ReferenceData, code_key, is_same_code
from mappers.planning import has_product
from xero_client.collaborators import Resource

Kept = TypeVar("Kept")


class CodeIndex(Generic[Kept]):
    """Records by one of their codes, folded. A reader's index never changes: a change makes another one."""

    def __init__(self, code_of: Callable[[Kept], str | None]) -> None:
        self.index = RecordsByCode[Kept]()
        self._code_of = code_of

    def change(self, gone: Iterable[Kept], new: Iterable[Kept]) -> None:
        """Take records out, put others in; records without a code are left out."""
        index = dict(self.index)
        for key, records in self._by_key(gone).items():
            rest = tuple(each for each in index.pop(key, ()) if each not in records)
            index |= {key: rest} if rest else {}
        for key, records in self._by_key(new).items():
            index[key] = (*index.get(key, ()), *records)
        self.index = RecordsByCode(index)

    def _by_key(self, records: Iterable[Kept]) -> dict[str, dict[Kept, None]]:
        """In their order. Thousands may have one name, so that none of them is looked for among the others."""
        found: defaultdict[str, dict[Kept, None]] = defaultdict(dict)
        for each in records:
            if key := self._key(each):
                found[key][each] = None
        return found

    def _key(self, record: Kept) -> str:
        return code_key(self._code_of(record) or "")


class IndexedRecords(Generic[Kept]):
    """Records by id, and by each of some codes."""

    def __init__(self, id_of: Callable[[Kept], str], *codes: Callable[[Kept], str | None]) -> None:
        self.records: dict[str, Kept] = {}
        self.indexes = tuple(CodeIndex(code_of) for code_of in codes)
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
        for index in self.indexes:
            index.change(before, new.values())
        return True


class MasterDataStore:
    """Written by reads of Xero. A snapshot is the same object until the next change, and never changes itself."""

    def __init__(self) -> None:
        self._contacts = IndexedRecords[Contact](lambda each: each.contact_id, _account_number, lambda each: each.name)
        self._items = IndexedRecords[Item](lambda each: each.item_id, lambda each: each.code)
        self._data = ReferenceData(NOT_READ, frozenset(), RecordsByCode(), {}, RecordsByCode())

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

    def put_settings(self, data: ReferenceData) -> None:
        """Replace anything but contacts and items: `data` is the snapshot with other settings in it."""
        # Contacts and items are the same objects, so that the comparison never walks them.
        if data != self._data:
            self._data = data

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

    def _of_same_codes(self, items: Iterable[Item]) -> set[str]:
        """Codes are unique, so a record that has the code of a newer one was deleted, which no refresh shows."""
        found = (
            other
            for each in items
            for other in self._data.items.get(code_key(each.code), ())
            if other.code == each.code
        )
        return {each.item_id for each in found}


def _account_number(contact: Contact) -> str | None:
    return contact.account_number


def _has_active(code: str, data: ReferenceData) -> bool:
    found = data.contacts.get(code_key(code), ())
    return any(not each.archived and is_same_code(each.account_number, code) for each in found)


NOT_READ = OrganisationFacts("", "", "")
