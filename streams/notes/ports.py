"""What telling needs of others: what waits, what was told, somebody who listens, and who counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from mappers.model import AffectedPage, Cause, Following
from mappers.outbound import AttentionNote
from streams.notes.told import Told
from streams.ops import NoteChannel, NoteResult


class MemoryAwayError(Exception):
    """What was told cannot be read or kept at present; the message says why."""


class Attention(Protocol):
    """What waits for people; the projection's store has these methods."""

    def standing(self, company_id: str, most: int) -> Mapping[Cause, int]:
        """How many shipments stand under each of the company's causes, of `most` causes at most."""
        ...

    def affected(self, company_id: str, cause: Cause, *, limit: int) -> AffectedPage:
        """The cause as a group, with its first shipments."""
        ...


class Follows(Protocol):
    """Says how fresh that is."""

    def following(self) -> Following:
        """How far everything is folded."""
        ...


class Memory(Protocol):
    """What was told, to all companies by all channels, whichever worker told it."""

    async def read(self) -> None:
        """Know everything that was kept before the call. Raises MemoryAwayError."""
        ...

    def told(self, channel: NoteChannel, company_id: str) -> Told:
        """What was last kept of the company; an empty one where nothing was."""
        ...

    async def keep(self, told: Told) -> None:
        """Return when it is durable. Raises MemoryAwayError, and then it may be kept nevertheless."""
        ...


class Result(StrEnum):
    """What became of an attempt."""

    DELIVERED = "delivered"
    REFUSED = "refused"
    """The receiver takes others, and not this one."""
    AWAY = "away"
    """The receiver takes none at present."""
    GONE = "gone"
    """The receiver says that it wants none any more."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of an attempt, why, and for how many seconds the receiver asked for peace."""

    result: Result
    reason: str = ""
    retry_after: float = 0.0


class Channel(Protocol):
    """A way to people. An attempt is bounded in time and never raises what a receiver does."""

    @property
    def name(self) -> NoteChannel:
        """Which one."""
        ...

    def reaches(self, company_id: str) -> bool:
        """Whether anybody listens for the company."""
        ...

    async def send(self, note_id: str, note: AttentionNote) -> Delivery:
        """Send it once."""
        ...


class NoteMetrics(Protocol):
    """What is shown of it."""

    def note(self, channel: NoteChannel, result: NoteResult) -> None:
        """Count what became of an attempt, or of a note."""
        ...

    def notes_open(self, channel: NoteChannel, count: int, oldest_seconds: float) -> None:
        """Set how many notes are not delivered yet, and how old the oldest is."""
        ...
