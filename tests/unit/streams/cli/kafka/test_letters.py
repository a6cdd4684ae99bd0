"""How a dead letter is shown: whole, text as text, the rest in Base64."""

from datetime import UTC, datetime

from streams.cli.kafka.letters import COLUMNS, PARTS, cells, letter, letter_lines, part_rows
from streams.cli.kafka.records import Record

AT = datetime(2026, 11, 20, tzinfo=UTC)
WHY = {"reason": "not_json", "message": "cut off", "topic": "in", "partition": "0", "offset": "41", "failed_at": "2026"}


def dead(key: bytes | None, value: bytes | None) -> Record:
    headers = tuple((f"dlq.{name}", text.encode()) for name, text in WHY.items())
    return Record("dead", 2, 7, AT, key, value, (*headers, ("traceparent", b"00-1"), ("odd", b"\xff"), ("none", None)))


def test_a_letter_is_shown_with_its_reason_its_own_headers_and_its_value() -> None:
    shown = letter(dead(b"beef/1", b"{cut"))
    assert shown["why"] == {f"dlq.{name}": text for name, text in WHY.items()}
    assert shown["headers"] == [
        {"name": "traceparent", "value": "00-1"},
        {"name": "odd", "value": {"base64": "/w=="}},
        {"name": "none", "value": None},
    ]
    assert (shown["letter"], shown["key"], shown["value"], shown["value_bytes"]) == ("2/7", "beef/1", "{cut", 4)


def test_a_letter_without_key_or_text_says_so() -> None:
    lines = list(letter_lines(letter(dead(None, b"\x00\xff"))))
    assert "  key: none" in lines
    assert lines[-1] == "  value, 2 bytes: base64 AP8="


def test_a_row_has_a_cell_for_each_column() -> None:
    row = dict(zip(COLUMNS, cells(dead(b"beef/1", b"{")), strict=True))
    assert (row["place"], row["reason"], row["key"], row["recorded_at"]) == ("in/0/41", "not_json", "beef/1", None)


def test_a_letter_has_a_row_for_each_of_its_parts() -> None:
    rows = [dict(zip(PARTS, row, strict=True)) for row in part_rows(letter(dead(b"beef/1", b"\xff")))]
    assert {row["letter"] for row in rows} == {"2/7"}
    named = {(row["part"], row["name"]): row["value"] for row in rows}
    assert named["why", "dlq.reason"] == "not_json"
    assert named["header", "odd"] == "base64 /w=="
    assert (named["key", None], named["value", None]) == ("beef/1", "base64 /w==")
