"""What a row is found by in the store: taken from the row, or from its bytes where reading all of it takes too long."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import orjson

from mappers.model import SyncRequest, Trigger, number_key
from streams.dispatch.ledger.codec import (
    KINDS,
    ROW_PREFIX,
    NewerRecordError,
    UnreadableRecordError,
    check_version,
    decode_row,
    decode_row_key,
)
from streams.dispatch.ledger.records import HELD, OPEN, Row, RowKey, State
from streams.dispatch.store import Indexed, Micros, RowReader

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
Names = tuple[tuple[str, str], ...]


def to_micros(time: datetime) -> Micros:
    """As the store counts time."""
    since = time - _EPOCH
    # A division by a timedelta takes three times as long.
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def to_time(micros: Micros) -> datetime:
    """See `to_micros`."""
    return _EPOCH + micros * _MICROSECOND


def numbers_of(row: Row | None) -> Names:
    """The kinds and numbers of the document that the row has, and of the one that it is about to have."""
    if row is None:
        return ()
    held: list[tuple[str, str]] = [] if row.synced is None else [(row.synced.ref.type, row.synced.ref.number)]
    if row.reservation is not None:
        held.append((row.reservation.kind.value, row.reservation.number))
    return _numbers(held)


def ids_of(row: Row | None) -> Names:
    """The kind and Xero id of the document that the row has."""
    return () if row is None or row.synced is None else _ids(row.synced.ref.type, row.synced.ref.xero_id)


def indexed(key: RowKey, row: Row, size: int) -> Indexed:
    """What the row is found by; `size` is that of its bytes."""
    is_open = row.state in OPEN
    return Indexed(
        key.organisation,
        row.state.value,
        is_open=is_open,
        is_urgent=is_open and row.request is not None and row.request.trigger is Trigger.SYNC_NOW,
        is_releasable=bool(row.missing),
        numbers=numbers_of(row),
        xero_ids=ids_of(row),
        ended_at=None if row.ended_at is None else to_micros(row.ended_at),
        occurred_at=to_micros(_asked_at(row.request)) if is_open and row.request is not None else None,
        size=size,
        is_held=row.is_held,
    )


def index(key: bytes, value: bytes, note: Callable[[bytes, bytes, str], None] = lambda *_: None) -> Indexed | None:
    """The same from a record's bytes; None for one that is no row. A rebuild does this for every row there is.

    A row that cannot be read is found by nothing but its key, and noted. Raises NewerRecordError.
    """
    organisation = _organisation_of(key)
    if organisation is None:
        return None
    try:
        return _indexed(organisation, value)
    except UnreadableRecordError as error:
        note(key, value, str(error))
        return Indexed(organisation, State.DONE.value, size=len(value))


def _indexed(organisation: str, value: bytes) -> Indexed:
    try:
        return _read_index(organisation, value)
    except NewerRecordError:
        raise
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise UnreadableRecordError(f"{type(error).__name__}: {error}") from error


_STATES = {each.value: (each.value, each in OPEN) for each in State}


def _read_index(organisation: str, value: bytes) -> Indexed:
    row = orjson.loads(value)
    if "schema_version" in row:
        check_version(row)
    numbers, xero_ids = _held_by(row)
    state, is_open = _STATES[row["state"]]
    ended_at = row.get("ended_at")
    if not is_open:
        ended = None if ended_at is None else to_micros(datetime.fromisoformat(ended_at))
        return Indexed(organisation, state, False, False, "missing" in row, numbers, xero_ids, ended, None, len(value))
    request = row.get("request")
    if request is None or (state == State.SENDING and row.get("claim") is None):
        raise UnreadableRecordError(f"it is {state} without a request, or without the batch that carries it")
    return Indexed(
        organisation,
        state,
        is_open,
        request["trigger"] == Trigger.SYNC_NOW,
        "missing" in row,
        numbers,
        xero_ids,
        None if ended_at is None else to_micros(datetime.fromisoformat(ended_at)),
        to_micros(_asked_at_in(request)),
        len(value),
        state == State.WAITING and (row.get("hold") or {}).get("reason") == HELD,
    )


def _asked_at(request: SyncRequest) -> datetime:
    """Since when it is unanswered; requests of older versions say only when their event occurred."""
    return request.asked_at or request.occurred_at


def _asked_at_in(request: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(request.get("asked_at") or request["occurred_at"])


def _organisation_of(key: bytes) -> str | None:
    """None where it is the key of no row."""
    end = key.find(b'"', _NAME_AT)
    if key.startswith(_ROW) and key[end - 1 : end] != b"\\":
        return _first_name(key[:end])
    # What is not a row, or has a quote in its name.
    kind, *names = orjson.loads(key)
    if kind not in KINDS:
        raise NewerRecordError(f"a record of unknown kind {kind!r}")
    return str(names[0]) if kind == "row" else None


_ROW = b'["row","'
_NAME_AT = len(_ROW)


@lru_cache(maxsize=1024)
def _first_name(key: bytes) -> str:
    """From a key that is cut off behind it: reading all of it takes longer, and few organisations have many rows."""
    return str(orjson.loads(key + b'"]')[1])


def _held_by(row: dict[str, Any]) -> tuple[Names, Names]:
    became, claim = row.get("became"), row.get("claim")
    if became is None:
        return (() if claim is None else _numbers([(claim["kind"], claim["number"])])), ()
    reference = became["ref"]
    kind, number = reference["type"], reference["number"]
    numbers: Names = ((kind, number_key(number)),)
    if claim is not None:
        numbers = _numbers([(kind, number), (claim["kind"], claim["number"])])
    return numbers, _ids(kind, reference["xero_id"])


def _numbers(held: list[tuple[str, str]]) -> Names:
    return tuple(dict.fromkeys((kind, number_key(number)) for kind, number in held))


def _ids(kind: str, xero_id: str) -> Names:
    return ((kind, xero_id.casefold()),)


def homes(reader: RowReader) -> set[str]:
    """The organisations that have any row, but for unreadable ones; one look for each, not one for each row."""
    found: set[str] = set()
    after = b""
    while (record := next(reader.scan(ROW_PREFIX, after), None)) is not None:
        after = record[0]
        if not _is_lost(record[1]):
            organisation = decode_row_key(after).organisation
            found.add(organisation)
            after = ROW_PREFIX + orjson.dumps(organisation) + b",\xff"
    return found


def _is_lost(value: bytes) -> bool:
    try:
        return decode_row(value).lost
    except UnreadableRecordError:
        return True
