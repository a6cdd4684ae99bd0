"""A partition's ledger in memory: what the topic says, plus the indexes the lanes ask."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from mappers.model import DocumentType, Outcome, Trigger, number_key
from streams.dispatch.ledger.records import AcceptedRate, Intent, Record, RecordKey, Row, RowKey, State, StoredBackoff
from streams.ops import LaneState


class DeadLetter(NamedTuple):
    """A request that cannot be read, as it goes to the dead-letter topic."""

    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]


@dataclass(slots=True)
class LedgerTransaction:
    """What one Kafka transaction changes: ledger records (None: a tombstone), outcomes, dead letters, input offset."""

    records: dict[RecordKey, Record | None] = field(default_factory=dict)
    outcomes: list[Outcome] = field(default_factory=list)
    dead_letters: list[DeadLetter] = field(default_factory=list)
    ended: list[datetime] = field(default_factory=list)
    """When the events occurred whose requests end with this transaction, for the end-to-end time."""
    next_offset: int | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write: a look-up in Xero may decide nothing yet."""
        return not (self.records or self.outcomes or self.dead_letters) and self.next_offset is None

    def merge(self, other: "LedgerTransaction") -> None:
        """Add a later transaction: its records replace ours, its outcomes follow ours."""
        self.records.update(other.records)
        self.outcomes.extend(other.outcomes)
        self.dead_letters.extend(other.dead_letters)
        self.ended.extend(other.ended)
        self.next_offset = self.next_offset if other.next_offset is None else other.next_offset


class Ledger:
    """Rows by shipment, the number each document has, open work by organisation, intents under way.

    Changes are applied when a transaction is submitted to the group commit, in that order. One that fails drops the
    whole partition's memory (crash-only), so a change in memory never has to be undone.
    """

    def __init__(self) -> None:
        self.rows: dict[RowKey, Row] = {}
        self.intents: dict[str, Intent] = {}
        self.backoffs: dict[str, StoredBackoff] = {}
        self.rates: dict[tuple[str, str], Decimal] = {}
        self._open: dict[str, dict[RowKey, None]] = defaultdict(dict)
        self._urgent: dict[str, dict[RowKey, None]] = defaultdict(dict)
        self._releasable: dict[str, dict[RowKey, None]] = defaultdict(dict)
        self._numbers: dict[tuple[str, DocumentType, str], RowKey] = {}

    def apply(self, records: dict[RecordKey, Record | None]) -> None:
        """Replace the records that are given; None removes one."""
        for key, record in records.items():
            if isinstance(key, RowKey):
                self._put_row(key, record if isinstance(record, Row) else None)
            elif isinstance(record, Intent):
                self.intents[record.key] = record
            elif isinstance(record, StoredBackoff):
                self.backoffs[record.organisation] = record
            elif isinstance(record, AcceptedRate):
                self.rates[record.organisation, record.currency] = record.rate
            elif key[0] in _KEYED_BY_NAME:
                (self.intents if key[0] == "intent" else self.backoffs).pop(key[1], None)

    def organisations(self) -> set[str]:
        """The organisations that have open work or a backoff to observe."""
        indexes = (self._open, self._urgent, self._releasable)
        working = {organisation for index in indexes for organisation, rows in index.items() if rows}
        return working | set(self.backoffs)

    def open_rows(self, organisation: str) -> Iterator[tuple[RowKey, Row]]:
        """The organisation's rows whose request has no final answer: people's first, then in order of arrival."""
        for index in (self._urgent, self._open):
            for key in tuple(index[organisation]):
                yield key, self.rows[key]

    def releasable_rows(self, organisation: str) -> Iterator[tuple[RowKey, Row]]:
        """The organisation's rejected rows that a change of master data may cure."""
        for key in tuple(self._releasable[organisation]):
            yield key, self.rows[key]

    def has_open(self, organisation: str) -> bool:
        """Whether the organisation has requests without a final answer."""
        return bool(self._urgent[organisation] or self._open[organisation])

    def depths(self, organisation: str) -> dict[LaneState, int]:
        """How many of the organisation's requests are pending, being sent, waiting."""
        depths = dict.fromkeys(LaneState, 0)
        for index in (self._urgent, self._open):
            for key in index[organisation]:
                depths[_LANE_STATES[self.rows[key].state]] += 1
        return depths

    def oldest(self) -> datetime | None:
        """When the oldest request without an answer occurred."""
        rows = (self.rows[key] for index in (self._urgent, self._open) for keys in index.values() for key in keys)
        return min((row.request.occurred_at for row in rows if row.request is not None), default=None)

    def ended_before(self, horizon: datetime) -> list[RowKey]:
        """Finished shipments whose last answer is older than `horizon`."""
        return [
            key
            for key, row in self.rows.items()
            if row.state not in _OPEN and row.ended_at is not None and row.ended_at < horizon
        ]

    def holder(self, organisation: str, kind: DocumentType, number: str) -> RowKey | None:
        """The shipment whose document has the number, or is about to have it."""
        return self._numbers.get((organisation, kind, number_key(number)))

    def _put_row(self, key: RowKey, row: Row | None) -> None:
        before = self.rows.pop(key, None)
        for name in _numbers_of(key, before):
            self._numbers.pop(name, None)
        if row is None:
            for index in (self._open, self._urgent, self._releasable):
                index[key.organisation].pop(key, None)
            return
        self.rows[key] = row
        for name in _numbers_of(key, row):
            self._numbers[name] = key
        is_open, is_urgent = row.state in _OPEN, _is_urgent(row)
        _index(self._open[key.organisation], key, member=is_open and not is_urgent)
        _index(self._urgent[key.organisation], key, member=is_open and is_urgent)
        _index(self._releasable[key.organisation], key, member=bool(row.missing))


def _is_urgent(row: Row) -> bool:
    """Somebody pressed Sync Now and waits for the answer."""
    return row.request is not None and row.request.trigger is Trigger.SYNC_NOW


_KEYED_BY_NAME = ("intent", "rest")
_LANE_STATES = {
    State.PENDING: LaneState.PENDING,
    State.SENDING: LaneState.SENDING,
    State.WAITING: LaneState.WAITING,
}
_OPEN = frozenset({State.PENDING, State.SENDING, State.WAITING})


def _index(index: dict[RowKey, None], key: RowKey, *, member: bool) -> None:
    if member:
        index.setdefault(key)
    else:
        index.pop(key, None)


def _numbers_of(key: RowKey, row: Row | None) -> Iterator[tuple[str, DocumentType, str]]:
    if row is not None and row.synced is not None:
        yield key.organisation, row.synced.kind, number_key(row.synced.ref.number)
    if row is not None and row.reservation is not None:
        yield key.organisation, row.reservation.kind, number_key(row.reservation.number)
