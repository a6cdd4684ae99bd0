"""How a dead letter is shown."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from streams.cli.kafka.records import Record
from streams.cli.output import Cell
from streams.cli.terminal import local_minute

PARTS: Final = ("letter", "part", "name", "value")
COLUMNS: Final = ("failed_at", "place", "key", "reason", "message", "recorded_at", "letter")
_DLQ = "dlq."


def place_of(record: Record) -> str:
    """Where the record lay, as `topic/partition/offset`."""
    return "/".join(record.header(f"{_DLQ}{part}") for part in ("topic", "partition", "offset"))


def cells(record: Record) -> Sequence[Cell]:
    """A row, as COLUMNS names its cells."""
    key = None if record.key is None else record.key.decode(errors="replace")
    failed_at, reason, message = (record.header(f"{_DLQ}{name}") for name in ("failed_at", "reason", "message"))
    recorded_at = record.header(f"{_DLQ}recorded_at") or None
    return failed_at, place_of(record), key, reason, message, recorded_at, record.place


def letter_line(record: Record) -> str:
    """The same for people."""
    key = (record.key or b"-").decode(errors="replace")
    failed_at, reason = local_minute(record.header("dlq.failed_at")), record.header("dlq.reason")
    return f"{failed_at}  {place_of(record)}  {key}  {reason}: {record.header('dlq.message')}"


def letter(record: Record) -> dict[str, Any]:
    """Everything of a dead letter, as JSON has it."""
    why = {name: _text(value) for name, value in record.headers if name.startswith(_DLQ)}
    own = [{"name": name, "value": _text(value)} for name, value in record.headers if not name.startswith(_DLQ)]
    return {
        "letter": record.place,
        "why": why,
        "headers": own,
        "key": _text(record.key),
        "value_bytes": None if record.value is None else len(record.value),
        "value": _text(record.value),
    }


def letter_lines(shown: Mapping[str, Any]) -> Iterator[str]:
    """The same for people: a line for each header, then the value."""
    yield f"dead letter {shown['letter']}"
    for name, value in shown["why"].items():
        yield f"  {name}: {value}"
    for each in shown["headers"]:
        yield f"  header {each['name']}: {_shown(each['value'])}"
    yield f"  key: {_shown(shown['key'])}"
    size = "" if shown["value_bytes"] is None else f", {shown['value_bytes']} bytes"
    yield f"  value{size}: {_shown(shown['value'])}"


def part_rows(shown: Mapping[str, Any]) -> Iterator[Sequence[Cell]]:
    """The same as rows, as PARTS names their cells."""
    for name, value in shown["why"].items():
        yield shown["letter"], "why", name, value
    for each in shown["headers"]:
        yield shown["letter"], "header", each["name"], _shown(each["value"])
    yield shown["letter"], "key", None, _shown(shown["key"])
    yield shown["letter"], "value", None, _shown(shown["value"])


def _text(value: bytes | None) -> str | Mapping[str, str] | None:
    """Text as it is; what is none in Base64, and said to be."""
    try:
        return None if value is None else value.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(value or b"").decode()}


def _shown(value: str | Mapping[str, str] | None) -> str:
    if value is None:
        return "none"
    return value if isinstance(value, str) else f"base64 {value['base64']}"
