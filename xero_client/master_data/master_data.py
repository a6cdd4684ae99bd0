"""An organisation's master data as lists, and the indexes that the mapping asks."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TypeVar

from mappers.model import Contact, Item

Record = TypeVar("Record")


def contacts_by_account_number(contacts: Iterable[Contact]) -> Mapping[str, tuple[Contact, ...]]:
    """Contacts that have an account number, keyed by it, trimmed and case-folded."""
    return grouped(contacts, lambda contact: contact.account_number or "")


def contacts_by_name(contacts: Iterable[Contact]) -> Mapping[str, tuple[Contact, ...]]:
    """Contacts keyed by their trimmed, case-folded name."""
    return grouped(contacts, lambda contact: contact.name)


def items_by_code(items: Iterable[Item]) -> Mapping[str, tuple[Item, ...]]:
    """Items keyed by their trimmed, case-folded code."""
    return grouped(items, lambda item: item.code)


def folded(code: str) -> str:
    """The key under which a code is kept, so that a near miss (`alok` for `ALOK`) can be named."""
    return code.strip().casefold()


def grouped(records: Iterable[Record], code_of: Callable[[Record], str]) -> Mapping[str, tuple[Record, ...]]:
    """Records by folded code, in the order given; those whose code is empty are left out."""
    groups: dict[str, tuple[Record, ...]] = {}
    for record in records:
        key = folded(code_of(record))
        if key:
            groups[key] = (*groups.get(key, ()), record)
    return MappingProxyType(groups)
