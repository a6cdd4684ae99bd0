"""The rows as objects: read from the store when they are asked for, and kept while they are worked on."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple, Protocol, TypeVar

import orjson

from mappers.model import DocumentType, number_key
from streams.dispatch.ledger.codec import (
    FILES_PREFIX,
    ROW_PREFIX,
    UnreadableRecordError,
    decode_intent,
    decode_page,
    decode_position,
    decode_row,
    decode_row_key,
    decode_work,
    encode_key,
    encode_value,
    lost_row,
)
from streams.dispatch.ledger.files import AttachmentWork
from streams.dispatch.ledger.indexing import Names, ids_of, indexed, numbers_of
from streams.dispatch.ledger.ledger_transaction import DeadLetter
from streams.dispatch.ledger.records import (
    AnsweredPage,
    Intent,
    PageKey,
    RecordKey,
    Row,
    RowKey,
    SentMember,
    WatchPosition,
    files_key,
)
from streams.dispatch.ledger.transitions import sent_with
from streams.dispatch.store import RowReader, WireRecord

Kept = TypeVar("Kept")

# An object takes some six times the bytes that it is stored in.
MOST_BYTES = 1_000_000
MOST_NAMES = 4096
INTENT_PREFIX = b'["intent",'
MOST_UNREADABLE = 1000
UNREADABLE_BYTES = 4_000_000


class UnreadableRecord(NamedTuple):
    """A record of our form that could not be read. `value` is None where too many were found to keep them all."""

    key: bytes
    value: bytes | None
    why: str
    headers: tuple[tuple[str, bytes | None], ...] = ()


class Tells(Protocol):
    """Makes the dead letters of records that cannot be read."""

    def letters(self, records: Sequence[UnreadableRecord]) -> list[DeadLetter]:
        """One for each, for one transaction."""
        ...


class UnreadableRecords:
    """Those found in the ledger, until they are told of and replaced. Bounded: what is left out is found again."""

    teller: Tells | None = None

    def __init__(self) -> None:
        self._found: dict[bytes, UnreadableRecord] = {}
        self._taken: set[bytes] = set()
        """They may be read once more before they are replaced."""
        self._bytes = 0
        self._left_out = False

    def note(self, key: bytes, value: bytes, why: str) -> None:
        """It was found."""
        if key in self._found or key in self._taken:
            return
        if len(self._found) >= MOST_UNREADABLE:
            self._left_out = True
            return
        is_kept = self._bytes + len(value) <= UNREADABLE_BYTES
        self._found[key] = UnreadableRecord(key, value if is_kept else None, why)
        self._bytes += len(value) if is_kept else 0

    def take(self, most: int) -> list[UnreadableRecord]:
        """The first of them, which are forgotten here."""
        return self._take(list(self._found)[:most])

    def letters_of(self, keys: Iterable[bytes]) -> list[DeadLetter]:
        """The letters of those of the keys that are not told of yet: whoever writes over one has to send its letter."""
        if not self._found or self.teller is None:
            return []
        taken = self._take([key for key in keys if key in self._found])
        return self.teller.letters(taken)

    @property
    def all_taken(self) -> bool:
        """Whether there is none that nobody has taken to tell of it."""
        return not self._found and not self._left_out

    def _take(self, keys: Sequence[bytes]) -> list[UnreadableRecord]:
        taken = [self._found.pop(key) for key in keys]
        self._bytes -= sum(len(each.value or b"") for each in taken)
        self._taken = {each.key for each in taken} | (self._taken if len(self._taken) < MOST_UNREADABLE else set())
        return taken


class StoredRows(Mapping[RowKey, Row]):
    """Those last used stay in memory, up to `MOST_BYTES`. Walking over all rows is for tests and tools."""

    def __init__(self, reader: RowReader, unreadable: UnreadableRecords) -> None:
        self._reader = reader
        self._unreadable = unreadable
        self._kept: dict[RowKey, tuple[Row, int]] = {}
        self._bytes = 0

    def __getitem__(self, key: RowKey) -> Row:
        row = self.get(key)
        if row is None:
            raise KeyError(key)
        return row

    def get(self, key: RowKey, default: Row | None = None) -> Row | None:  # type: ignore[override]  # Of one type.
        """The shipment's row. One that cannot be read is a lost one, and noted as unreadable."""
        kept = self._kept.pop(key, None)
        if kept is not None:
            self._kept[key] = kept
            return kept[0]
        value = self._reader.row(encode_key(key))
        if value is None:
            return default
        row = self._read(key, value)
        self.keep(key, row, len(value))
        return row

    def _read(self, key: RowKey, value: bytes) -> Row:
        try:
            return decode_row(value)
        except UnreadableRecordError as error:
            self._unreadable.note(encode_key(key), value, str(error))
            return lost_row()

    def page(self, key: PageKey) -> AnsweredPage | None:
        """Requests of a shipment that were answered long ago."""
        return self._noted(key, decode_page)

    def watch_position(self, organisation: str) -> WatchPosition | None:
        """How far the organisation is watched."""
        return self._noted(("watch", organisation), decode_position)

    def work(self, key: RowKey) -> AttachmentWork | None:
        """What is to be done about the shipment's files."""
        return self._noted(files_key(key), decode_work)

    def _noted(self, key: RecordKey, decode: Callable[[bytes], Kept]) -> Kept | None:
        """A record that is no row. One that cannot be read is noted as unreadable."""
        name = encode_key(key)
        value = self._reader.row(name)
        try:
            return None if value is None else decode(value)
        except UnreadableRecordError as error:
            self._unreadable.note(name, value or b"", str(error))
            return None

    def work_after(self, organisation: str, after: RowKey | None, most: int) -> list[RowKey]:
        """The organisation's next shipments that have such work, in the order of their keys."""
        prefix = FILES_PREFIX + orjson.dumps(organisation) + b","
        found = self._reader.scan(prefix, b"" if after is None else encode_key(files_key(after)))
        return [decode_row_key(key) for key, _ in islice(found, most)]

    def keys_after(self, organisation: str, after: RowKey | None, most: int) -> list[RowKey]:
        """The organisation's next shipments, in the order of their keys."""
        prefix = ROW_PREFIX + orjson.dumps(organisation) + b","
        found = self._reader.scan(prefix, b"" if after is None else encode_key(after))
        return [decode_row_key(key) for key, _ in islice(found, most)]

    def keep(self, key: RowKey, row: Row | None, size: int) -> None:
        """The row was read or written; `size` is that of its bytes."""
        self._bytes -= self._kept.pop(key, (None, 0))[1]
        if row is None:
            return
        self._kept[key] = row, size
        self._bytes += size
        while self._bytes > MOST_BYTES and len(self._kept) > 1:
            self._bytes -= self._kept.pop(next(iter(self._kept)))[1]

    def __iter__(self) -> Iterator[RowKey]:
        return (decode_row_key(key) for key, _ in self._reader.scan(ROW_PREFIX))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def sent_rows(reader: RowReader) -> Iterable[WireRecord]:
    """The rows that are in `sending` by what an intent in the topic tells, and do not say so themselves.

    Whoever has filled a store from the topic stores these too; again, it is the same.
    """
    for _, value in reader.scan(INTENT_PREFIX):
        try:
            intent = decode_intent(value)
        except UnreadableRecordError:
            continue  # The ledger notes it.
        for key, member in zip(intent.members, intent.sent, strict=False):
            before = None if member is None else reader.row(encode_key(key))
            row = None if before is None else _sent(before, intent, member)
            if row is not None:
                found = encode_value(row) or b""
                yield WireRecord(encode_key(key), found, indexed(key, row, len(found)))


