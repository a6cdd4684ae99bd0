"""The ledger's records as bytes: a JSON array for the key, whose first element names the kind; JSON or a tombstone."""

import orjson

from streams.dispatch.ledger.rates import rate_key
from streams.dispatch.ledger.records import AcceptedRate, Intent, Record, RecordKey, Row, RowKey, StoredBackoff


def encode_key(key: RecordKey) -> bytes:
    """The kind and its names: `["row", organisation, company, shipment]`, `["intent", key]`, `["rest", organisation]`,
    `["rate", organisation, currency, source]`, of older versions without the source.
    """
    return orjson.dumps(["row", *key] if isinstance(key, RowKey) else list(key))


def encode_value(record: Record | None) -> bytes | None:
    """JSON of the record under its stored names; None, a tombstone, for no record."""
    return None if record is None else record.model_dump_json(by_alias=True, exclude_defaults=True).encode()


def decode(key: bytes, value: bytes | None) -> tuple[RecordKey, Record | None]:
    """Read a record back. Raises ValueError for a kind that this version does not know: no record is ever skipped."""
    kind, *names = orjson.loads(key)
    match kind:
        case "row":
            return RowKey(*names), None if value is None else Row.model_validate_json(value)
        case "intent":
            return ("intent", names[0]), None if value is None else Intent.model_validate_json(value)
        case "rest":
            return ("rest", names[0]), None if value is None else StoredBackoff.model_validate_json(value)
        case "rate":
            rate = None if value is None else AcceptedRate.model_validate_json(value)
            return rate_key(names[0], names[1], "".join(names[2:])), rate
        case _:
            raise ValueError(f"the ledger holds a record of unknown kind {kind!r}: a newer version wrote it")
