"""A partition's ledger: what was submitted, laid over the store of what was committed."""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from mappers.model import DocumentType
from streams.dispatch.ledger import transitions
from streams.dispatch.ledger.codec import (
    OWNER_KEY,
    UnreadableRecordError,
    decode,
    decode_key,
    decode_row_key,
    encode_key,
    encode_value,
)
from streams.dispatch.ledger.indexing import homes, indexed, to_micros, to_time
from streams.dispatch.ledger.ledger_transaction import LedgerTransaction
from streams.dispatch.ledger.owners import Owner, Owners
from streams.dispatch.ledger.rates import AcceptedRate, RateMemory
from streams.dispatch.ledger.records import (
    OPEN,
    Intent,
    Record,
    RecordKey,
    Row,
    RowKey,
    State,
    StoredBackoff,
)
from streams.dispatch.ledger.rows import (
    INTENT_PREFIX,
    Holders,
    StoredRows,
    UnreadableRecords,
    writer_of,
)
from streams.dispatch.store import OpenRow, PendingRows, RowStore, StoreBusyError, WireRecord
from streams.ops import LaneState

STORED_AT_ONCE = 50
"""Records written in one turn of the event loop, which RocksDB blocks meanwhile."""
STORED_BYTES = 4_000_000
"""The same in bytes: RocksDB takes milliseconds for each megabyte."""
MARK_EVERY = 1000
"""Offsets after which the owner marks its ledger again: a warm start reads from the mark on."""


class Storable(NamedTuple):
    """The last committed step, the position after it, and a moment at which the topic ended nowhere later."""

    step: int
    position: int
    at: datetime


