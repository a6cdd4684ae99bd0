"""How the ledger lies in an ordered map of bytes: the records as they are, and the entries they are found by.

The first byte of a key names what it is. Names within keys carry their length, so that no name is taken for the
beginning of another. Every index entry ends with the key of its row: entries of two rows are never the same, and so
the order in which a transaction takes a number from one row and gives it to another does not matter.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

import orjson

from streams.dispatch.store.indexed import Indexed, Micros, OpenRow

# Raise it when a key or a value changes its form, or when a row is found by something else than before: stores of
# another layout are rebuilt.
LAYOUT = 3

META = b"m"
RECORD = b"r"
_PLACED = b"i"
_OPEN = b"o"
_RELEASABLE = b"l"
_NUMBER = b"n"
_XERO_ID = b"x"
# The finished rows by when they ended.
ENDED = b"e"
# The open rows by the time their request occurred.
OCCURRED = b"t"
_URGENT, _ORDINARY, _HELD = b"\x00", b"\x01", b"\x02"


class Placed(NamedTuple):
    """What a row is found by, and its turn among the open rows of its queue; a finished one has none."""

    indexed: Indexed
    turn: int


def record_key(key: bytes) -> bytes:
    """Where the record is."""
    return RECORD + key


def record_of(stored: bytes) -> bytes:
    """The record's own key, from `record_key`."""
    return stored[1:]


def placed_key(key: bytes) -> bytes:
    """Where the row's `Placed` is."""
    return _PLACED + key


def encode_placed(placed: Placed) -> bytes:
    """As a JSON array: the fields of `Indexed` in their order, and the turn."""
    return orjson.dumps((*placed.indexed, placed.turn))


def decode_placed(value: bytes) -> Placed:
    """See `encode_placed`."""
    *fields, turn = orjson.loads(value)
    indexed = Indexed(*fields)
    return Placed(indexed._replace(numbers=_pairs(indexed.numbers), xero_ids=_pairs(indexed.xero_ids)), turn)


def entries(key: bytes, placed: Placed | None) -> list[tuple[bytes, bytes]]:
    """Everything by which the row is found; nothing for no row.

    A finished row has no `Placed`: there are many of them, and what they are found by is read from the row itself.
    """
    if placed is None:
        return []
    found = lasting_entries(key, placed.indexed)
    if placed.indexed.is_open:
        found.append((_PLACED + key, encode_placed(placed)))
        found += _open_entries(key, placed)
    return found


def lasting_entries(key: bytes, indexed: Indexed) -> list[tuple[bytes, bytes]]:
    """Those that need no turn: all of a finished row's."""
    organisation, _, is_open, _, is_releasable, numbers, xero_ids, ended_at, _, _, _ = indexed
    found = []
    if ended_at is not None and not is_open:
        found.append((ENDED + _number(ended_at) + key, b""))
    if is_releasable:
        found.append((releasable(organisation) + key, b""))
    for kind, number in numbers:
        found.append((_names(_NUMBER, organisation, kind) + _name(number) + key, b""))
    for kind, xero_id in xero_ids:
        found.append((_names(_XERO_ID, organisation, kind) + _name(xero_id) + key, b""))
    return found


def _open_entries(key: bytes, placed: Placed) -> Iterator[tuple[bytes, bytes]]:
    of = placed.indexed
    before = held(of.organisation) if of.is_held else queue(of.organisation, urgent=of.is_urgent)
    at = before + _number(placed.turn) + key
    yield at, orjson.dumps((of.state, of.occurred_at, of.size))
    if of.occurred_at is not None:
        yield OCCURRED + _number(of.occurred_at) + key, b""


def every_queue() -> bytes:
    """Before the open rows of all organisations."""
    return _OPEN


def queue(organisation: str, *, urgent: bool) -> bytes:
    """Before the organisation's open rows, urgent or ordinary."""
    return _OPEN + _name(organisation) + (_URGENT if urgent else _ORDINARY)


def held(organisation: str) -> bytes:
    """Before the organisation's open rows that are held."""
    return _OPEN + _name(organisation) + _HELD


def head_of(entry: bytes) -> bytes | None:
    """What stands before the queue that the entry is in; None where it is in none."""
    if entry[:1] in (OCCURRED, ENDED):
        return entry[:1]
    return entry[: _after_name(entry) + 1] if entry[:1] == _OPEN else None


def open_row(entry: bytes, value: bytes) -> tuple[str, OpenRow]:
    """The organisation and its row, from an entry of a queue."""
    end = _after_name(entry)
    state, occurred_at, size = orjson.loads(value)
    row = OpenRow(entry[end + 9 :], state, entry[end : end + 1] == _URGENT, occurred_at, size)
    return entry[3:end].decode(), row


def occurred(entry: bytes) -> tuple[Micros, bytes]:
    """The time and the row, from an entry of `OCCURRED`."""
    return int.from_bytes(entry[1:9], "big"), entry[9:]


def ended(horizon: Micros) -> bytes:
    """The place in `ENDED` before which the rows ended before `horizon`."""
    return ENDED + _number(horizon)


def ended_key(entry: bytes) -> bytes:
    """The row, from an entry of `ENDED`."""
    return entry[9:]


def every_releasable() -> bytes:
    """Before the releasable rows of all organisations."""
    return _RELEASABLE


def releasable(organisation: str) -> bytes:
    """Before the organisation's releasable rows."""
    return _RELEASABLE + _name(organisation)


def releasable_organisation(entry: bytes) -> str:
    """The organisation, from an entry of `releasable`."""
    return entry[3 : _after_name(entry)].decode()


def number_holders(organisation: str, kind: str, number: str) -> bytes:
    """Before the rows that hold the number."""
    return _names(_NUMBER, organisation, kind) + _name(number)


def id_holders(organisation: str, kind: str, xero_id: str) -> bytes:
    """Before the rows that hold the document."""
    return _names(_XERO_ID, organisation, kind) + _name(xero_id)


def after(prefix: bytes) -> bytes:
    """The first key that is greater than every key that begins with `prefix`."""
    stem = prefix.rstrip(b"\xff")
    return stem[:-1] + bytes((stem[-1] + 1,))


def _pairs(lists: Iterable[Iterable[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((kind, name) for kind, name in lists)


@lru_cache(maxsize=1024)
def _names(entry: bytes, organisation: str, kind: str) -> bytes:
    return entry + _name(organisation) + _name(kind)


def _name(text: str) -> bytes:
    raw = text.encode()
    return len(raw).to_bytes(2, "big") + raw


def _after_name(entry: bytes) -> int:
    """Where the name ends that follows the entry's first byte."""
    return 3 + int.from_bytes(entry[1:3], "big")


def _number(value: int) -> bytes:
    return value.to_bytes(8, "big") if value > 0 else _LONG_AGO


_LONG_AGO = bytes(8)
