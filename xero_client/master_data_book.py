"""Everything that is known of one organisation's master data, and the snapshot that the mapping gets of it."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from mappers.reference import Account, Contact, Item, Needs, OrganisationFacts, ReferenceData
from xero_client.master_data import contacts_by_account_number, contacts_by_name, folded, items_by_code

Kept = TypeVar("Kept", Contact, Item)


class MasterDataBook:
    """Written by reads of Xero. A snapshot is made once per change, and is the same object until the next one."""

    def __init__(self) -> None:
        self._facts: OrganisationFacts | None = None
        self._contacts: dict[str, Contact] = {}
        self._items: dict[str, Item] = {}
        self._currencies: frozenset[str] = frozenset()
        self._accounts: Mapping[str, Account] = {}
        self._tax_types: frozenset[str] = frozenset()
        self._tracking: Mapping[str, frozenset[str]] = {}
        self._themes: Mapping[str, str] = {}
        self._snapshot: ReferenceData | None = None

    def put_facts(self, facts: OrganisationFacts) -> None:
        """Replace what is known of the organisation itself."""
        if facts != self._facts:
            self._facts, self._snapshot = facts, None

    def put_contacts(self, contacts: Iterable[Contact]) -> None:
        """Add contacts, or replace those of the same id."""
        if _merged(self._contacts, {each.contact_id: each for each in contacts}):
            self._snapshot = None

    def put_items(self, items: Iterable[Item], *, complete: bool = False) -> None:
        """Add items, or replace those of the same id; `complete`: there are no others."""
        given = {each.item_id: each for each in items}
        gone = self._items.keys() - given.keys() if complete else frozenset()
        for item_id in gone:
            del self._items[item_id]
        if _merged(self._items, given) or gone:
            self._snapshot = None

    def put_currencies(self, currencies: frozenset[str]) -> None:
        """Replace the enabled currencies."""
        if currencies != self._currencies:
            self._currencies, self._snapshot = currencies, None

    def put_accounts(self, accounts: Mapping[str, Account]) -> None:
        """Replace the accounts."""
        if accounts != self._accounts:
            self._accounts, self._snapshot = accounts, None

    def put_tax_types(self, tax_types: frozenset[str]) -> None:
        """Replace the tax types."""
        if tax_types != self._tax_types:
            self._tax_types, self._snapshot = tax_types, None

    def put_tracking(self, tracking: Mapping[str, frozenset[str]]) -> None:
        """Replace the tracking categories."""
        if tracking != self._tracking:
            self._tracking, self._snapshot = tracking, None

    def put_themes(self, themes: Mapping[str, str]) -> None:
        """Replace the branding themes."""
        if themes != self._themes:
            self._themes, self._snapshot = themes, None

    def snapshot(self) -> ReferenceData:
        """The present data. Raises LookupError before the organisation itself was read."""
        if self._snapshot is None:
            self._snapshot = self._made()
        return self._snapshot

    def lacking(self, needs: Needs) -> Needs:
        """The needed codes that no usable record has: no active contact, or no item, has the code exactly."""
        data = self.snapshot()
        customers = [code for code in needs.customers if not _has_contact(data, code)]
        products = [code for code in needs.products if not _has_item(data, code)]
        return Needs(frozenset(customers), frozenset(products)) if customers or products else NOTHING

    def _made(self) -> ReferenceData:
        if self._facts is None:
            raise LookupError("the organisation was not read yet")
        return ReferenceData(
            organisation=self._facts,
            currencies=self._currencies,
            contacts=contacts_by_account_number(self._contacts.values()),
            contacts_by_name=contacts_by_name(self._contacts.values()),
            items=items_by_code(self._items.values()),
            accounts=self._accounts,
            tax_types=self._tax_types,
            tracking=self._tracking,
            branding_themes=self._themes,
        )


NOTHING = Needs()


def _merged(kept: dict[str, Kept], given: dict[str, Kept]) -> bool:
    """Put `given` into `kept`; returns whether that changed anything."""
    changed = {key: value for key, value in given.items() if kept.get(key) != value}
    kept.update(changed)
    return bool(changed)


def _has_contact(data: ReferenceData, code: str) -> bool:
    found = data.contacts.get(folded(code), ())
    return any(not each.archived and (each.account_number or "").strip() == code.strip() for each in found)


def _has_item(data: ReferenceData, code: str) -> bool:
    return any(each.code.strip() == code.strip() for each in data.items.get(folded(code), ()))
