"""Ledger records as wide as the dispatcher's, made quickly and without it: some 700 bytes finished, 2.5 kB open."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson

from streams.dispatch.store import Indexed, Micros

ORGANISATIONS = 5
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
_SNAPSHOT = 2000
_MICROSECOND = timedelta(microseconds=1)
_OPEN = frozenset({"pending", "sending", "waiting"})


def organisation(number: int) -> str:
    """The organisation of a row."""
    return _id("organisation", number % ORGANISATIONS)


def key(number: int) -> bytes:
    """The key of a row."""
    # Not by orjson: what it returns keeps a buffer of a kilobyte busy, which shows where many keys are kept.
    return f'["row","{organisation(number)}","company-{number % ORGANISATIONS}","SHP-2026-{number:08}"]'.encode()


def value(number: int, state: str) -> bytes:
    """The row in a state; an open one carries its snapshot."""
    at = (_BEGIN + timedelta(seconds=number)).isoformat()
    row: dict[str, Any] = {"state": state, "revision": 1, "occurred_at": at, "answered": [_id("request", number)]}
    if state in _OPEN:
        row["request"] = {"request_id": _id("request", number), "occurred_at": at, "snapshot": _snapshot(number)}
    else:
        row |= {"ended_at": at, "became": {"ref": _reference(number), "fingerprint": _digest("fingerprint", number)}}
    return orjson.dumps(row)


def records(finished: int, opened: int) -> Iterator[tuple[bytes, bytes]]:
    """So many rows, the open ones spread evenly among the finished."""
    total = finished + opened
    for number in range(total):
        is_open = (number + 1) * opened // total > number * opened // total
        yield key(number), value(number, "pending" if is_open else "done")


def number_key(number: int) -> str:
    """The document number of a row, as numbers are compared."""
    return f"inv-2026-{number:08}"


def index(key: bytes, value: bytes) -> Indexed:
    """What the row is found by: as much of it is read as that needs."""
    row = orjson.loads(value)
    reference = row["became"]["ref"] if "became" in row else None
    return Indexed(
        orjson.loads(key)[1],
        row["state"],
        is_open=row["state"] in _OPEN,
        numbers=() if reference is None else ((reference["type"], reference["number"].casefold()),),
        xero_ids=() if reference is None else ((reference["type"], reference["xero_id"]),),
        ended_at=_micros(row.get("ended_at")),
        occurred_at=_micros(row["occurred_at"]) if "request" in row else None,
        size=len(value),
    )


def _reference(number: int) -> dict[str, str]:
    xero_id = _id("document", number)
    return {
        "type": "invoice",
        "number": f"INV-2026-{number:08}",
        "xero_id": xero_id,
        "xero_status": "DRAFT",
        "total": "1265.63",
        "currency": "USD",
        "url": f"https://go.xero.com/app/!sim01/invoicing/view/{xero_id}",
        "content_hash": _digest("content", number),
    }


def _snapshot(number: int) -> str:
    """Half of it is the same in all rows, as in real ones."""
    return _texts() + "".join(_digest(f"text {part}", number) for part in range(_SNAPSHOT // 128))


@cache
def _texts() -> str:
    return "".join(_digest("texts", part) for part in range(_SNAPSHOT // 128))


def _micros(text: str | None) -> Micros | None:
    return None if text is None else (datetime.fromisoformat(text) - _EPOCH) // _MICROSECOND


def _id(what: str, number: int) -> str:
    return str(UUID(hex=_digest(what, number)[:32]))


def _digest(what: str, number: int) -> str:
    return sha256(f"{what}/{number}".encode()).hexdigest()
