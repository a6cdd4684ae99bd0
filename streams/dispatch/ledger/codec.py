"""The ledger's records as bytes: a JSON array for the key, whose first element names the kind; JSON or a tombstone."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import TypeVar

import orjson
from pydantic import BaseModel, ValidationError

from streams.dispatch.ledger.files import AttachmentWork
from streams.dispatch.ledger.owners import Owners
from streams.dispatch.ledger.rates import AcceptedRate, rate_key
from streams.dispatch.ledger.records import (
    OPEN,
    OWNER,
    AnsweredPage,
    Intent,
    Record,
    RecordKey,
    Row,
    RowKey,
    State,
    StoredBackoff,
    WatchPosition,
)

KINDS = frozenset({"row", "answered", "intent", "rest", "watch", "rate", "owner", "files"})


SCHEMA_VERSION = 1
ROW_PREFIX = b'["row",'
FILES_PREFIX = b'["files",'
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_Model = TypeVar("_Model", bound=BaseModel)


class NewerRecordError(ValueError):
    """A newer version wrote the record. None is ever stepped over: to go on without it could repeat a document."""

    def __init__(self, what: str) -> None:
        super().__init__(f"the ledger holds {what}, written by a newer version of Shipledger: upgrade this worker")


class UnreadableRecordError(ValueError):
    """Damaged, or forged: no version of ours has written it like this."""


def encode_key(key: RecordKey) -> bytes:
    """The kind and its names: `["row", organisation, company, shipment]`, `["intent", key]`, `["rest", organisation]`,
    `["watch", organisation]`, `["answered", organisation, company, shipment, page]`, `["rate", organisation, currency,
    source]` (of older versions without the source), `["owner"]`, `["files", organisation, company, shipment]`.
    """
    found = orjson.dumps(["row", *key] if isinstance(key, RowKey) else list(key))
    # A copy: what orjson returns keeps the 4 kB that it was written into (3.13), and keys are kept by the thousand.
    return found.decode().encode()


def encode_value(record: Record | None) -> bytes | None:
    """JSON of the record under its stored names; None, a tombstone, for no record."""
    return None if record is None else record.model_dump_json(by_alias=True, exclude_defaults=True).encode()


OWNER_KEY = encode_key(OWNER)


def read_owners(value: bytes | None) -> Owners:
    """The owners, from the value under `OWNER_KEY`. Those that cannot be read are none: the store is rebuilt then."""
    try:
        return Owners() if value is None else _read(Owners, value)
    except UnreadableRecordError:
        return Owners()


@lru_cache(maxsize=4096)
def decode_row_key(key: bytes) -> RowKey:
    """The shipment, from the key of its row."""
    return RowKey(*orjson.loads(key)[1:])


def decode_row(value: bytes) -> Row:
    """Read a row back. Raises as `decode` does."""
    row = _read(Row, value)
    if row.state in OPEN and row.request is None:
        raise UnreadableRecordError(f"it is {row.state.value} without a request")
    if row.state is State.SENDING and row.reservation is None:
        raise UnreadableRecordError("it is being sent without a batch that carries it")
    return row


def lost_row(before: Row | None = None) -> Row:
    """What stands for a row that cannot be read: the one before it where that is known, which is not believed blindly.

    What the shipment has in Xero is looked up before its next request is written, or answered from memory.
    """
    row = before or Row(state=State.DONE, revision=None, occurred_at=_NEVER)
    return row.model_copy(update={"lost": True, "verify": True})


def decode_intent(value: bytes) -> Intent:
    """Read an intent back. Raises as `decode` does."""
    return _read(Intent, value)


def decode(key: bytes, value: bytes | None) -> tuple[RecordKey, Record | None]:
    """Read a record back. Raises NewerRecordError, or UnreadableRecordError for what no version has written so."""
    found = decode_key(key)
    if value is None:
        return found, None
    if isinstance(found, RowKey):
        return found, decode_row(value)
    return found, _read(_MODELS[found[0]], value)


def decode_key(key: bytes) -> RecordKey:
    """What a record is about. Raises as `decode` does."""
    kind, *names = orjson.loads(key)
    match kind:
        case "row":
            return RowKey(*names)
        case "answered":
            organisation, company, shipment, page = names
            return "answered", organisation, company, shipment, page
        case "intent" | "rest" | "watch":
            return kind, names[0]
        case "rate":
            return rate_key(names[0], names[1], "".join(names[2:]))
        case "owner":
            return OWNER
        case "files":
            organisation, company, shipment = names
            return "files", organisation, company, shipment
        case _:
            raise NewerRecordError(f"a record of unknown kind {kind!r}")


def decode_position(value: bytes) -> WatchPosition:
    """Read back how far an organisation is watched. Raises as `decode` does."""
    return _read(WatchPosition, value)


def decode_work(value: bytes) -> AttachmentWork:
    """Read back what is to be done about a shipment's files. Raises as `decode` does."""
    return _read(AttachmentWork, value)


def decode_page(value: bytes) -> AnsweredPage:
    """Read a page back. Raises as `decode` does."""
    return _read(AnsweredPage, value)


_MODELS: dict[
    str, type[AnsweredPage | Intent | StoredBackoff | WatchPosition | AcceptedRate | Owners | AttachmentWork]
] = {
    "answered": AnsweredPage,
    "intent": Intent,
    "rest": StoredBackoff,
    "watch": WatchPosition,
    "rate": AcceptedRate,
    "owner": Owners,
    "files": AttachmentWork,
}


def check_version(record: object) -> None:
    """Raise NewerRecordError where the JSON of a record says that it is of a newer version."""
    version = record.get("schema_version", SCHEMA_VERSION) if isinstance(record, dict) else SCHEMA_VERSION
    if isinstance(version, int) and version > SCHEMA_VERSION:
        raise NewerRecordError(f"a record of schema version {version}")


def _read(model: type[_Model], value: bytes) -> _Model:
    try:
        return model.model_validate_json(value)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        fault = UnreadableRecordError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}")
    try:
        check_version(orjson.loads(value))
    except orjson.JSONDecodeError:
        raise fault from None
    raise fault
