"""The projection's disk in memory."""

from collections.abc import Iterator


class MemoryKeyValue:
    """An ordered map of bytes that passes the same suite as RocksDB (`tests/contract/test_log_store.py`)."""

    def __init__(self) -> None:
        self._rows: dict[bytes, bytes] = {}

    def get(self, key: bytes) -> bytes | None:
        return self._rows.get(key)

    def scan(self, prefix: bytes, start: bytes = b"", most: int | None = None) -> Iterator[tuple[bytes, bytes]]:
        found = sorted(pair for pair in self._rows.items() if pair[0].startswith(prefix) and pair[0] >= start)
        return iter(found[:most])

    def write(self, changes: dict[bytes, bytes | None]) -> None:
        for key, value in changes.items():
            if value is None:
                self._rows.pop(key, None)
            else:
                self._rows[key] = value

    def reset(self) -> None:
        self._rows.clear()

    def close(self) -> None:
        return
