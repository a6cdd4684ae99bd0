"""One poll's records into one write of the store."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import structlog

from mappers.model import Company, Outcome
from streams.ops import Invariant
from streams.projection.encoding import Position, Snapshot
from streams.projection.reading import Record, mark, read_change, read_outcome
from streams.projection.resume_point import TopicReplacedError
from streams.projection.store import Partition, ProjectionStore
from streams.topics import STATUS_CHANGES, SYNC_OUTCOMES

_log = structlog.get_logger(__name__)

TOPICS = (SYNC_OUTCOMES, STATUS_CHANGES)


class IngestMetrics(Protocol):
    """What is counted while records are folded."""

    def invariant_violated(self, invariant: Invariant) -> None:
        """Count a broken invariant."""
        ...


class Folding:
    """Reads records and folds them into the store; blocks, so it is called in a thread, one call at a time."""

    def __init__(
        self, store: ProjectionStore, companies: Mapping[str, Company], metrics: IngestMetrics, *, limit: int
    ) -> None:
        """`limit` is the length in bytes beyond which the gate makes a dead letter of a status change."""
        self._store = store
        self._companies = companies
        self._metrics = metrics
        self._limit = limit
        self._proofs: dict[Partition, str] = {}

    def expect(self, proofs: Mapping[Partition, str]) -> None:
        """Of these partitions the first record is one that is folded already, with this digest."""
        self._proofs = dict(proofs)

    def fold(self, polled: Iterable[Sequence[Record]]) -> int:
        """Fold the records, a sequence per partition, in one write. Returns how many were new.

        Raises TopicReplacedError where a record is not the one that was folded; nothing is written then.
        """
        outcomes: list[tuple[int, Outcome]] = []
        snapshots: list[Snapshot] = []
        positions: dict[Partition, Position] = {}
        count = 0
        for records in polled:
            fresh = self._fresh(records)
            count += len(fresh)
            if fresh:
                positions[fresh[-1].topic, fresh[-1].partition] = _after(fresh[-1])
            self._read(fresh, outcomes, snapshots)
        if positions:
            self._report(self._store.apply(outcomes, snapshots, positions))
        return count

    def _report(self, contradictions: Iterable[Outcome]) -> None:
        for outcome in contradictions:
            self._metrics.invariant_violated(Invariant.ONE_OUTCOME)
            _log.error("outcome_contradicts", request_id=str(outcome.request_id), status=outcome.status.value)

    def _fresh(self, records: Sequence[Record]) -> Sequence[Record]:
        first = records[0]
        proof = self._proofs.pop((first.topic, first.partition), None)
        if proof is None:
            return records
        if mark(first) != proof:
            raise TopicReplacedError(f"has another record at offset {first.offset} than the one that was read")
        return records[1:]

    def _read(self, records: Sequence[Record], outcomes: list[tuple[int, Outcome]], snapshots: list[Snapshot]) -> None:
        for record in records:
            if record.topic == SYNC_OUTCOMES:
                outcome = read_outcome(record)
                if outcome is not None:
                    outcomes.append((record.offset, outcome))
                else:
                    _log.error("outcome_unreadable", partition=record.partition, offset=record.offset)
            else:
                snapshot = read_change(record, self._companies, limit=self._limit)
                # A status change that cannot be read is the gate's to report.
                snapshots.extend([snapshot] if snapshot is not None else [])


def _after(record: Record) -> Position:
    return Position(record.offset + 1, record.offset, mark(record))
