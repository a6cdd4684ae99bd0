"""Rows for the store's tests. Their value is their index entry as JSON, so that a test can read it back."""

from typing import Any

import orjson

from streams.dispatch.store import Indexed, Micros, WireRecord

ORG, OTHER_ORG = "8d1d6b2c", "ffb0a7e1"
WEEK: Micros = 7 * 24 * 3600 * 1_000_000


def row_key(name: str, organisation: str = ORG) -> bytes:
    return orjson.dumps(["row", organisation, "acme", name])


def row(name: str, state: str = "pending", organisation: str = ORG, **fields: Any) -> WireRecord:
    """A row as its writer hands it over; open while it is pending, sending or waiting."""
    is_open = state in {"pending", "sending", "waiting"}
    indexed = Indexed(**{"organisation": organisation, "state": state, "is_open": is_open, **fields})
    return WireRecord(row_key(name, organisation), orjson.dumps(indexed._asdict()), indexed)


def gone(name: str, organisation: str = ORG) -> WireRecord:
    """A row's tombstone."""
    return WireRecord(row_key(name, organisation), None)


def other(kind: str, name: str, value: bytes | None = b"{}") -> WireRecord:
    """A record that is no row."""
    return WireRecord(orjson.dumps([kind, name]), value)


def index(key: bytes, value: bytes) -> Indexed | None:
    """What the codec's side does: read a record and say what it is found by."""
    if not key.startswith(b'["row",'):
        return None
    fields = orjson.loads(value)
    pairs = {name: tuple(map(tuple, fields[name])) for name in ("numbers", "xero_ids")}
    return Indexed(**{**fields, **pairs})
