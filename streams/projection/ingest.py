"""One poll's records into one write of the store.

What cannot be read makes no row: the gate has made a dead letter of it, or it is not ours.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final, Protocol

import structlog

from mappers.inbound import Poison, StatusChange, exact_json, read_event
from mappers.model import Company, Outcome, Snapshot, credible, kafka_time
from streams.ops import Invariant
from streams.projection.acts import ToldAct, act_of_pause, act_of_redrive
from streams.projection.encoding import Position
from streams.projection.events import Event, is_of_another_type, read_outcome
from streams.projection.resume_point import ResumePoint, TopicReplacedError
from streams.projection.store import Partition, ProjectionStore
from streams.topics import TopicNames

_log = structlog.get_logger(__name__)

FOLDED_AT_ONCE = 1_000_000
"""Bytes of records in one write: as objects they take some ten times that."""


# What reading, folding or encoding one record may raise. None of it comes from the disk.
_BAD_RECORD: Final = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)

Placed = tuple[int, Event]
"""With its offset."""


class Record(Protocol):
    """What is needed of aiokafka's ConsumerRecord. `timestamp` is in milliseconds since 1970."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Any


class IngestMetrics(Protocol):
    """What is counted while records are folded."""

    def invariant_violated(self, invariant: Invariant) -> None:
        """Count a broken invariant."""
        ...


@dataclass(slots=True)
class _Read:
    """What the records of one write say."""

    outcomes: list[Placed] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)
    acts: list[ToldAct] = field(default_factory=list)

    def act(self, told: ToldAct | None) -> None:
        """Somebody did something, or not."""
        if told is not None:
            self.acts.append(told)


class Ingest:
    """Reads records and folds them into the store; blocks, so it is called in a thread, one call at a time."""

    def __init__(
        self,
        store: ProjectionStore,
        companies: Mapping[str, Company],
        metrics: IngestMetrics,
        *,
        limit: int,
        clock: Callable[[], datetime],
        names: TopicNames | None = None,
    ) -> None:
        """`limit` is the length in bytes beyond which the gate makes a dead letter of a status change."""
        self._store = store
        self._companies = companies
        self._metrics = metrics
        self._limit = limit
        self._clock = clock
        names = names or TopicNames()
        self.topics = names.sync_outcomes, names.status_changes, names.company_pauses
        self._outcomes = names.sync_outcomes
        self._pauses = names.company_pauses
        self._expected: dict[Partition, ResumePoint] = {}

    def expect(self, points: Mapping[Partition, ResumePoint]) -> None:
        """Of these partitions the first record is one that is folded already, with this digest."""
        self._expected = dict(points)

    def fold(self, polled: Iterable[Sequence[Record]]) -> int:
        """Fold the records, a sequence per partition, in one write. Returns how many were new.

        Raises TopicReplacedError where a record is not the one that was folded; nothing is written then.
        """
        fresh = [records for each in polled if (records := self._fresh(each))]
        try:
            self._fold(fresh)
        except _BAD_RECORD as error:
            _log.warning("records_folded_one_by_one", error=repr(error)[:300])
            for record in (each for records in fresh for each in records):
                self._fold_or_step_over(record)
        return sum(map(len, fresh))

    def _fold(self, fresh: Iterable[Sequence[Record]]) -> None:
        read = _Read()
        positions: dict[Partition, Position] = {}
        for records in fresh:
            positions[records[-1].topic, records[-1].partition] = _after(records[-1])
            for record in records:
                self._read(record, read)
        if positions:
            self._report(self._store.apply(read.outcomes, read.snapshots, positions, read.acts))

    def _fold_or_step_over(self, record: Record) -> None:
        """The last resort: what is a fault of ours with one record must not be the end of every worker's lists."""
        try:
            self._fold([[record]])
        except _BAD_RECORD:
            _log.exception("record_not_folded", topic=record.topic, partition=record.partition, offset=record.offset)
            self._store.apply((), (), {(record.topic, record.partition): _after(record)})

    def _fresh(self, records: Sequence[Record]) -> Sequence[Record]:
        first = records[0]
        expected = self._expected.pop((first.topic, first.partition), None)
        # Pauses are compacted: what was read last may be gone.
        if expected is None or (first.topic == self._pauses and first.offset != expected.offset):
            return records
        if digest(first) != expected.digest:
            raise TopicReplacedError(f"has another record at offset {first.offset} than the one that was read")
        return records[1:]

    def _read(self, record: Record, read: "_Read") -> None:
        if record.topic == self._outcomes:
            outcome = read_outcome(record.value)
            if outcome is not None:
                read.outcomes.append((record.offset, outcome))
            elif not is_of_another_type(record.headers or ()):
                _log.error("outcome_unreadable", partition=record.partition, offset=record.offset)
        elif record.topic == self._pauses:
            # What a pause means that cannot be read is told by whoever has to obey it.
            read.act(act_of_pause(record.key, record.value, _place(record)))
        else:
            # A status change that cannot be read is the gate's to report.
            snapshot = read_change(record, self._companies, limit=self._limit, now=self._clock())
            ids = None if snapshot is None else (snapshot.company_id, snapshot.shipment_id)
            read.snapshots.extend([snapshot] if snapshot is not None else [])
            read.act(act_of_redrive(record.headers or (), record.key, ids, _place(record)))

    def _report(self, contradictions: Iterable[Outcome]) -> None:
        for outcome in contradictions:
            self._metrics.invariant_violated(Invariant.ONE_OUTCOME)
            _log.error("outcome_contradicts", request_id=str(outcome.request_id), status=outcome.status.value)


