"""Plans a request: the document that Xero should have, or every problem that stands in its way."""

from mappers.planning.needs import lists_behind, needs
from mappers.planning.plan import Planned, Rejected, plan
from mappers.planning.product import has_product
from mappers.planning.profile_check import check_profile

__all__ = [
    "Planned",
    "Rejected",
    "check_profile",
    "has_product",
    "lists_behind",
    "needs",
    "plan",
]
