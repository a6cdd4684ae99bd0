"""The bytes of a record without what some producers put around JSON; and the names of formats that are not JSON."""

from typing import Final

from mappers.inbound.dead_letter import PoisonReason
from mappers.inbound.strict_json import DEFAULT_LIMIT, MAX_DEPTH, Malformed, decode

SEND_JSON: Final = "Whoever sends the shipments: send JSON in UTF-8"
# Confluent's wire format: a zero byte, the schema's id in four bytes, then the content.
_MAGIC: Final = b"\x00"
_HEADER: Final = 5
_BLANK: Final = b" \t\r\n\xef\xbb\xbf"
_FORMATS: Final = (
    (b"<", "XML"),
    (b"Obj\x01", "an Avro file"),
)
# Of these it is known what the bytes are, not what is in them.
_ENCODINGS: Final = (
    (b"\xff\xfe", "UTF-16, by its byte order mark"),
    (b"\xfe\xff", "UTF-16, by its byte order mark"),
    (b"\x1f\x8b", "compressed by gzip"),
    (b"\x28\xb5\x2f\xfd", "compressed by zstd"),
)
_CONTENT_TYPES: Final = (("avro", "Avro"), ("protobuf", "Protobuf"), ("xml", "XML"), ("yaml", "YAML"), ("csv", "CSV"))


def decode_framed(
    value: bytes | None, *, content_type: str = "", limit: int = DEFAULT_LIMIT, max_depth: int = MAX_DEPTH
) -> object:
    """As `decode`, of JSON as it is or in Confluent's framing.

    Raises Malformed, with `unknown_envelope` where the bytes are of a format that has a name and is not read here.
    `content_type` is what the record's header says, in small letters.
    """
    content, schema_id = _unframed(value or b"")
    try:
        return decode(content, limit=limit, max_depth=max_depth)
    except Malformed as fault:
        raise _named(fault, content, content_type, schema_id) from None


def _named(fault: Malformed, content: bytes, content_type: str, schema_id: int | None) -> Malformed:
    """The fault, and what the bytes are where that can be seen."""
    if fault.reason not in (PoisonReason.NOT_JSON, PoisonReason.NOT_UTF8):
        return fault
    if schema_id is not None:
        return Malformed(fault.reason, f"in Confluent's framing (schema id {schema_id}): {fault}")
    if encoding := next((name for magic, name in _ENCODINGS if content.startswith(magic)), None):
        return Malformed(fault.reason, f"{fault}: the value is {encoding}. {SEND_JSON}")
    if name := _format(content, content_type):
        return Malformed(PoisonReason.UNKNOWN_ENVELOPE, f"the value is {name}, which is not read here. {SEND_JSON}")
    return fault


def _unframed(value: bytes) -> tuple[bytes, int | None]:
    """The content, and the id of its schema where it was framed; Malformed where the content is not JSON."""
    if not value.startswith(_MAGIC) or len(value) <= _HEADER:
        return value, None
    content, schema_id = value[_HEADER:], int.from_bytes(value[1:_HEADER])
    if not content.lstrip(_BLANK).startswith(b"{"):
        raise Malformed(
            PoisonReason.UNKNOWN_ENVELOPE,
            f"the value is in Confluent's framing with schema id {schema_id}, and what follows is not JSON: Avro or "
            f"Protobuf. {SEND_JSON}, framed or not",
        )
    return content, schema_id


def _format(value: bytes, content_type: str) -> str | None:
    start = value.lstrip(_BLANK)
    by_bytes = (name for magic, name in _FORMATS if start.startswith(magic))
    by_header = (name for part, name in _CONTENT_TYPES if part in content_type)
    return next(by_bytes, None) or next(by_header, None)