def in_parts(polled: Iterable[Sequence[Record]], most: int = FOLDED_AT_ONCE) -> Iterator[list[Sequence[Record]]]:
    """What was polled, a sequence per partition, as parts of at most so many bytes, or of one record."""
    part: list[Sequence[Record]] = []
    size = 0
    for records in polled:
        taken: list[Record] = []
        for record in records:
            if size and size + _size(record) > most:
                yield [*part, taken] if taken else part
                part, taken, size = [], [], 0
            taken.append(record)
            size += _size(record)
        if taken:
            part.append(taken)
    if part:
        yield part


def _size(record: Record) -> int:
    """At least one byte, so that a flood of empty records has its parts as well."""
    return 1 + len(record.key or b"") + len(record.value or b"")


def read_change(record: Record, companies: Mapping[str, Company], *, limit: int, now: datetime) -> Snapshot | None:
    """The snapshot of a status change, or None where the gate makes a dead letter of it.

    `now` is for a record that has no time of its own.
    """
    recorded_at = kafka_time(record.timestamp)
    change = read_event(record.value, record.headers, companies, recorded_at=recorded_at, limit=limit)
    return None if isinstance(change, Poison) else _snapshot(change, credible(recorded_at) or now)


def digest(record: Record) -> str:
    """What tells this record from another at the same offset of a topic that was made anew."""
    hashed = blake2b(str(record.timestamp).encode(), digest_size=16)
    hashed.update(b"\0" + (record.key or b"") + b"\0" + (record.value or b""))
    return hashed.hexdigest()


def _place(record: Record) -> str:
    return f"{record.partition}/{record.offset}"


def _after(record: Record) -> Position:
    return Position(record.offset + 1, record.offset, digest(record))


def _snapshot(change: StatusChange, recorded_at: datetime) -> Snapshot:
    return Snapshot(
        company_id=change.company_id,
        shipment_id=change.shipment_id,
        revision=change.revision,
        occurred_at=change.occurred_at,
        status=change.status,
        shipment={name: exact_json(value) for name, value in change.shipment.items()},
        faults=change.faults,
        recorded_at=recorded_at,
    )
