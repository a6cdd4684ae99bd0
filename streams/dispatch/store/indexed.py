"""What whoever writes tells the store about a record, and what the store tells of an open row."""

from collections.abc import Callable
from typing import NamedTuple

# Microseconds since 1970 (UTC). Earlier times sort as 1970.
Micros = int


class Indexed(NamedTuple):
    """What a row is found by. The store cannot read rows, so the codec's side takes this from the row.

    `numbers` and `xero_ids` are what the row holds: the document it has and the one it is about to have, each with its
    kind. `occurred_at` is when the open request was asked for, `ended_at` when the last one was answered. `size` is for
    whoever fills batches and is only kept. `is_held` says that the open row is not to be worked on until somebody lets
    its company go on: it stands in a queue of its own. A tuple, because a rebuild makes a million of them.
    """

    organisation: str
    state: str
    is_open: bool = False
    is_urgent: bool = False
    is_releasable: bool = False
    numbers: tuple[tuple[str, str], ...] = ()
    xero_ids: tuple[tuple[str, str], ...] = ()
    ended_at: Micros | None = None
    occurred_at: Micros | None = None
    size: int = 0
    is_held: bool = False

    def queues_like(self, other: "Indexed | None") -> bool:
        """Whether both stand in the same queue, so that a row that changes from one to the other keeps its turn."""
        if other is None or self.is_held != other.is_held:
            return False
        return self.is_open == other.is_open and (self.is_held or self.is_urgent == other.is_urgent)


Index = Callable[[bytes, bytes], Indexed | None]
"""Says of a record's key and value what it is found by; None where it is no row. Always the same of the same bytes."""


class WireRecord(NamedTuple):
    """A record as it is in the topic; None as the value is a tombstone. Records that are no rows have no `indexed`."""

    key: bytes
    value: bytes | None
    indexed: Indexed | None = None

    @property
    def size(self) -> int:
        """Its bytes."""
        return len(self.key) + len(self.value or b"")


class OpenRow(NamedTuple):
    """What is known of an open row without reading it."""

    key: bytes
    state: str
    is_urgent: bool
    occurred_at: Micros | None
    size: int
