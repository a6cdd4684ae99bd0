"""Requests whose problems somebody may have cured in Xero since its master data was read, and what they need of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from mappers.model import MasterList, Needs
from streams.dispatch.ledger import RowKey


@dataclass(frozen=True, slots=True)
class SecondLook:
    """A request whose problems master data may cure: it may have been corrected in Xero since the cache was read.

    The request itself stays in the ledger: there may be many. `lists` are to be as Xero has them at `asked_at`
    (monotonic clock) or later; `size` is that of its row.
    """

    request_id: UUID
    urgent: bool
    size: int
    lists: frozenset[MasterList]
    asked_at: float


@dataclass(slots=True)
class SecondLooks:
    """What a first look, begun at `asked_at`, leaves for a second one."""

    asked_at: float
    found: dict[RowKey, SecondLook] = field(default_factory=dict)


def joined(wanted: Iterable[Needs]) -> Needs:
    """What all of them need."""
    customers: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()
    for each in wanted:
        customers |= each.customers
        products |= each.products
    return Needs(customers=customers, products=products)
