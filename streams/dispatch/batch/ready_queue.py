"""Requests that are planned and may go out with the next batch."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from uuid import UUID

from mappers.model import Company, Document, DocumentType, OrganisationFacts, Problem
from streams.dispatch.ledger import RowKey


class Way(StrEnum):
    """How a document goes to Xero: straight with PUT, or after a look at what is there."""

    CREATE = "create"
    EXAMINE = "examine"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A planned request. `since` is the monotonic time at which it was ready."""

    key: RowKey
    request_id: UUID
    document: Document
    warnings: tuple[Problem, ...]
    company: Company
    organisation: OrganisationFacts
    way: Way
    urgent: bool
    since: float

    def goes_with(self, other: "Prepared") -> bool:
        """Whether both may travel in one batch."""
        return self.kind == other.kind and self.way == other.way

    @property
    def kind(self) -> DocumentType:
        """Invoice or quote."""
        return self.document.type


class Shelf:
    """What is ready to go, people's requests first, otherwise in the order of arrival."""

    def __init__(self) -> None:
        self._items: dict[RowKey, Prepared] = {}

    def __iter__(self) -> Iterator[Prepared]:
        return iter(tuple(self._items.values()))

    def __len__(self) -> int:
        return len(self._items)

    def holds(self, key: RowKey, request_id: UUID) -> bool:
        """Whether this very request is planned; another one of the shipment is out of date."""
        item = self._items.get(key)
        return item is not None and item.request_id == request_id

    def put(self, item: Prepared) -> None:
        """Add or replace a shipment's plan."""
        self._items[item.key] = item

    def drop(self, key: RowKey) -> None:
        """Forget a shipment's plan."""
        self._items.pop(key, None)

    def take_like(self, item: Prepared, most: int, may_go: Callable[[Prepared], bool]) -> list[Prepared]:
        """Take out up to `most` that go in one batch with the item and may go now."""
        fitting = (each for each in in_order(self) if each.goes_with(item) and may_go(each))
        taken = list(islice(fitting, most))
        for each in taken:
            self.drop(each.key)
        return taken


def in_order(items: Iterable[Prepared]) -> list[Prepared]:
    """What goes first: people's requests, then the order of arrival."""
    return sorted(items, key=lambda each: not each.urgent)
