"""A dead letter sent again: whether it can be, and what is published then."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from mappers.inbound.dead_letter import DLQ_PREFIX
from mappers.model import read_time

Headers = Sequence[tuple[str, bytes | None]]


@dataclass(frozen=True, slots=True)
class Redriven:
    """What was put aside, as it was: its topic, its own headers, its first time (None where no time is known)."""

    topic: str
    headers: Headers
    recorded_at: datetime | None


def letter_header(headers: Headers, name: str) -> str:
    """The text of a letter's `dlq.` header; empty where it has none."""
    return next((value.decode(errors="replace") for key, value in headers if key == DLQ_PREFIX + name and value), "")


def why_not_again(headers: Headers, topics: Collection[str]) -> str:
    """Why the letter cannot be sent again; empty where it can. `topics`: those that others may write to.

    What lies in those is only asked for; in all others Shipledger's own word would be changed.
    """
    if (topic := letter_header(headers, "topic")) not in topics:
        where = topic or "a topic that is not named"
        return f"from {where}, where Shipledger alone writes; send the shipment again with Sync Now"
    # Of a record that did not fit, or could not be read, only sizes and hashes are in its dead letter.
    kept_out = letter_header(headers, "value_sha256")
    return "the value was too large, or unreadable, and was not kept" if kept_out else ""


def redriven(headers: Headers, letter_at: datetime | None) -> Redriven:
    """The record as it was before it went aside. `letter_at`: when the letter was recorded.

    An event that says no revision is ordered by its record's time: with its letter's it would pass for a newer one.
    """
    own = tuple((name, value) for name, value in headers if not name.startswith(DLQ_PREFIX))
    return Redriven(letter_header(headers, "topic"), own, _first_recorded(headers) or letter_at)


def _first_recorded(headers: Headers) -> datetime | None:
    """None where it was not known, or the letter is older than the header."""
    try:
        return read_time(letter_header(headers, "recorded_at"))
    except ValueError:
        return None
