"""The ledger's records as bytes: a JSON array for the key, whose first element names the kind; JSON or a tombstone."""

from functools import lru_cache

import orjson

from streams.dispatch.ledger.owners import Owners
from streams.dispatch.ledger.rates import rate_key
from streams.dispatch.ledger.records import (
    OWNER,
    AcceptedRate,
    Intent,
    Record,
    RecordKey,
    Row,
    RowKey,
    StoredBackoff,
)

KINDS = frozenset({"row", "intent", "rest", "rate", "owner"})


class UnknownRecordError(ValueError):
    """A kind of record that this version does not know: none is ever skipped."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"the ledger holds a record of unknown kind {kind!r}: a newer version wrote it")


def encode_key(key: RecordKey) -> bytes:
    """The kind and its names: `["row", organisation, company, shipment]`, `["intent", key]`, `["rest", organisation]`,
    `["rate", organisation, currency, source]` (of older versions without the source), `["owner"]`.
    """
    return orjson.dumps(["row", *key] if isinstance(key, RowKey) else list(key))


def encode_value(record: Record | None) -> bytes | None:
    """JSON of the record under its stored names; None, a tombstone, for no record."""
    return None if record is None else record.model_dump_json(by_alias=True, exclude_defaults=True).encode()


OWNER_KEY = encode_key(OWNER)


def read_owners(value: bytes | None) -> Owners:
    """The owners, from the value under `OWNER_KEY`."""
    return Owners() if value is None else Owners.model_validate_json(value)


@lru_cache(maxsize=4096)
def decode_row_key(key: bytes) -> RowKey:
    """The shipment, from the key of its row."""
    return RowKey(*orjson.loads(key)[1:])


def decode_row(value: bytes) -> Row:
    """Read a row back."""
    return Row.model_validate_json(value)


def decode_intent(value: bytes) -> Intent:
    """Read an intent back."""
    return Intent.model_validate_json(value)


def decode(key: bytes, value: bytes | None) -> tuple[RecordKey, Record | None]:
    """Read a record back. Raises ValueError for a kind that this version does not know."""
    kind, *names = orjson.loads(key)
    match kind:
        case "row":
            return RowKey(*names), None if value is None else decode_row(value)
        case "intent":
            return ("intent", names[0]), None if value is None else decode_intent(value)
        case "rest":
            return ("rest", names[0]), None if value is None else StoredBackoff.model_validate_json(value)
        case "rate":
            rate = None if value is None else AcceptedRate.model_validate_json(value)
            return rate_key(names[0], names[1], "".join(names[2:])), rate
        case "owner":
            return OWNER, None if value is None else read_owners(value)
        case _:
            raise UnknownRecordError(kind)
