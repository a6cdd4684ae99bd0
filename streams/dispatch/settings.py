"""The dispatcher's knobs and their defaults. Nothing heavy is imported here: the configuration refers to them."""

from dataclasses import dataclass, field
from datetime import time
from pathlib import Path

from streams.topics import TopicNames

CLIENT_END, ABANDON_END = 1.0, 0.5
"""Seconds that a client of Kafka has to close while Kafka may not answer, and that giving it up may take then."""
OWNER_END = 2 * CLIENT_END + ABANDON_END + 0.5
"""Seconds that a partition's owner has to end: at worst it closes a consumer and then its producer."""


@dataclass(frozen=True, slots=True)
class WatchSettings:
    """How closely people's changes in Xero are followed, for each organisation."""

    day_share: float = 0.1
    """Of the day's calls, what that may cost at most."""
    interval: float = 300.0
    """Seconds between two looks, where the share allows so many."""
    gathering: float = 2.0
    """Seconds for which what Xero's webhook says is gathered before it is looked at; also, our own reply arrives."""


@dataclass(frozen=True, slots=True)
class DriftSettings:
    """The nightly comparison of the ledger with Xero."""

    enabled: bool = True
    at: time = time(2, 30)
    """Of the day, in UTC."""
    days: int = 35
    """Documents that nobody touched for longer are left out."""


@dataclass(frozen=True, slots=True)
class FilesSettings:
    """How the files of shipments are put on documents, for each organisation."""

    day_share: float = 0.3
    """Of the day's calls, what that may cost at most, besides what looks may."""
    read_seconds: float = 30.0
    """Until all of a file that a shipment refers to is there."""
    hold_seconds: float = 60.0
    """How long a file that is read may wait for one of Xero's calls before it is let go of."""


@dataclass(frozen=True, slots=True)
class DispatchSettings:
    """Times in seconds. The defaults are the design's (architecture §4)."""

    group_id: str = "shipledger-dispatch"
    instance_id: str | None = None
    topics: TopicNames = field(default_factory=TopicNames)
    ledger_folder: Path = Path("data/ledger")
    """Where the ledgers' stores are, a folder for each partition; one process has it."""
    batch_size: int = 50
    concurrent_batches: int = 4
    """Batches of one organisation under way at once; Xero allows five calls, one is left for look-ups."""
    start_guard: float = 5.0
    """A write starts at most this long after its intent's commit was begun."""
    lookup_delay: float = 2.0
    """First pause before a write of unknown effect is looked up; doubled from one look-up to the next."""
    intake_wait: float = 1.0
    """How long a request that was taken in waits at most for a ledger transaction that somebody waits for.

    After a kill it is read again; nothing was done with it that is not in the ledger."""
    commit_timeout: float = 10.0
    """How long a ledger transaction may last before its partition is taken for lost."""
    resend_within: float = 300.0
    """How long the same key and bytes may be sent again: Xero keeps a key for six minutes, less a margin."""
    give_up_resend: float = 60.0
    """A lost write that shows no trace for this long is taken for not done and planned anew."""
    retention: float = 400 * 86400.0
    """How long a finished row is remembered; after that the number in Xero is the only fence, and it is looked up."""
    announce_wait: float = 10.0
    """A wait longer than this is announced by a WAITING outcome."""
    watch: WatchSettings = field(default_factory=WatchSettings)
    drift: DriftSettings = field(default_factory=DriftSettings)
    files: FilesSettings = field(default_factory=FilesSettings)
