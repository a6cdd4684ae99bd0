"""Planned requests that may be sent with the next batch, and those that are under way."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from uuid import UUID

from mappers.model import Company, Contact, Document, DocumentType, OrganisationFacts, Problem
from streams.dispatch.ledger import RowKey, Target
from xero_client.port import ElementReply

# Plans beyond the next few batches would only grow stale; the rest of a backlog stays in the ledger.
PLANNED_AHEAD = 200
PLANNED_BYTES = 4_000_000
"""Of the rows whose plans are ready or under way: more than a batch may have, and as objects some six times that."""
MOST_ROUNDS = 5
"""So often a request is planned, looked up or written without a result before a person is asked."""


class WriteMode(StrEnum):
    """How a document is written to Xero: created with PUT at once, or only after a look-up of what is there."""

    CREATE = "create"
    LOOK_UP_FIRST = "look_up_first"


@dataclass(frozen=True, slots=True)
class PlannedWrite:
    """A planned request. `since` is the monotonic time at which it was ready, `late` how many seconds ago it was asked
    for then.

    `rounds` and `faults` are the row's: how often it was tried, and met a fault of Xero's own, without a result.
    `contacts` is the organisation's list, for the names of whoever a number belongs to. `size` is that of its row.
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
    contacts: Mapping[str, tuple[Contact, ...]] = field(default_factory=dict, repr=False, compare=False)
    size: int = 0
    late: float = 0.0

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


@dataclass(frozen=True, slots=True)
class BatchItem:
    """One document of a batch.

    `target` is the document that it updates, None for a create; `send` is what exactly is sent where that differs from
    the plan (a status that Xero would not take back).
    """

    plan: PlannedWrite
    target: Target | None = None
    send: Document | None = None

    @property
    def xero_id(self) -> str | None:
        """The id of the document that is updated."""
        return None if self.target is None else self.target.xero_id

    @property
    def document(self) -> Document:
        """What is sent."""
        return self.plan.document if self.send is None else self.send


@dataclass(frozen=True, slots=True)
class UnsettledItems:
    """What a write left open: numbers that are taken, elements that the reply does not mention or shows in part."""

    number_taken: list[PlannedWrite] = field(default_factory=list)
    unmentioned: list[PlannedWrite] = field(default_factory=list)
    shown_in_part: list[tuple[BatchItem, ElementReply]] = field(default_factory=list)


def another_round(plan: PlannedWrite) -> PlannedWrite:
    """The same plan after a round that led to no result."""
    return replace(plan, rounds=plan.rounds + 1)


def with_number(plan: PlannedWrite, number: str) -> PlannedWrite:
    """The same plan under another document number."""
    return replace(plan, document=plan.document.model_copy(update={"number": number}))


class Standing(StrEnum):
    """Whether a planned write may go: now, when nobody else is about to have its number, or not any more."""

    SENDABLE = "sendable"
    RESERVED = "reserved"
    """Another shipment is about to have the number."""
    HELD = "held"
    """Another shipment's document has the number."""
    REPLACED = "replaced"
    """It is not of its shipment's newest request."""


@dataclass(slots=True)
class NextBatch:
    """What may go together next, and what was seen on the way there: plans whose number another shipment has."""

    plans: list[PlannedWrite] = field(default_factory=list)
    held: list[PlannedWrite] = field(default_factory=list)


class ReadyQueue:
    """At most one plan a shipment, ready or in flight; people's first, otherwise in order of arrival.

    `standing_of` is asked whenever the queue is read, from the front and no further than the next batch needs: what a
    newer request replaced is dropped then. `changed` is set when there may be more or less to send.
    """

    def __init__(self, standing_of: Callable[[PlannedWrite], Standing]) -> None:
        self._standing_of = standing_of
        self._urgent: dict[RowKey, PlannedWrite] = {}
        self._others: dict[RowKey, PlannedWrite] = {}
        self._in_flight: dict[RowKey, int] = {}
        self.changed = asyncio.Event()

    def __len__(self) -> int:
        """How many plans are ready, or were before they were replaced."""
        return len(self._urgent) + len(self._others)

    @property
    def is_full(self) -> bool:
        """Whether enough is planned for now."""
        if not _is_enough(len(self), self._bytes()):
            return False
        return _is_enough(len(self.ready()), self._bytes())

    def _bytes(self) -> int:
        return sum(plan.size for plan in self._in_order()) + sum(self._in_flight.values())

    def has(self, key: RowKey, request_id: UUID) -> bool:
        """Whether the shipment is in flight, or this very request is ready."""
        plan = self._urgent.get(key) or self._others.get(key)
        return key in self._in_flight or (plan is not None and plan.request_id == request_id)

    def put(self, plan: PlannedWrite) -> None:
        """Add or replace a shipment's plan."""
        mine, other = (self._urgent, self._others) if plan.urgent else (self._others, self._urgent)
        mine[plan.key] = plan
        other.pop(plan.key, None)
        self.changed.set()

    def ready(self) -> list[PlannedWrite]:
        """What is ready and still current; some of it may wait for another shipment's number."""
        current = [plan for plan in self._in_order() if self._standing_of(plan) is not Standing.REPLACED]
        self._urgent = {plan.key: plan for plan in current if plan.urgent}
        self._others = {plan.key: plan for plan in current if not plan.urgent}
        return current

    def next_batch(self, limit: int, mode: WriteMode | None = None) -> NextBatch:
        """Up to `limit` plans that can share a batch, of one mode where it is given. Nothing is taken."""
        batch = NextBatch()
        for plan in tuple(self._in_order()):
            standing = self._standing_of(plan)
            if standing is Standing.REPLACED:
                self._drop(plan)
            elif standing is Standing.HELD:
                batch.held.append(plan)
            elif standing is Standing.SENDABLE and _fits(plan, batch.plans, mode):
                batch.plans.append(plan)
                if len(batch.plans) == limit:
                    break
        return batch

    def take(self, mode: WriteMode, limit: int) -> list[PlannedWrite]:
        """Up to `limit` plans that can share a batch of this mode; they are in flight until they are `finished`."""
        plans = self.next_batch(limit, mode).plans
        taken = plans[: max(1, limit >> plans[0].halvings)] if plans else []
        self.begin(taken)
        return taken

    def begin(self, plans: Sequence[PlannedWrite]) -> None:
        """Somebody works on these plans; they are in flight until they are `finished`."""
        for plan in plans:
            self._drop(plan)
        self._in_flight.update((plan.key, plan.size) for plan in plans)

    def finished(self, plans: Sequence[PlannedWrite]) -> None:
        """The batch ended: each of its shipments is answered, or open to be planned again."""
        for plan in plans:
            self._in_flight.pop(plan.key, None)
        self.changed.set()

    def _in_order(self) -> Iterator[PlannedWrite]:
        yield from self._urgent.values()
        yield from self._others.values()

    def _drop(self, plan: PlannedWrite) -> None:
        self._urgent.pop(plan.key, None)
        self._others.pop(plan.key, None)


def _fits(plan: PlannedWrite, plans: Sequence[PlannedWrite], mode: WriteMode | None) -> bool:
    if plans:
        return plan.can_share_batch_with(plans[0])
    return mode is None or plan.mode is mode


def _is_enough(plans: int, size: int) -> bool:
    return plans >= PLANNED_AHEAD or size >= PLANNED_BYTES
