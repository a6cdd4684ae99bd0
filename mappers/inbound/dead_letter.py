"""Why a record became a dead letter, and the headers that say so (contract 6.3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from mappers.model import rfc3339

DLQ_PREFIX: Final = "dlq."
MAX_MESSAGE: Final = 1000


class PoisonReason(StrEnum):
    """The stable values of `dlq.reason`."""

    # The record, below its bytes: see streams.reading.
    UNDECODABLE = "undecodable"
    INFLATES_TOO_FAR = "inflates_too_far"
    # The bytes.
    EMPTY_VALUE = "empty_value"
    OVERSIZE = "oversize"
    NOT_UTF8 = "not_utf8"
    NOT_JSON = "not_json"
    DUPLICATE_KEY = "duplicate_key"
    NOT_FINITE = "not_finite"
    NUMBER_OUT_OF_RANGE = "number_out_of_range"
    TOO_DEEP = "too_deep"
    LONE_SURROGATE = "lone_surrogate"
    # The envelope.
    UNKNOWN_ENVELOPE = "unknown_envelope"
    INVALID_CLOUD_EVENT = "invalid_cloud_event"
    NOT_AN_OBJECT = "not_an_object"
    MISSING_FIELD = "missing_field"
    WRONG_TYPE = "wrong_type"
    INVALID_ID = "invalid_id"
    INVALID_TIME = "invalid_time"
    UNKNOWN_EVENT_TYPE = "unknown_event_type"
    UNKNOWN_SCHEMA_VERSION = "unknown_schema_version"
    UNKNOWN_COMPANY = "unknown_company"
    # Ourselves.
    REQUEST_UNREADABLE = "request_unreadable"
    WRONG_PARTITION = "wrong_partition"
    FOREIGN_RECORD = "foreign_record"
    LEDGER_UNREADABLE = "ledger_unreadable"
    INTERNAL_ERROR = "internal_error"


@dataclass(frozen=True, slots=True)
class Poison:
    """Why a record can never be processed. `message` is for the person who reads the dead letter."""

    reason: PoisonReason
    message: str


@dataclass(frozen=True, slots=True)
class Coordinates:
    """Where the record is on Kafka."""

    topic: str
    partition: int
    offset: int


def dead_letter_headers(
    poison: Poison,
    at: Coordinates,
    original: Iterable[tuple[str, bytes | None]],
    *,
    failed_at: datetime,
    worker_version: str,
    recorded_at: datetime | None = None,
) -> list[tuple[str, bytes | None]]:
    """The original headers and the contract's `dlq.*`.

    `dlq.*` headers of an earlier failure are replaced: a redriven record that fails again tells its last failure.
    `recorded_at` is the record's time on Kafka, by which an event without a revision is ordered; None: it is not known.
    """
    added = {
        "reason": poison.reason.value,
        "message": poison.message[:MAX_MESSAGE],
        "topic": at.topic,
        "partition": str(at.partition),
        "offset": str(at.offset),
        "failed_at": rfc3339(failed_at),
        "worker_version": worker_version,
    }
    if recorded_at is not None:
        added["recorded_at"] = rfc3339(recorded_at)
    kept = [(name, value) for name, value in original if not name.startswith(DLQ_PREFIX)]
    return [*kept, *((DLQ_PREFIX + name, value.encode("utf-8", "replace")) for name, value in added.items())]
