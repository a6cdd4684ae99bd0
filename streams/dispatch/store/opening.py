"""Opens a store, and empties it where what is on the disk cannot be believed."""

from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import structlog

from streams.dispatch.store import layout
from streams.dispatch.store.database import Database, StoreMemory
from streams.dispatch.store.errors import StoreDamagedError
from streams.dispatch.store.indexed import Index, Micros
from streams.dispatch.store.ledger_store import LedgerStore
from streams.dispatch.store.meta import Identity, Meta

_log = structlog.get_logger(__name__)

# Kafka drops a tombstone `delete.retention.ms` after its compaction at the earliest. Whoever was away for longer may
# never learn that a row is gone; KIP-1259 gives Kafka Streams a like limit. The rest is for catching up.
_TRUSTED = Fraction(8, 10)
# How much a clock may be set back without every store being rebuilt for it.
_CLOCK_TOLERANCE: Micros = 60 * 1_000_000


class Emptied(StrEnum):
    """Why a store was emptied and has to be rebuilt from offset 0."""

    NEW = "new"
    UNFINISHED = "unfinished"
    OTHER_LOG = "other_log"
    OTHER_LAYOUT = "other_layout"
    TOO_OLD = "too_old"
    UNREADABLE = "unreadable"


class Opened(NamedTuple):
    """A store, and why it was emptied; None where it goes on from its position."""

    store: LedgerStore
    emptied: Emptied | None


class Trust(NamedTuple):
    """What a store on the disk must fit: the log, the time, and how long the log keeps tombstones."""

    identity: Identity
    now: Micros
    delete_retention: Micros


def open_store(folder: Path, trust: Trust, memory: StoreMemory, index: Index) -> Opened:
    """The store in `folder`, whose parent must exist. Raises StoreError where the folder cannot be used at all."""
    try:
        opened = _opened(Database(folder, memory), trust, index)
    except StoreDamagedError:
        opened = Opened(_empty(Database(folder, memory), trust, index), Emptied.UNREADABLE)
    if opened.emptied is not None:
        _log.info("ledger_store_emptied", folder=str(folder), reason=opened.emptied.value)
    return opened


def _opened(database: Database, trust: Trust, index: Index) -> Opened:
    try:
        found = _believed(database, trust)
        if isinstance(found, Meta):
            return Opened(LedgerStore(database, found, index), None)
        if found is not Emptied.NEW:
            database.recreate()
        return Opened(_empty(database, trust, index), found)
    except BaseException:
        database.close()
        raise


def _empty(database: Database, trust: Trust, index: Index) -> LedgerStore:
    return LedgerStore(database, Meta(trust.identity), index, is_empty=True)


def _believed(database: Database, trust: Trust) -> Meta | Emptied:
    value = database.get(layout.META)
    if value is None:
        is_empty = next(database.scan(b"\x00", b"\xff"), None) is None
        return Emptied.NEW if is_empty else Emptied.UNFINISHED
    meta = Meta.decoded(value)
    if meta is None:
        return Emptied.OTHER_LAYOUT
    if meta.identity != trust.identity:
        return Emptied.OTHER_LOG
    return meta if _is_fresh(meta, trust) else Emptied.TOO_OLD


def _is_fresh(meta: Meta, trust: Trust) -> bool:
    """Whether no tombstone can have been dropped since. A time in the future tells nothing about the age."""
    if meta.equal_at is None:
        return False
    return -_CLOCK_TOLERANCE <= trust.now - meta.equal_at <= _TRUSTED * trust.delete_retention
