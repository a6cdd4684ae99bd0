"""Planned requests that may be sent with the next batch."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from uuid import UUID

from mappers.model import Company, Document, DocumentType, OrganisationFacts, Problem
from streams.dispatch.ledger import RowKey


class WriteMode(StrEnum):
    """How a document is written to Xero: created with PUT at once, or only after a look-up of what is there."""

    CREATE = "create"
    LOOK_UP_FIRST = "look_up_first"


@dataclass(frozen=True, slots=True)
class PlannedWrite:
    """A planned request. `since` is the monotonic time at which it was ready."""

    key: RowKey
    request_id: UUID
    document: Document
    warnings: tuple[Problem, ...]
    company: Company
    organisation: OrganisationFacts
    mode: WriteMode
    urgent: bool
    since: float

    def can_share_batch_with(self, other: "PlannedWrite") -> bool:
        """Whether one batch may hold both."""
        return self.kind == other.kind and self.mode == other.mode

    @property
    def kind(self) -> DocumentType:
        """Invoice or quote."""
        return self.document.type


class ReadyQueue:
    """What is ready to be sent: at most one plan a shipment."""

    def __init__(self) -> None:
        self._items: dict[RowKey, PlannedWrite] = {}

    def __iter__(self) -> Iterator[PlannedWrite]:
        return iter(tuple(self._items.values()))

    def __len__(self) -> int:
        return len(self._items)

    def has(self, key: RowKey, request_id: UUID) -> bool:
        """Whether this very request is planned; another one of the shipment is out of date."""
        item = self._items.get(key)
        return item is not None and item.request_id == request_id

    def put(self, item: PlannedWrite) -> None:
        """Add or replace a shipment's plan."""
        self._items[item.key] = item

    def drop(self, key: RowKey) -> None:
        """Forget a shipment's plan."""
        self._items.pop(key, None)

    def take_matching(
        self, item: PlannedWrite, limit: int, may_be_sent: Callable[[PlannedWrite], bool]
    ) -> list[PlannedWrite]:
        """Take out up to `limit` plans that can share a batch with the item and may be sent now."""
        fitting = (each for each in in_order(self) if each.can_share_batch_with(item) and may_be_sent(each))
        taken = list(islice(fitting, limit))
        for each in taken:
            self.drop(each.key)
        return taken


def in_order(items: Iterable[PlannedWrite]) -> list[PlannedWrite]:
    """People's requests first, otherwise in order of arrival."""
    return sorted(items, key=lambda each: not each.urgent)