class Ledger:
    """Rows by shipment, the number each document has, open work by organisation, intents under way.

    Changes are laid over the store when a transaction is submitted to the group commit, in that order, and go to the
    store when it is committed. One that fails drops the whole partition's memory (crash-only), so a change never has to
    be undone. In memory is what waits to be committed, what is worked on, and the few records that are no rows.
    """

    def __init__(self, store: RowStore, unreadable: UnreadableRecords | None = None) -> None:
        """`unreadable` are the records that whoever filled the store could not read. Raises NewerRecordError."""
        self._store = store
        self.unreadable = unreadable or UnreadableRecords()
        self.lost_intents: set[RecordKey] = set()
        """Intents that cannot be read: what they tell of rows that still seem to wait is not known."""
        self._pending = PendingRows(store)
        self._holders = Holders(self._pending)
        self.rows = StoredRows(self._pending, self.unreadable)
        self.intents: dict[str, Intent] = {}
        self.backoffs: dict[str, StoredBackoff] = {}
        self.rates = RateMemory()
        self.owners = Owners()
        self._told_with = 0
        """The last step that tells of records that cannot be read."""
        self._storing = asyncio.Lock()
        self._to_store: Storable | None = None
        """What is committed and not stored."""
        for prefix in _FEW:
            for key, value in store.scan(prefix):
                self._read(key, value)

    def _read(self, key: bytes, value: bytes) -> None:
        try:
            self._remember(*decode(key, value))
        except UnreadableRecordError as error:
            self.unreadable.note(key, value, str(error))
            if key.startswith(INTENT_PREFIX):
                self.lost_intents.add(decode_key(key))

    def is_lost(self, row: Row) -> bool:
        """Whether more may have happened to the shipment than the row tells."""
        return row.lost or bool(self.lost_intents)

    def submit(self, transaction: LedgerTransaction) -> int:
        """Have the transaction's records from now on; returns the number of the step, for `committed`.

        A row that its intent tells of goes to the store only: in the topic the snapshot is there once.
        """
        told = self._tell_in_intents(transaction.records)
        # Also where no step is about them: once written over, nobody would ever find them again.
        transaction.dead_letters += self.unreadable.letters_of(map(encode_key, transaction.records))
        stored: dict[bytes, WireRecord] = {}
        for key, record in transaction.records.items():
            row = record if isinstance(record, Row) else None
            value = encode_value(record)
            found = None
            if isinstance(key, RowKey):
                self._replace(key, row, len(value or b""))
                found = None if row is None else indexed(key, row, len(value or b""))
            else:
                self._remember(key, record)
            wire = WireRecord(encode_key(key), value, found)
            stored[wire.key] = wire
            if key not in told:
                transaction.wire[wire.key] = wire
        step = self._pending.submit(stored.values())
        self._told_with = step if transaction.dead_letters else self._told_with
        return step

    def _tell_in_intents(self, records: dict[RecordKey, Record | None]) -> set[RecordKey]:
        """Have the intents say what becomes of their members; returns the rows of which they say everything."""
        told: set[RecordKey] = set()
        for name, intent in [(key, each) for key, each in records.items() if isinstance(each, Intent)]:
            rows = {key: row for key in intent.members if isinstance(row := records.get(key), Row)}
            telling = records[name] = transitions.telling(intent, self.intents.get(intent.key), rows)
            for key, member in zip(telling.members, telling.sent, strict=True):
                before = self.rows.get(key) if key in rows else None
                if before is not None and transitions.sent_with(before, telling, member) == rows[key]:
                    told.add(key)
        return told

    async def committed(self, step: int, position: int, at: datetime) -> None:
        """The steps up to this one are in the topic, which ended before `position` and nowhere later at `at`.

        Written to the store a few at a time; the position comes with the last, so that a crash in between only repeats
        some of it. Where the disk is behind, `catch_up` or the next step brings the rest. Raises StoreError.
        """
        async with self._storing:
            self._to_store = Storable(step, position, at)
            await self._store_rest()

    async def catch_up(self) -> None:
        """Store what a busy disk refused: there may be no next step, and reading pauses until it is stored.

        Raises StoreError.
        """
        async with self._storing:
            await self._store_rest()

    async def _store_rest(self) -> None:
        if self._to_store is None:
            return
        step, position, at = self._to_store
        try:
            while (part := self._pending.first_steps(step, STORED_AT_ONCE, STORED_BYTES)) < step:
                self._store.apply(self._pending.upto(part), self._store.position)
                self._pending.committed(part)
                await asyncio.sleep(0)
            # A store that is not known to equal its topic is filled anew, and what was not told of is found again.
            is_told = self.unreadable.all_taken and step >= self._told_with
            self._store.apply(self._pending.upto(step), position, to_micros(at) if is_told else None)
            self._pending.committed(step)
        except StoreBusyError:
            return
        self._to_store = None

    @property
    def position(self) -> int:
        """The next offset to read from the topic, as far as it is stored."""
        return self._store.position

    @property
    def unstored(self) -> int:
        """How many records wait to be committed and stored."""
        return self._pending.waiting

    @property
    def unstored_bytes(self) -> int:
        """Their bytes, those included that were replaced since."""
        return self._pending.bytes

    @property
    def mark_is_due(self) -> bool:
        """Whether the owner should mark the ledger again."""
        return self.position - self.owners.after > MARK_EVERY

    def marked(self, owner: str) -> Owners:
        """The owners with this one's mark at the present position."""
        return self.owners.followed_by(Owner(id=owner, after=self.position))

    def organisations(self) -> set[str]:
        """The organisations that have open work or a backoff to observe."""
        return self._pending.organisations_with_work() | set(self.backoffs)

    def homes(self) -> set[str]:
        """The organisations that have any row. For an owner that begins."""
        return homes(self._store)

    def held_keys(self, organisation: str) -> Iterator[RowKey]:
        """The organisation's rows whose request is held, in the order in which they were; see `open_keys`."""
        return (decode_row_key(each.key) for each in self._pending.held_rows(organisation))

    def open_keys(self, organisation: str) -> Iterator[RowKey]:
        """The organisation's rows whose request is neither answered nor held: people's first, then in order of arrival.

        Rows may change while this is read, and may be met as they were or as they are; none that stays as it is is
        left out.
        """
        return (decode_row_key(each.key) for each in self._pending.open_rows(organisation))

    def open_rows(self, organisation: str) -> Iterator[tuple[RowKey, Row]]:
        """The same with the rows, without an await in between; without those that cannot be read."""
        rows = ((key, self.rows[key]) for key in self.open_keys(organisation))
        return ((key, row) for key, row in rows if row.state in OPEN)

    def open_work(self, organisation: str) -> Iterator[tuple[RowKey, OpenRow]]:
        """The same with what is known of each row without reading it."""
        return ((decode_row_key(each.key), each) for each in self._pending.open_rows(organisation))

    def open_row(self, key: RowKey) -> OpenRow | None:
        """The same of one row; None where it is not open, or held."""
        return self._pending.open_row(encode_key(key))

    def unsent_rows(self, organisation: str) -> Iterator[tuple[RowKey, Row]]:
        """The rows that are not under way; those that are mostly stand in front, and are not even read."""
        unsent = (key for key, each in self.open_work(organisation) if each.state != State.SENDING)
        return ((key, row) for key in unsent if (row := self.rows[key]).state in OPEN)

    def size(self, key: RowKey) -> int:
        """The bytes of a row, as it is stored."""
        found = self._pending.indexed(encode_key(key))
        return 0 if found is None else found.size

    def releasable_keys(self, organisation: str) -> Iterator[RowKey]:
        """The organisation's rejected rows that a change of master data may cure."""
        return map(decode_row_key, self._pending.releasable_keys(organisation))

    def depths(self, organisation: str) -> dict[LaneState, int]:
        """How many of the organisation's requests are pending, being sent, waiting."""
        found = self._pending.depths(organisation)
        return {shown: found.get(state.value, 0) for state, shown in _SHOWN.items()}

    def oldest(self) -> datetime | None:
        """When the oldest request without an answer was asked for."""
        return None if (oldest := self._pending.oldest()) is None else to_time(oldest)

    def oldest_of(self, organisation: str, *, held: bool = False) -> datetime | None:
        """The same of one organisation, by the heads of its queues: who has waited longest; or of what is held."""
        eldest = self._pending.eldest(organisation, held=held)
        return None if eldest is None else to_time(eldest)

    def expired(self, horizon: datetime, limit: int) -> list[RowKey]:
        """Up to `limit` shipments that are finished and whose last answer is older than `horizon`, as of now."""
        return [decode_row_key(key) for key in self._pending.ended_before(to_micros(horizon), limit)]

    def holder(self, organisation: str, kind: DocumentType, number: str) -> RowKey | None:
        """The shipment whose document has the number, or is about to have it."""
        return self._holders.by_number(organisation, kind, number)

    def holder_by_id(self, organisation: str, xero_id: str) -> RowKey | None:
        """The shipment whose document has the Xero id, or which is writing to it at this moment."""
        return self._holders.by_id(organisation, xero_id) or writer_of(
            self.rows, self.intents.values(), organisation, xero_id
        )

    def _replace(self, key: RowKey, row: Row | None, size: int) -> None:
        self._holders.changed(key, self.rows.get(key), row)
        self.rows.keep(key, row, size)

    def _remember(self, key: RecordKey, record: Record | None) -> None:
        """Take a record that is no row."""
        if not isinstance(key, RowKey) and key[0] == "rate":
            self.rates.put(key, record if isinstance(record, AcceptedRate) else None)
            return
        match key, record:
            case _, Intent():
                self.intents[record.key] = record
            case _, StoredBackoff():
                self.backoffs[record.organisation] = record
            case _, Owners():
                self.owners = record
            case ("intent", name), _:
                self.intents.pop(name, None)
            case ("rest", name), _:
                self.backoffs.pop(name, None)
            case _:
                pass  # The others are never deleted, or read when they are asked for.


_SHOWN = {State.PENDING: LaneState.PENDING, State.SENDING: LaneState.SENDING, State.WAITING: LaneState.WAITING}
_FEW = (INTENT_PREFIX, b'["rest",', b'["rate",', OWNER_KEY)
