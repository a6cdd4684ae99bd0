"""A dead letter as the pages show it: bounded, however long its record's key and headers are, and legible."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from mappers.inbound import letter_header, why_not_again
from mappers.model import excerpt, read_time, rfc3339, visible

SHOWN_BYTES: Final = 4_000
LONGEST_KEY: Final = 600
"""Characters: two ids of 255 and what stands between them; by it a shipment's letters are found."""
LONGEST_TEXT: Final = 1_000


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter. `value` is the beginning of its bytes as text; `why_not_again`: empty where it can be sent."""

    partition: int
    offset: int
    key: str
    reason: str
    message: str
    failed_at: str
    came_from: str
    value: str
    size: int
    why_not_again: str
    content: bytes = b""
    """All of its bytes, where it was asked for by itself."""

    @property
    def company_id(self) -> str:
        """Whose it is, as its key says; empty where it says nothing."""
        company, slash, _ = self.key.partition("/")
        return company if slash else ""


def letter_of(record: Any, open_to_others: Collection[str]) -> Letter:
    """The letter in a record of aiokafka's. `open_to_others`: the topics to which letters may be sent again."""
    value = record.value or b""
    return Letter(
        partition=record.partition,
        offset=record.offset,
        key=excerpt((record.key or b"").decode(errors="replace"), LONGEST_KEY),
        reason=_header(record, "reason"),
        message=_header(record, "message"),
        failed_at=_time_in(record, "failed_at"),
        came_from="/".join(_header(record, part) for part in ("topic", "partition", "offset")),
        value=value[:SHOWN_BYTES].decode(errors="backslashreplace"),
        size=len(value),
        why_not_again=visible(why_not_again(record.headers, open_to_others), LONGEST_TEXT),
    )


def _header(record: Any, name: str) -> str:
    return visible(letter_header(record.headers, name), LONGEST_TEXT)


def _time_in(record: Any, name: str) -> str:
    """Empty where it is none: whoever may write to the topic writes what they like."""
    try:
        return rfc3339(read_time(letter_header(record.headers, name)))
    except ValueError:
        return ""
