"""What the projection needs of a disk: ordered bytes, and writes that are all or nothing."""

from collections.abc import Iterator
from typing import Protocol


class StoreError(Exception):
    """The store cannot be used. `code` is stable; the message says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class StoreDamagedError(StoreError):
    """What is on the disk cannot be read; it can be rebuilt from the topics."""

    def __init__(self, message: str) -> None:
        super().__init__("projection_damaged", message)


class KeyValue(Protocol):
    """An ordered map of bytes. Every method may raise StoreError."""

    def get(self, key: bytes) -> bytes | None:
        """The value, or None."""
        ...

    def scan(self, prefix: bytes, start: bytes = b"", most: int | None = None) -> Iterator[tuple[bytes, bytes]]:
        """The pairs whose key begins with `prefix` and is not below `start`, by key; the first `most` of them."""
        ...

    def write(self, changes: dict[bytes, bytes | None]) -> None:
        """Put the values, delete where None: all of it or, after a crash at any moment, nothing."""
        ...

    def reset(self) -> None:
        """Start anew, empty."""
        ...

    def close(self) -> None:
        """Close the files. Closing again does nothing."""
        ...
