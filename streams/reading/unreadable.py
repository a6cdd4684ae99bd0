"""What stands in the place of records that cannot be read."""

from dataclasses import dataclass
from typing import Self

from mappers.inbound import Poison, PoisonReason


@dataclass(frozen=True, slots=True)
class Fault:
    """Why the records of the offsets `first` to `last` cannot be read, and what they are on the broker.

    `stored_bytes` and `stored_sha256` are of the bytes as the broker has them: of one record, or of its whole batch
    where the records cannot be told apart.
    """

    reason: PoisonReason
    message: str
    first: int
    last: int
    stored_bytes: int
    stored_sha256: str


class Unreadable(bytes):
    """The value of a record that could not be read: empty, so that whoever does not know it finds nothing in it.

    A type and not a header, because a sender can write any header.
    """

    fault: Fault

    def __new__(cls, fault: Fault) -> Self:
        """Empty bytes that know the fault."""
        made = super().__new__(cls)
        made.fault = fault
        return made


def poison_of(value: bytes | None) -> Poison | None:
    """Why the record goes aside, where its value could not be read."""
    return Poison(value.fault.reason, value.fault.message) if isinstance(value, Unreadable) else None


def first_offset(value: bytes | None, offset: int) -> int:
    """Where it begins: an unreadable one has the offset of its end, so that nobody who goes on meets it again."""
    return value.fault.first if isinstance(value, Unreadable) else offset


def description_of(value: bytes | None) -> list[tuple[str, bytes | None]]:
    """Headers for the dead letter of what could not be read: how much it is, and what it is known by."""
    if not isinstance(value, Unreadable):
        return []
    fault = value.fault
    found = {"last_offset": fault.last, "value_bytes": fault.stored_bytes, "value_sha256": fault.stored_sha256}
    return [(f"dlq.{name}", str(each).encode()) for name, each in found.items()]
