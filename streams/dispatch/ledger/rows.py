"""The rows as objects: read from the store when they are asked for, and kept while they are worked on."""

from collections.abc import Iterable, Iterator, Mapping

from mappers.model import DocumentType, number_key
from streams.dispatch.ledger.codec import decode_intent, decode_row, decode_row_key, encode_key, encode_value
from streams.dispatch.ledger.indexing import Names, ids_of, indexed, numbers_of
from streams.dispatch.ledger.records import Row, RowKey
from streams.dispatch.ledger.transitions import sent_with
from streams.dispatch.store import RowReader, WireRecord

# An object takes some six times the bytes that it is stored in.
MOST_BYTES = 2_000_000
MOST_NAMES = 4096
ROW_PREFIX = b'["row",'
INTENT_PREFIX = b'["intent",'


class StoredRows(Mapping[RowKey, Row]):
    """Those last used stay in memory, up to `MOST_BYTES`. Walking over all rows is for tests and tools."""

    def __init__(self, reader: RowReader) -> None:
        self._reader = reader
        self._kept: dict[RowKey, tuple[Row, int]] = {}
        self._bytes = 0

    def __getitem__(self, key: RowKey) -> Row:
        row = self.get(key)
        if row is None:
            raise KeyError(key)
        return row

    def get(self, key: RowKey, default: Row | None = None) -> Row | None:  # type: ignore[override]  # Of one type.
        """The shipment's row."""
        kept = self._kept.pop(key, None)
        if kept is not None:
            self._kept[key] = kept
            return kept[0]
        value = self._reader.row(encode_key(key))
        if value is None:
            return default
        row = decode_row(value)
        self.keep(key, row, len(value))
        return row

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
        intent = decode_intent(value)
        for key, member in zip(intent.members, intent.sent, strict=False):
            before = None if member is None else reader.row(encode_key(key))
            row = None if before is None else sent_with(decode_row(before), intent, member)
            if row is not None:
                found = encode_value(row) or b""
                yield WireRecord(encode_key(key), found, indexed(key, row, len(found)))


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
