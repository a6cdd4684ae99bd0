"""A dead letter sent again: whether it can be, and what is published then."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from mappers.inbound.dead_letter import DLQ_PREFIX
from mappers.model import LONGEST_NAME, read_time

SENT_AGAIN_HEADER: Final = "shipledger.sent_again"

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


class SentAgain(BaseModel):
    """Who sent a letter again, and when; a header of the record, whose own time is its first. `by` may be empty."""

    model_config = ConfigDict(frozen=True)

    by: str = Field(default="", max_length=LONGEST_NAME)
    at: AwareDatetime


def sent_again_header(again: SentAgain) -> tuple[str, bytes]:
    """The header that says so."""
    return SENT_AGAIN_HEADER, again.model_dump_json().encode()


def sent_again(headers: Headers) -> SentAgain | None:
    """Who sent the record again; None of one that nobody did, or where the header cannot be read."""
    said = next((value for name, value in headers if name == SENT_AGAIN_HEADER), None)
    if said is None:
        return None
    try:
        return SentAgain.model_validate_json(said)
    except ValidationError:
        return None


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

    Who sent it again before is left out. An event that says no revision is ordered by its record's time: with its
    letter's it would pass for a newer one.
    """
    own = tuple(
        (name, value) for name, value in headers if not name.startswith(DLQ_PREFIX) and name != SENT_AGAIN_HEADER
    )
    return Redriven(letter_header(headers, "topic"), own, _first_recorded(headers) or letter_at)


def _first_recorded(headers: Headers) -> datetime | None:
    """None where it was not known, or the letter is older than the header."""
    try:
        return read_time(letter_header(headers, "recorded_at"))
    except ValueError:
        return None
