"""What was told to a company by one channel, as it is kept, and what follows from it. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final, Literal
from uuid import UUID, uuid5

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from mappers.model import Cause
from mappers.outbound import AttentionNote
from streams.ops import NoteChannel

MOST_CAUSES_KEPT: Final = 15_000
"""Of one company. A mark takes 15 bytes twice at most, and a record has to fit in a megabyte."""

_NAMES: Final = UUID("7a2a4c1e-64f5-4d0c-9a55-6a4c9d8a1f6e")
_MARK_DIGITS: Final = 12


class OpenNote(BaseModel):
    """A note that is not delivered yet. `marks` are those of its causes, `try_at` is when nobody else is trying."""

    model_config = ConfigDict(frozen=True)

    id: str
    note: AttentionNote
    marks: tuple[str, ...]
    made_at: AwareDatetime
    attempts: int = 0
    try_at: AwareDatetime

    def attempted(self, now: datetime, try_at: datetime) -> "OpenNote":
        """Somebody tries now; nobody else is to before `try_at`.

        One from ahead was made by a clock that was wrong: its age counts from now on, or it would never be too old.
        """
        made_at = min(self.made_at, now)
        return self.model_copy(update={"made_at": made_at, "attempts": self.attempts + 1, "try_at": try_at})

    def put_off(self, try_at: datetime) -> "OpenNote":
        """The attempt failed."""
        return self.model_copy(update={"try_at": try_at})


class Told(BaseModel):
    """`marks` are those of the causes that were told and still stood when somebody last looked."""

    model_config = ConfigDict(frozen=True)

    schema_version: Literal[1] = 1
    channel: NoteChannel
    company_id: str = Field(min_length=1)
    marks: tuple[str, ...] = ()
    told_at: AwareDatetime | None = None
    last_id: str = ""
    open: OpenNote | None = None

    @model_validator(mode="after")
    def _is_of_one_company(self) -> "Told":
        """A note goes to the people of the company that it names."""
        if self.open is not None and self.open.note.data.company_id != self.company_id:
            raise ValueError("the open note is another company's")
        return self

    @property
    def key(self) -> str:
        """The record's key."""
        return f"{self.channel}/{self.company_id}"

    @property
    def next_id(self) -> str:
        """The id of the next note. It follows from what was kept, so two workers give one note one id."""
        return "note_" + uuid5(_NAMES, f"{self.channel}\n{self.company_id}\n{self.last_id}").hex

    def is_due(self, now: datetime, interval: timedelta) -> bool:
        """Whether a note may be made. One from the future was made by a clock that was wrong."""
        return self.told_at is None or not timedelta(0) <= now - self.told_at < interval

    def among(self, standing: Iterable[str]) -> "Told":
        """Without what does not stand any more: what comes back is new again."""
        left = set(standing)
        kept = tuple(each for each in self.marks if each in left)
        return self if kept == self.marks else self.model_copy(update={"marks": kept})

    def new_among(self, standing: Iterable[str]) -> tuple[str, ...]:
        """Of these those that were not told."""
        known = set(self.marks)
        return tuple(each for each in standing if each not in known)

    def opened(self, note: AttentionNote, marks: tuple[str, ...], now: datetime) -> "Told":
        """With a note that is to be delivered."""
        made = OpenNote(id=self.next_id, note=note, marks=marks, made_at=now, try_at=now)
        return self.model_copy(update={"open": made})

    def with_open(self, note: OpenNote) -> "Told":
        """With the open note as it is now."""
        return self.model_copy(update={"open": note})

    def delivered(self, now: datetime) -> "Told":
        """The open note's causes are told."""
        assert self.open is not None  # noqa: S101  # Only an open note is.
        marks = tuple(dict.fromkeys((*self.marks, *self.open.marks)))
        return self.model_copy(update={"marks": marks, "told_at": now, "last_id": self.open.id, "open": None})

    def given_up(self, now: datetime) -> "Told":
        """The open note is not tried any more; what still stands is new to the next one, which has an id of its own."""
        assert self.open is not None  # noqa: S101  # As above.
        return self.model_copy(update={"told_at": now, "last_id": self.open.id, "open": None})


def mark_of(cause: Cause) -> str:
    """By which a cause is known again."""
    parts = (cause.status, cause.code, cause.field, cause.value)
    said = "\0".join(parts).encode("utf-8", "surrogatepass")
    return sha256(said).hexdigest()[:_MARK_DIGITS]


def encode_told(told: Told) -> bytes:
    """Its bytes on Kafka."""
    return told.model_dump_json(exclude_none=True).encode()


def decode_told(value: bytes) -> Told:
    """Read it back. Raises pydantic.ValidationError (a ValueError) for anything else."""
    return Told.model_validate_json(value)
