"""Records as values. What cannot be read is nobody's row: the gate has made it a dead letter, or it is not ours."""

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, Protocol

from mappers.inbound import Poison, StatusChange, exact_json, read_event
from mappers.model import Company, Outcome
from mappers.outbound import decode_outcome
from streams.projection.encoding import Snapshot


class Record(Protocol):
    """What is needed of aiokafka's ConsumerRecord. `timestamp` is in milliseconds since 1970."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Any


def read_outcome(record: Record) -> Outcome | None:
    """The outcome, or None for bytes that are none."""
    try:
        outcome = decode_outcome(record.value or b"")
    except ValueError:
        return None
    return outcome if outcome.occurred_at.tzinfo is not None else None


def read_change(record: Record, companies: Mapping[str, Company], *, limit: int) -> Snapshot | None:
    """The snapshot of a status change, or None where the gate makes a dead letter of it."""
    recorded_at = datetime.fromtimestamp(record.timestamp / 1000, UTC) if record.timestamp >= 0 else None
    change = read_event(record.value, record.headers, companies, recorded_at=recorded_at, limit=limit)
    return None if isinstance(change, Poison) else _snapshot(change)


def mark(record: Record) -> str:
    """A digest that tells this record from another at the same offset of a topic that was made anew."""
    digest = blake2b(str(record.timestamp).encode(), digest_size=16)
    digest.update(b"\0" + (record.key or b"") + b"\0" + (record.value or b""))
    return digest.hexdigest()


def _snapshot(change: StatusChange) -> Snapshot:
    return Snapshot(
        company_id=change.company_id,
        shipment_id=change.shipment_id,
        revision=change.revision,
        occurred_at=change.occurred_at,
        status=change.status,
        shipment={name: exact_json(value) for name, value in change.shipment.items()},
    )
