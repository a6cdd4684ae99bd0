"""Keys are kept by the thousand: each takes what it is long, and not the buffer that it was written into."""

import tracemalloc

from streams.dispatch.ledger.codec import encode_key
from streams.dispatch.ledger.records import RowKey

KEYS = 1000


def test_a_thousand_keys_take_little_more_than_their_bytes() -> None:
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        keys = [encode_key(RowKey("8a1c0a3e-0f6b-4a57-9c3b-2f1f6b1d9e11", "c", f"SHP-{each}")) for each in range(KEYS)]
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (after - before) / len(keys) < 300
