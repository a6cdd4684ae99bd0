"""Plans a request: the document that Xero should have, or every problem that stands in its way."""

from mappers.planning.exchange_rate import KnownRate
from mappers.planning.needs import needs
from mappers.planning.plan import Planned, Rejected, plan
from mappers.planning.product import has_product
from mappers.planning.profile_check import check_profile

__all__ = [
    "KnownRate",
    "Planned",
    "Rejected",
    "check_profile",
    "has_product",
    "needs",
    "plan",
]
