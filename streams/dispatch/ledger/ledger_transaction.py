"""What one step changes: the ledger's records, and what goes with them in the same Kafka transaction."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from mappers.model import DocumentAttachments, DocumentChange, DocumentDrift, Outcome, Trigger
from streams.dispatch.ledger.records import Record, RecordKey
from streams.dispatch.store import WireRecord

_OUTCOME_BYTES, _PROBLEM_BYTES = 1_000, 600


class DeadLetter(NamedTuple):
    """A request that cannot be read, as it goes to the dead-letter topic."""

    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]


class Ended(NamedTuple):
    """A request that ended: when it was asked for, why, for what it waited last (empty: for nothing), and how."""

    asked_at: datetime
    trigger: Trigger
    waited_for: str
    outcome: Outcome


@dataclass(slots=True)
class LedgerTransaction:
    """What one Kafka transaction changes: ledger records (None: a tombstone), outcomes, dead letters, input offset."""

    records: dict[RecordKey, Record | None] = field(default_factory=dict)
    outcomes: list[Outcome] = field(default_factory=list)
    traces: dict[UUID, str] = field(default_factory=dict)
    """The `traceparent` of the outcomes' requests, by outcome id, where they have one."""
    changes: list[DocumentChange] = field(default_factory=list)
    """What people did to documents; they go to the topic of the outcomes."""
    drifts: list[DocumentDrift] = field(default_factory=list)
    """In what documents differ from what the ledger knows; to the same topic."""
    attachments: list[DocumentAttachments] = field(default_factory=list)
    """How the files of shipments stand; to the same topic."""
    dead_letters: list[DeadLetter] = field(default_factory=list)
    ended: list[Ended] = field(default_factory=list)
    """The requests that end with this transaction, for the end-to-end time."""
    next_offset: int | None = None
    wire: dict[bytes, WireRecord] = field(default_factory=dict)
    """What the topic gets of the records, as bytes, from the moment that the ledger has them."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write: a look-up in Xero may decide nothing yet."""
        told = self.outcomes or self.changes or self.drifts or self.attachments or self.dead_letters
        return not (self.records or told) and self.next_offset is None

    @property
    def size(self) -> int:
        """About how many bytes it has, once the ledger has its records; outcomes are not encoded yet."""
        records = sum(each.size for each in self.wire.values())
        letters = sum(len(each.key or b"") + len(each.value or b"") for each in self.dead_letters)
        problems = sum(len(each.errors) + len(each.warnings) for each in self.outcomes)
        told = len(self.outcomes) + len(self.changes) + len(self.drifts) + len(self.attachments)
        problems += sum(len(each.attachments) for each in self.attachments)
        return records + letters + _OUTCOME_BYTES * told + _PROBLEM_BYTES * problems

    def merge(self, other: "LedgerTransaction") -> None:
        """Add a later transaction: its records replace ours, its outcomes follow ours."""
        self.records.update(other.records)
        self.wire.update(other.wire)
        self.outcomes.extend(other.outcomes)
        self.traces.update(other.traces)
        self.changes.extend(other.changes)
        self.drifts.extend(other.drifts)
        self.attachments.extend(other.attachments)
        self.dead_letters.extend(other.dead_letters)
        self.ended.extend(other.ended)
        self.next_offset = self.next_offset if other.next_offset is None else other.next_offset
