"""One description of each list of master data; a new list is one more entry here, and its rows in `rows`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from mappers.model import Company, LineAmounts, MasterList, ReferenceData
from xero_client.collaborators import Resource
from xero_client.master_data.rows import (
    Row,
    accounts_in,
    branding_themes_in,
    currencies_in,
    organisation_in,
    tax_types_in,
    tracking_in,
)

OptionalLists = tuple[Resource, ...]
"""The lists of an organisation that are read only because one of its companies needs them."""


@dataclass(frozen=True, slots=True)
class ListDescription:
    """What the cache has to know of one list.

    `part_of`: the part of a snapshot that comes from the list; it is the same object for as long as nothing changed.
    `put_into`: a snapshot with a whole reply in it, or None where the reply is of no use. Contacts and items, which are
    read in parts, have no such function.
    `code_field`, `longest_code`: for lists whose records shipments name by a code.
    `wanted_by`: whether a company needs the list; None for the lists that every company needs.
    """

    kind: MasterList
    part_of: Callable[[ReferenceData], object]
    put_into: Callable[[ReferenceData, Row], ReferenceData | None] | None = None
    code_field: str = ""
    longest_code: int = 0
    wanted_by: Callable[[Company], bool] | None = None


def _with_organisation(data: ReferenceData, reply: Row) -> ReferenceData | None:
    organisation = organisation_in(reply)
    return None if organisation is None else replace(data, organisation=organisation)


def _with_tax_types(data: ReferenceData, reply: Row) -> ReferenceData:
    found = tax_types_in(reply)
    return replace(data, tax_types=found.for_sales, tax_types_not_for_sales=found.others, tax_percents=found.percents)


LISTS: Final[Mapping[Resource, ListDescription]] = {
    Resource.ORGANISATION: ListDescription(
        MasterList.ORGANISATION, lambda data: data.organisation, put_into=_with_organisation
    ),
    # Every contact has a name, but not every one an account number; changes of either change this index.
    Resource.CONTACTS: ListDescription(
        MasterList.CONTACTS, lambda data: data.contacts_by_name, code_field="AccountNumber", longest_code=50
    ),
    Resource.ITEMS: ListDescription(MasterList.ITEMS, lambda data: data.items, code_field="Code", longest_code=30),
    Resource.CURRENCIES: ListDescription(
        MasterList.CURRENCIES,
        lambda data: data.currencies,
        put_into=lambda data, reply: replace(data, currencies=currencies_in(reply)),
    ),
    Resource.ACCOUNTS: ListDescription(
        MasterList.ACCOUNTS,
        lambda data: data.accounts,
        put_into=lambda data, reply: replace(data, accounts=accounts_in(reply)),
        # The profile's accounts are checked, else those of the items; their tax type decides where an item has none.
        wanted_by=lambda _company: True,
    ),
    Resource.TAX_RATES: ListDescription(
        MasterList.TAX_RATES,
        lambda data: data.tax_types,
        put_into=_with_tax_types,
        # Whoever names the tax type of a line, the profile, the item or the account: it has to be one for sales.
        wanted_by=lambda company: bool(company.tax_type) or company.line_amounts is not LineAmounts.NO_TAX,
    ),
    Resource.TRACKING_CATEGORIES: ListDescription(
        MasterList.TRACKING,
        lambda data: data.tracking,
        put_into=lambda data, reply: replace(data, tracking=tracking_in(reply)),
        wanted_by=lambda company: bool(company.tracking),
    ),
    Resource.BRANDING_THEMES: ListDescription(
        MasterList.BRANDING_THEMES,
        lambda data: data.branding_themes,
        put_into=lambda data, reply: replace(data, branding_themes=branding_themes_in(reply)),
        wanted_by=lambda company: bool(company.branding_theme),
    ),
}


_RESOURCES: Final[Mapping[str, Resource]] = {each.kind.value: resource for resource, each in LISTS.items()}


def resources_of(lists: Iterable[MasterList]) -> frozenset[Resource]:
    """Where Xero keeps these lists."""
    return frozenset(_RESOURCES[each.value] for each in lists)


def master_list_of(resource: Resource) -> MasterList:
    """The list that the resource holds."""
    return MasterList(LISTS[resource].kind.value)


def optional_lists_of(companies: Iterable[Company]) -> Mapping[str, OptionalLists]:
    """By organisation, the lists that any of its companies needs for its checks.

    What is not read stays empty, and the mapping does not check it.
    """
    of_organisation: dict[str, list[Company]] = {}
    for company in companies:
        of_organisation.setdefault(company.organisation, []).append(company)
    return {name: _wanted_by(found) for name, found in of_organisation.items()}


def _wanted_by(companies: Sequence[Company]) -> OptionalLists:
    wants = ((resource, each.wanted_by) for resource, each in LISTS.items())
    return tuple(resource for resource, wanted in wants if wanted is not None and any(map(wanted, companies)))