def _sent(before: bytes, intent: Intent, member: SentMember | None) -> Row | None:
    try:
        return sent_with(decode_row(before), intent, member)
    except UnreadableRecordError:
        return None  # Whoever reads the row notes it.


def instead_of(key: bytes, before: bytes | None) -> WireRecord:
    """A lost row, for one that cannot be read: with what the row before it knew."""
    try:
        row = lost_row(None if before is None else decode_row(before))
    except UnreadableRecordError:
        row = lost_row()
    value = encode_value(row) or b""
    return WireRecord(key, value, indexed(decode_row_key(key), row, len(value)))


def writer_of(rows: StoredRows, intents: Iterable[Intent], organisation: str, xero_id: str) -> RowKey | None:
    """Of the few intents under way, the member whose update goes to the document and is not answered yet."""
    for intent in intents:
        for key, target in zip(intent.members, intent.targets, strict=False):
            if intent.organisation == organisation and target.xero_id == xero_id and _is_sent_by(rows.get(key), intent):
                return key
    return None


def _is_sent_by(row: Row | None, intent: Intent) -> bool:
    return row is not None and row.reservation is not None and row.reservation.intent == intent.key


class Holders:
    """Which shipment has a document, by the document's number and by its Xero id.

    Where several have it, by a fault of ours or an edit in Xero, it is always the same one of them that counts.
    """

    def __init__(self, reader: RowReader) -> None:
        self._reader = reader
        self._asked: dict[tuple[str, str, str, str], RowKey | None] = {}
        """The answers to what was asked before: a plan's number is looked at whenever a batch is put together."""

    def by_number(self, organisation: str, kind: DocumentType, number: str) -> RowKey | None:
        """The shipment whose document has the number, or is about to have it."""
        name = ("number", organisation, kind.value, number_key(number))
        if name not in self._asked:
            self._remember(name, self._reader.holders_by_number(*name[1:]))
        return self._asked[name]

    def by_id(self, organisation: str, xero_id: str) -> RowKey | None:
        """The shipment whose document has the Xero id."""
        return next((held for kind in DocumentType if (held := self._by_id(organisation, kind, xero_id))), None)

    def changed(self, key: RowKey, before: Row | None, after: Row | None) -> None:
        """The shipment's row was `before` and is `after`. What it holds as it did is held by whom it was."""
        if before is None and after is None:
            return
        self._moved(key, "number", numbers_of(before), numbers_of(after))
        self._moved(key, "id", ids_of(before), ids_of(after))

    def _moved(self, key: RowKey, what: str, before: Names, after: Names) -> None:
        for kind, name in before:
            if (kind, name) not in after:
                self._asked.pop((what, key.organisation, kind, name), None)
        for kind, name in after:
            asked = (what, key.organisation, kind, name)
            # Where nobody had it, this shipment alone has it now; else it is asked anew which of them counts.
            if (kind, name) not in before and self._asked.pop(asked, key) is None:
                self._asked[asked] = key

    def _by_id(self, organisation: str, kind: DocumentType, xero_id: str) -> RowKey | None:
        name = ("id", organisation, kind.value, xero_id.casefold())
        if name not in self._asked:
            self._remember(name, self._reader.holders_by_id(*name[1:]))
        return self._asked[name]

    def _remember(self, name: tuple[str, str, str, str], keys: tuple[bytes, ...]) -> None:
        if len(self._asked) >= MOST_NAMES:
            self._asked.clear()
        self._asked[name] = decode_row_key(keys[0]) if keys else None
