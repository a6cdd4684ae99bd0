"""A partition's ledger in memory: what the topic says, plus the indexes the lanes ask."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import NamedTuple

from mappers.model import DocumentType, Outcome
from streams.dispatch.ledger.indexes import EndedRows, Holders, Oldest, OpenRows
from streams.dispatch.ledger.rates import RateMemory
from streams.dispatch.ledger.records import AcceptedRate, Intent, Record, RecordKey, Row, RowKey, StoredBackoff
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
        self.rates = RateMemory()
        self._open = OpenRows()
        self._oldest = Oldest()
        self._ended = EndedRows()
        self._holders = Holders()
        self._releasable: dict[str, dict[RowKey, None]] = defaultdict(dict)

    def apply(self, records: dict[RecordKey, Record | None]) -> None:
        """Replace the records that are given; None removes one."""
        for key, record in records.items():
            if isinstance(key, RowKey):
                self._put_row(key, record if isinstance(record, Row) else None)
            elif isinstance(record, Intent):
                self.intents[record.key] = record
            elif isinstance(record, StoredBackoff):
                self.backoffs[record.organisation] = record
            elif key[0] == "rate":
                self.rates.put(key, record if isinstance(record, AcceptedRate) else None)
            elif key[0] in _KEYED_BY_NAME:
                (self.intents if key[0] == "intent" else self.backoffs).pop(key[1], None)

    def organisations(self) -> set[str]:
        """The organisations that have open work or a backoff to observe."""
        releasable = {organisation for organisation, rows in self._releasable.items() if rows}
        return self._open.organisations() | releasable | set(self.backoffs)

    def open_rows(self, organisation: str) -> Iterator[tuple[RowKey, Row]]:
        """The organisation's rows whose request has no final answer: people's first, then in order of arrival.

        To be read without an await in between: no row may change meanwhile.
        """
        for key in self._open.keys(organisation):
            yield key, self.rows[key]

    def releasable_rows(self, organisation: str) -> Iterator[tuple[RowKey, Row]]:
        """The organisation's rejected rows that a change of master data may cure."""
        for key in tuple(self._releasable[organisation]):
            yield key, self.rows[key]

    def depths(self, organisation: str) -> dict[LaneState, int]:
        """How many of the organisation's requests are pending, being sent, waiting."""
        return self._open.depths(organisation)

    def oldest(self) -> datetime | None:
        """When the oldest request without an answer occurred."""
        return self._oldest.first(self.rows, len(self._open))

    def expired(self, horizon: datetime, limit: int) -> list[RowKey]:
        """Up to `limit` shipments that are finished and whose last answer is older than `horizon`, as of now."""
        old = (
            key for key in self._ended.until(horizon.astimezone(UTC).toordinal()) if self._ended_before(key, horizon)
        )
        return list(islice(old, limit))

    def holder(self, organisation: str, kind: DocumentType, number: str) -> RowKey | None:
        """The shipment whose document has the number, or is about to have it."""
        return self._holders.by_number(organisation, kind, number)

    def holder_by_id(self, organisation: str, xero_id: str) -> RowKey | None:
        """The shipment whose document has the Xero id, or which is writing to it at this moment."""
        return self._holders.by_id(organisation, xero_id) or self._writer_of(organisation, xero_id)

    def _writer_of(self, organisation: str, xero_id: str) -> RowKey | None:
        """Of the few intents under way, the member whose update goes to the document and is not answered yet."""
        for intent in self.intents.values():
            for key, target in zip(intent.members, intent.targets, strict=False):
                if intent.organisation == organisation and target.xero_id == xero_id and self._is_sent_by(key, intent):
                    return key
        return None

    def _is_sent_by(self, key: RowKey, intent: Intent) -> bool:
        row = self.rows.get(key)
        return row is not None and row.reservation is not None and row.reservation.intent == intent.key

    def _ended_before(self, key: RowKey, horizon: datetime) -> bool:
        ended_at = self.rows[key].ended_at
        return ended_at is not None and ended_at < horizon

    def _put_row(self, key: RowKey, row: Row | None) -> None:
        # Removed first, so that the rows stay in the order of their latest change.
        before = self.rows.pop(key, None)
        if row is not None:
            self.rows[key] = row
        for index in (self._open, self._oldest, self._ended, self._holders):
            index.replace(key, before, row)
        if row is not None and row.missing:
            self._releasable[key.organisation].setdefault(key)
        else:
            self._releasable[key.organisation].pop(key, None)


_KEYED_BY_NAME = ("intent", "rest")
