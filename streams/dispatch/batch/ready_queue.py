"""Planned requests that may be sent with the next batch, and those that are under way."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice
from uuid import UUID

from mappers.model import Company, Document, DocumentType, OrganisationFacts, Problem
from streams.dispatch.ledger import RowKey

# Plans beyond the next few batches would only grow stale; the rest of a backlog stays in the ledger.
PLANNED_AHEAD = 200
MOST_ROUNDS = 5
"""So often a request is planned, looked up or written without a result before a person is asked."""


class WriteMode(StrEnum):
    """How a document is written to Xero: created with PUT at once, or only after a look-up of what is there."""

    CREATE = "create"
    LOOK_UP_FIRST = "look_up_first"


@dataclass(frozen=True, slots=True)
class PlannedWrite:
    """A planned request. `since` is the monotonic time at which it was ready.

    `rounds` and `faults` are the row's: how often it was tried, and met a fault of Xero's own, without a result.
    """

    key: RowKey
    request_id: UUID
    document: Document
    warnings: tuple[Problem, ...]
    company: Company
    organisation: OrganisationFacts
    mode: WriteMode
    urgent: bool
    since: float
    rounds: int = 0
    faults: int = 0

    def can_share_batch_with(self, other: "PlannedWrite") -> bool:
        """Whether one batch may hold both."""
        return self.kind == other.kind and self.mode == other.mode and self.halvings == other.halvings

    @property
    def halvings(self) -> int:
        """How often its batch is halved: after the second fault of Xero's own one of the batch may be the cause."""
        return max(0, self.faults - 1)

    @property
    def kind(self) -> DocumentType:
        """Invoice or quote."""
        return self.document.type


class ReadyQueue:
    """At most one plan a shipment, ready or in flight; people's first, otherwise in order of arrival.

    `is_current` says whether a plan is still that of its shipment's newest request: what a newer request replaced is
    dropped whenever the queue is asked. `may_be_sent` says whether nothing holds a current plan up. `changed` is set
    when there may be more or less to send.
    """

    def __init__(self, is_current: Callable[[PlannedWrite], bool], may_be_sent: Callable[[PlannedWrite], bool]) -> None:
        self._is_current = is_current
        self._may_be_sent = may_be_sent
        self._ready: dict[RowKey, PlannedWrite] = {}
        self._in_flight: set[RowKey] = set()
        self.changed = asyncio.Event()

    @property
    def is_full(self) -> bool:
        """Whether enough is planned for now."""
        return len(self.ready()) >= PLANNED_AHEAD

    def has(self, key: RowKey, request_id: UUID) -> bool:
        """Whether the shipment is in flight, or this very request is ready."""
        plan = self._ready.get(key)
        return key in self._in_flight or (plan is not None and plan.request_id == request_id)

    def put(self, plan: PlannedWrite) -> None:
        """Add or replace a shipment's plan."""
        self._ready[plan.key] = plan
        self.changed.set()

    def drop(self, plans: Iterable[PlannedWrite]) -> None:
        """Forget plans that were answered without being sent."""
        for plan in plans:
            self._ready.pop(plan.key, None)

    def ready(self) -> list[PlannedWrite]:
        """What is ready and still current; some of it may wait for another shipment's number."""
        self.drop([plan for plan in self._ready.values() if not self._is_current(plan)])
        return sorted(self._ready.values(), key=lambda plan: not plan.urgent)

    def sendable(self) -> list[PlannedWrite]:
        """What may be sent now."""
        return [plan for plan in self.ready() if self._may_be_sent(plan)]

    def take(self, mode: WriteMode, limit: int) -> list[PlannedWrite]:
        """Up to `limit` plans that can share a batch of this mode; they are in flight until they are `finished`."""
        candidates = [plan for plan in self.sendable() if plan.mode is mode]
        fitting = (plan for plan in candidates if plan.can_share_batch_with(candidates[0]))
        halved = max(1, limit >> candidates[0].halvings) if candidates else 0
        taken = list(islice(fitting, halved))
        self._begin(taken)
        return taken

    def take_held(self, is_held: Callable[[PlannedWrite], bool]) -> list[PlannedWrite]:
        """The plans whose number another shipment's document has; they are in flight until they are `finished`."""
        taken = [plan for plan in self.ready() if is_held(plan)]
        self._begin(taken)
        return taken

    def _begin(self, plans: Sequence[PlannedWrite]) -> None:
        self.drop(plans)
        self._in_flight.update(plan.key for plan in plans)

    def finished(self, plans: Sequence[PlannedWrite]) -> None:
        """The batch ended: each of its shipments is answered, or open to be planned again."""
        self._in_flight.difference_update(plan.key for plan in plans)
        self.changed.set()


def another_round(plan: PlannedWrite) -> PlannedWrite:
    """The same plan after a round that led to no result."""
    return replace(plan, rounds=plan.rounds + 1)


def with_number(plan: PlannedWrite, number: str) -> PlannedWrite:
    """The same plan under another document number."""
    return replace(plan, document=plan.document.model_copy(update={"number": number}))
