"""Plans a request: the document that Xero should have, or every problem that stands in its way."""

from mappers.planning.exchange_rate import KnownRate
from mappers.planning.needs import lists_behind, needs_in_steps
from mappers.planning.plan import Planned, Rejected, plan_in_steps
from mappers.planning.product import has_product
from mappers.planning.profile_check import check_profile
from mappers.planning.steps import Steps
from mappers.planning.tax_overview import TaxGroup, line_taxes, tax_overview

__all__ = [
    "KnownRate",
    "Planned",
    "Rejected",
    "Steps",
    "TaxGroup",
    "check_profile",
    "has_product",
    "line_taxes",
    "lists_behind",
    "needs_in_steps",
    "plan_in_steps",
    "tax_overview",
]
