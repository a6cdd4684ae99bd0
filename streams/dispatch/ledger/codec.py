"""The ledger's records as bytes: a JSON array for the key, whose first element names the kind; JSON or a tombstone."""

import orjson

from streams.dispatch.ledger.records import AcceptedRate, Intent, Record, RecordKey, Rest, Row, RowKey


def encode_key(key: RecordKey) -> bytes:
    """The kind and its names: `["row", organisation, company, shipment]`, `["intent", key]`, `["rest", organisation]`,
    `["rate", organisation, currency]`.
    """
    return orjson.dumps(["row", *key] if isinstance(key, RowKey) else list(key))


def encode_value(record: Record | None) -> bytes | None:
    """JSON of the record; a tombstone for none."""
    return None if record is None else record.model_dump_json(exclude_defaults=True).encode()


def decode(key: bytes, value: bytes | None) -> tuple[RecordKey, Record | None]:
    """Read a record back. Raises ValueError for a kind that this version does not know: never skip what is not read."""
    kind, *rest = orjson.loads(key)
    match kind:
        case "row":
            return RowKey(*rest), None if value is None else Row.model_validate_json(value)
        case "intent":
            return ("intent", rest[0]), None if value is None else Intent.model_validate_json(value)
        case "rest":
            return ("rest", rest[0]), None if value is None else Rest.model_validate_json(value)
        case "rate":
            rate = None if value is None else AcceptedRate.model_validate_json(value)
            return ("rate", rest[0], rest[1]), rate
        case _:
            raise ValueError(f"the ledger holds a record of unknown kind {kind!r}: a newer version wrote it")
