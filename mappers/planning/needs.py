"""What has to be looked up in Xero before a request is planned, and what a rejected one waits for."""

from collections.abc import Iterable

from mappers.model import Code, Company, Needs, Problem, SyncRequest, aliased
from mappers.planning.shipment import read_shipment

# What a change of master data in Xero alone can cure. The rest needs a change of the shipment or the profile.
_CONTACT = frozenset({Code.CUSTOMER_NOT_FOUND, Code.CUSTOMER_ARCHIVED})
_ITEM = frozenset({Code.PRODUCT_NOT_FOUND, Code.PRODUCT_NOT_SOLD})


def needs(request: SyncRequest, company: Company) -> Needs:
    """The codes to resolve, trimmed and with aliases applied; of a partial shipment those that can be read."""
    shipment = read_shipment(request.shipment, company)
    customers = [shipment.customer_code] if shipment.customer_code else []
    products = {line.product_code for line in shipment.lines if line.product_code}
    return Needs(
        customers=frozenset(aliased(each, company.customer_aliases) for each in customers),
        products=frozenset(aliased(each, company.product_aliases) for each in products),
    )


def release_keys(problems: Iterable[Problem], company: Company) -> tuple[str, ...]:
    """What has to appear in Xero for the shipment to be sent by itself: `contact:`, `item:`, `currency:`, `tax:` keys.

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
    if problem.code is Code.TAX_TYPE_UNKNOWN:
        return f"tax:{code}"
    return f"currency:{code}" if problem.code is Code.CURRENCY_NOT_ENABLED else None
