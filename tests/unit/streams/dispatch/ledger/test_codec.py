"""The ledger's bytes outlive a version: their field names and kinds are not those of the Python code."""

import orjson
import pytest

from streams.dispatch.ledger.codec import decode, encode_key, encode_value

REF = {
    "type": "invoice",
    "number": "INV-1",
    "xero_id": "11111111-2222-3333-4444-555555555555",
    "xero_status": "DRAFT",
    "total": "1265.63",
    "currency": "USD",
    "url": "https://go.xero.com/1",
    "content_hash": "aa",
}
ROW = {"state": "done", "revision": 7, "occurred_at": "2026-11-20T03:15:22.123000Z"}
RECORDS = {
    "row": (
        ["row", "demo", "southern-beef", "A"],
        {
            **ROW,
            "became": {"ref": REF, "fingerprint": "f" * 64},
            "claim": {"intent": "k", "kind": "invoice", "number": "INV-1"},
            "hold": {"reason": "out_of_quota", "until": "2026-11-21T00:00:00Z"},
            "doubtful": True,
            "attempts": 2,
        },
    ),
    "a row that was tried several times": (
        ["row", "demo", "southern-beef", "C"],
        {
            **ROW,
            "claim": {"intent": "k", "kind": "quote", "number": "Q-1", "contact_id": "c"},
            "rounds": 3,
            "faults": 2,
            "verify": True,
            "answered_earlier": "AAAAAAAAAAA=",
            "answered_pages": 2,
        },
    ),
    "requests of it that were answered long ago": (
        ["answered", "demo", "southern-beef", "C", "1"],
        {"digests": "AAAAAAAAAAA="},
    ),
    "hold without an end": (
        ["row", "demo", "southern-beef", "B"],
        {**ROW, "hold": {"reason": "disconnected"}},
    ),
    "intent": (
        ["intent", "k"],
        {
            "key": "k",
            "organisation": "demo",
            "kind": "invoice",
            "operation": "update",
            "body": "{}",
            "begun_at": "2026-11-20T03:15:22Z",
            "committed_at": "2026-11-20T03:15:23Z",
            "members": [["demo", "southern-beef", "A"]],
            "targets": [{"xero_id": "1", "fingerprint": "f"}],
        },
    ),
    "rest": (["rest", "demo"], {"organisation": "demo", "reason": "out_of_quota", "until": "2026-11-21T00:00:00Z"}),
    "rate": (["rate", "demo", "USD"], {"organisation": "demo", "currency": "USD", "rate": "0.6543"}),
}


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_is_written_as_it_was_read(name: str) -> None:
    key, value = (orjson.dumps(part) for part in RECORDS[name])
    read_key, record = decode(key, value)
    assert (encode_key(read_key), encode_value(record)) == (key, value)


@pytest.mark.parametrize("name", RECORDS)
def test_a_tombstone_stays_one(name: str) -> None:
    key = orjson.dumps(RECORDS[name][0])
    read_key, record = decode(key, None)
    assert (encode_key(read_key), encode_value(record)) == (key, None)
