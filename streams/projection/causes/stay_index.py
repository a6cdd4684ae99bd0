"""What became of causes, found by time: since when shipments stand under one, and which have left it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from mappers.model import Cause, CauseLife
from streams.projection.causes.stays import Stay
from streams.projection.encoding import ENDED, LEFT, STANDING, cause_key, cause_parts, key, parts
from streams.projection.key_value import KeyValue
from streams.projection.place import Place, microseconds, moment

MOST_COUNTED: Final = 1000
"""Shipments that left a cause, as far as they are counted for an answer."""

_RELEASED: Final = b"r"
_AGE: Final = 8
_FIRST: Final = 2**63
"""Added to a start, so that its bytes are in order also before 1970."""


def stay_entries(company_id: str, shipment_id: str, stays: Iterable[Stay]) -> dict[bytes, bytes]:
    """The entries of a shipment's stays: of those that go on the oldest first, of those that ended the last first."""
    found: dict[bytes, bytes] = {}
    for stay in stays:
        start = (stay.start + _FIRST).to_bytes(_AGE, "big")
        if stay.end is None:
            found[cause_key(company_id, stay.cause, STANDING) + start + shipment_id.encode()] = b""
            continue
        end = Place.of(stay.end, shipment_id)
        left = cause_key(company_id, stay.cause, LEFT) + end.stored()
        found[left] = start + (_RELEASED if stay.is_released else b"")
        ended = key(b"", *cause_parts(stay.cause), shipment_id)
        found[key(ENDED, company_id) + end.stored_age() + ended] = b""
    return found


def life_of(disk: KeyValue, company_id: str, cause: Cause, standing: int, last_seen_at: str) -> CauseLife:
    """The life of a cause under which so many shipments stand."""
    prefix = cause_key(company_id, cause, STANDING)
    oldest = next((stored[len(prefix) :] for stored, _ in disk.scan(prefix, b"", 1)), b"")
    opened = _start(oldest) if oldest else None  # Another thread may have folded an answer meanwhile.
    return _life(disk, company_id, cause, standing, opened, last_seen_at)


def resolved_life(disk: KeyValue, company_id: str, cause: Cause, resolved: int) -> CauseLife:
    """The life of a cause that its last shipment left at that moment."""
    return _life(disk, company_id, cause, 0, resolved, moment(resolved))


def ended_since(disk: KeyValue, company_id: str, since: datetime, most: int) -> dict[Cause, int]:
    """The causes that shipments have left at that moment or later, each with the last time, the latest first.

    Of the `most` last times alone.
    """
    prefix = key(ENDED, company_id)
    oldest = Place.of(microseconds(since), "").stored_age()
    found: dict[Cause, int] = {}
    for stored, _ in disk.scan(prefix, b"", most):
        age, rest = stored[len(prefix) : len(prefix) + _AGE], stored[len(prefix) + _AGE :]
        if age > oldest:
            break
        *cause, _shipment = parts(ENDED + rest)
        found.setdefault(Cause(*cause), Place.read(age + rest).at)
    return found


def _life(
    disk: KeyValue, company_id: str, cause: Cause, standing: int, opened: int | None, last_seen_at: str
) -> CauseLife:
    """Stays that overlap are one life: it goes back to where nobody stood under the cause."""
    prefix = cause_key(company_id, cause, LEFT)
    left = released = 0
    for stored, value in disk.scan(prefix, b"", MOST_COUNTED):
        end = Place.read(stored[len(prefix) :]).at
        if opened is not None and end < opened:
            break
        opened = min(_start(value), end if opened is None else opened)
        left += 1
        released += value[_AGE:] == _RELEASED
    return CauseLife(last_seen_at if opened is None else moment(opened), last_seen_at, standing + left, left, released)


def _start(stored: bytes) -> int:
    return int.from_bytes(stored[:_AGE], "big") - _FIRST
