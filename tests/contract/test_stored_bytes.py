"""Stored and published bytes outlive the code: what version a6f5ef1 wrote is read today, and written again as it was.

Equal bytes prove both directions: the version before reads what today's code writes.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from mappers.inbound.dead_letter import Coordinates, Poison, PoisonReason, dead_letter_headers
from mappers.model.company import decode_pause, encode_pause
from mappers.model.shipment_log import Affected, Cause
from mappers.model.sync_request import decode_request, encode_request
from mappers.outbound.outcome_json import decode_outcome, encode_outcome, outcome_headers
from streams.dispatch.ledger.codec import decode, encode_key, encode_value
from streams.notes.told import decode_told, encode_told
from streams.projection.encoding import (
    ATTENTION,
    CAUSES,
    COMPANIES,
    LAYOUT,
    LINES,
    LOGS,
    POSITIONS,
    RANKED,
    SNAPSHOTS,
    attention_key,
    cause_key,
    decode_log,
    decode_position,
    decode_snapshot,
    encode_log,
    encode_position,
    encode_snapshot,
    key,
    parts,
    ranked_cause,
    ranked_key,
)
from streams.projection.indexes.line_row import decode_line, encode_line
from streams.projection.store import LAYOUT_VERSION

HEADERS_SINCE = {"ce_dataschema"}
"""What outcomes carry besides what that version wrote: readers may ignore headers."""

EMPTIED = {b"1", b"2", b"3", b"4", b"5"}
"""Layouts whose stores are built anew from the topics; their rows are read and written as they were."""

RECORDED = Path(__file__).parents[1] / "samples" / "stored"


def recorded(kind: str) -> list[Any]:
    lines = (RECORDED / f"{kind}.jsonl").read_text(encoding="utf-8").splitlines()
    samples = [json.loads(line) for line in lines]
    return [pytest.param(each, id=str(each.get("key") or each.get("reason") or each["value"])[:60]) for each in samples]


def raw(text: str | None) -> bytes | None:
    return None if text is None else text.encode()


def headers(pairs: list[tuple[str, str | None]]) -> list[tuple[str, bytes | None]]:
    return [(name, raw(value)) for name, value in pairs]


@pytest.mark.parametrize("sample", recorded("ledger"))
def test_a_ledger_record_is_read_and_written_as_it_was(sample: dict[str, Any]) -> None:
    record_key, record = decode(sample["key"].encode(), raw(sample["value"]))
    assert (encode_key(record_key), encode_value(record)) == (sample["key"].encode(), raw(sample["value"]))


@pytest.mark.parametrize("sample", recorded("request"))
def test_a_request_is_read_and_written_as_it_was(sample: dict[str, Any]) -> None:
    assert encode_request(decode_request(sample["value"].encode())) == sample["value"].encode()


@pytest.mark.parametrize("sample", recorded("attention_note"))
def test_what_was_told_is_read_and_written_as_it_was(sample: dict[str, Any]) -> None:
    told = decode_told(sample["value"].encode())
    assert encode_told(told) == sample["value"].encode()
    assert told.key == sample["key"]


@pytest.mark.parametrize("sample", recorded("pause"))
def test_a_pause_is_read_and_written_as_it_was(sample: dict[str, Any]) -> None:
    pause = decode_pause(sample["value"].encode())
    assert encode_pause(pause) == sample["value"].encode()
    assert pause.company_id == sample["key"]


@pytest.mark.parametrize("sample", recorded("outcome"))
def test_an_outcome_is_read_and_written_as_it_was(sample: dict[str, Any]) -> None:
    outcome = decode_outcome(sample["value"].encode())
    assert encode_outcome(outcome) == sample["value"].encode()
    written = outcome_headers(outcome)
    assert [each for each in written if each[0] not in HEADERS_SINCE] == headers(sample["headers"])
    assert {name for name, _ in written} - {name for name, _ in sample["headers"]} == HEADERS_SINCE


@pytest.mark.parametrize("sample", recorded("dead_letter"))
def test_the_headers_of_a_dead_letter_are_as_they_were(sample: dict[str, Any]) -> None:
    written = dead_letter_headers(
        Poison(PoisonReason(sample["reason"]), sample["message"]),
        Coordinates(sample["topic"], sample["partition"], sample["offset"]),
        headers(sample["original"]),
        failed_at=datetime.fromisoformat(sample["failed_at"]),
        worker_version=sample["worker_version"],
    )
    assert written == headers(sample["headers"])


@pytest.mark.parametrize("sample", recorded("projection"))
def test_a_row_of_the_projection_is_read_and_written_as_it_was(sample: dict[str, Any]) -> None:
    stored_key, value = bytes.fromhex(sample["key"]), sample["value"].encode()
    assert written_again(stored_key, value) == (stored_key, value)


def written_again(stored_key: bytes, value: bytes) -> tuple[bytes, bytes]:
    table = stored_key[:1]
    if table == ATTENTION:
        shipment = parts(stored_key)[-1]
        rewritten = attention_key(parts(stored_key)[0], Cause(*parts(stored_key)[1:-1]), shipment)
        return rewritten, orjson.dumps(Affected(**orjson.loads(value)))
    if table == CAUSES:
        company, *cause = parts(stored_key)
        return cause_key(company, Cause(*cause)), str(int(value)).encode()
    if table == RANKED:
        ranked, count = ranked_cause(stored_key)
        return ranked_key(parts(stored_key)[0], count, ranked), b""
    if table == LAYOUT:
        return LAYOUT, value if value in {*EMPTIED, LAYOUT_VERSION} else b""
    tables = {
        LOGS: lambda: encode_log(decode_log(value)),
        SNAPSHOTS: lambda: encode_snapshot(decode_snapshot(value)),
        POSITIONS: lambda: encode_position(decode_position(value)),
        LINES: lambda: encode_line(decode_line(value)),
        COMPANIES: lambda: str(int(value)).encode(),
    }
    return key(table, *parts(stored_key)), tables[table]()
