"""What has to be looked up in Xero before a request is planned, and what a rejected one waits for."""

from collections.abc import Iterable, Mapping
from typing import Final

from mappers.model import Code, Company, MasterList, Needs, Problem, SyncRequest, aliased
from mappers.planning.shipment import reading
from mappers.planning.steps import Steps

# What a change of master data in Xero alone can cure. The rest needs a change of the shipment or the profile.
_CONTACT = frozenset({Code.CUSTOMER_NOT_FOUND, Code.CUSTOMER_ARCHIVED})
_ITEM = frozenset({Code.PRODUCT_NOT_FOUND, Code.PRODUCT_NOT_SOLD})
_OTHER_KEYS: Final = {
    Code.CURRENCY_NOT_ENABLED: "currency",
    Code.ACCOUNT_INVALID: "account",
    Code.TAX_TYPE_INVALID: "tax",
    Code.TAX_TYPE_UNKNOWN: "tax",
}

BEHIND: Final[Mapping[Code, frozenset[MasterList]]] = {
    Code.CUSTOMER_NOT_FOUND: frozenset({MasterList.CONTACTS}),
    Code.CUSTOMER_ARCHIVED: frozenset({MasterList.CONTACTS}),
    Code.CUSTOMER_AMBIGUOUS: frozenset({MasterList.CONTACTS}),
    Code.PRODUCT_NOT_FOUND: frozenset({MasterList.ITEMS}),
    Code.PRODUCT_NOT_SOLD: frozenset({MasterList.ITEMS}),
    Code.CURRENCY_NOT_ENABLED: frozenset({MasterList.CURRENCIES}),
    Code.ACCOUNT_INVALID: frozenset({MasterList.ACCOUNTS, MasterList.ITEMS}),
    Code.TAX_TYPE_INVALID: frozenset({MasterList.TAX_RATES, MasterList.ITEMS}),
    Code.TAX_TYPE_UNKNOWN: frozenset({MasterList.ACCOUNTS, MasterList.ITEMS}),
    Code.TRACKING_INVALID: frozenset({MasterList.TRACKING}),
    Code.BRANDING_THEME_INVALID: frozenset({MasterList.BRANDING_THEMES}),
    Code.PERIOD_LOCKED: frozenset({MasterList.ORGANISATION}),
}
"""Which lists decide whether there is a problem of this code: where one of them was corrected, there is none."""


def needs_in_steps(request: SyncRequest, company: Company) -> Steps[Needs]:
    """The codes to resolve, trimmed and with aliases applied; of a partial shipment those that can be read."""
    shipment = yield from reading(request.shipment, company)
    customers = [shipment.customer_code] if shipment.customer_code else []
    products = {line.product_code for line in shipment.lines if line.product_code}
    return Needs(
        customers=frozenset(aliased(each, company.customer_aliases) for each in customers),
        products=frozenset(aliased(each, company.product_aliases) for each in products),
    )


def lists_behind(problems: Iterable[Problem]) -> frozenset[MasterList]:
    """The lists of master data that have to be as Xero has them now before anybody is told of these problems."""
    return frozenset(each for problem in problems for each in BEHIND.get(problem.code, ()))


def release_keys(problems: Iterable[Problem], company: Company) -> tuple[str, ...]:
    """What has to be there in Xero for the shipment to be sent by itself: keys such as `contact:ALOK` or `item:BEEF`.

    Empty where at least one problem is of another kind: then trying again would be in vain.
    """
    keys = [_release_key(each, company) for each in problems]
    if not keys or None in keys:
        return ()
    return tuple(sorted({key for key in keys if key is not None}))


def _release_key(problem: Problem, company: Company) -> str | None:
    code = problem.value or ""
    if problem.code in _CONTACT:
        return f"contact:{aliased(code, company.customer_aliases)}"
    if problem.code in _ITEM:
        return f"item:{aliased(code, company.product_aliases)}"
    kind = _OTHER_KEYS.get(problem.code)
    return None if kind is None else f"{kind}:{code}"
