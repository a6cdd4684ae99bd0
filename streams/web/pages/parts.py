"""What the pages are made from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from mappers.model import Company
from streams.web.pages.connections import ConnectionReader
from streams.web.pages.dead_letters import DeadLetters
from streams.web.pages.door import Doors
from streams.web.pausing import Pauser
from streams.web.ports import DryRunner, FollowingReader, ListReader, LogReader, PauseReader, SnapshotReader
from streams.web.sending import Sender


@dataclass(frozen=True, slots=True)
class PagesParts:
    """`companies` are by id; `new_id` makes ids that nothing else has, `now` is in UTC."""

    companies: Mapping[str, Company]
    logs: LogReader
    snapshots: SnapshotReader
    lists: ListReader
    following: FollowingReader
    doors: Doors
    sender: Sender
    dry_run: DryRunner
    pauses: PauseReader
    pauser: Pauser
    connections: ConnectionReader
    dead_letters: DeadLetters
    new_id: Callable[[], str]
    now: Callable[[], datetime]
