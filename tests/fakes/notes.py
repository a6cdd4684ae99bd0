"""What a teller needs, in memory: what was told, people who listen, companies that are ours, and a clock."""

from datetime import datetime, timedelta

from mappers.outbound import AttentionNote
from streams.notes import Delivery, Result
from streams.notes.ports import MemoryAwayError
from streams.notes.told import Told
from streams.ops import NoteChannel, NoteResult
from tests.builders import OCCURRED_AT

DELIVERED = Delivery(Result.DELIVERED)


class ToldMemory:
    """The port `Memory`. `loses` are the next records that are kept although the caller hears otherwise."""

    def __init__(self) -> None:
        self.kept: list[Told] = []
        self.is_away = False
        self.refuses_after: int | None = None
        """How many records it takes before it is away; None: all."""

    async def read(self) -> None:
        if self.is_away:
            raise MemoryAwayError("no broker answers")

    def told(self, channel: NoteChannel, company_id: str) -> Told:
        newest = [each for each in self.kept if (each.channel, each.company_id) == (channel, company_id)]
        return newest[-1] if newest else Told(channel=channel, company_id=company_id)

    async def keep(self, told: Told) -> None:
        if self.is_away or (self.refuses_after is not None and len(self.kept) >= self.refuses_after):
            raise MemoryAwayError("no broker answers")
        self.kept.append(told)


class Listener:
    """The port `Channel`: gives each attempt the next of `answers`, and then takes everything."""

    def __init__(self, *answers: Delivery, name: NoteChannel = NoteChannel.WEBHOOK) -> None:
        self.name = name
        self.answers = list(answers)
        self.attempts: list[tuple[str, AttentionNote]] = []
        self.heard: list[tuple[str, AttentionNote]] = []

    def reaches(self, company_id: str) -> bool:
        return company_id != "unreached"

    async def send(self, note_id: str, note: AttentionNote) -> Delivery:
        self.attempts.append((note_id, note))
        answer = self.answers.pop(0) if self.answers else DELIVERED
        if answer.result is Result.DELIVERED:
            self.heard.append((note_id, note))
        return answer


class NoteCounts:
    """The port `NoteMetrics`."""

    def __init__(self) -> None:
        self.results: list[NoteResult] = []
        self.open: tuple[int, float] = (0, 0.0)

    def note(self, channel: NoteChannel, result: NoteResult) -> None:
        del channel
        self.results.append(result)

    def notes_open(self, channel: NoteChannel, count: int, oldest_seconds: float) -> None:
        del channel
        self.open = (count, oldest_seconds)


class HandClock:
    """Moves when it is told to."""

    def __init__(self) -> None:
        self.now = OCCURRED_AT + timedelta(hours=1)

    def __call__(self) -> datetime:
        return self.now

    def seconds(self) -> float:
        return (self.now - OCCURRED_AT).total_seconds()

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)
