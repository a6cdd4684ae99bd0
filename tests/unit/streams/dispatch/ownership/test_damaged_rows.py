"""A store that catches up over rows that somebody damaged while nobody served it: each is told of, whatever happens."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiokafka import TopicPartition

from streams.dispatch.ledger import rows
from streams.dispatch.ledger.codec import OWNER_KEY, encode_key
from streams.dispatch.ledger.ledger import Ledger
from streams.dispatch.ledger.ledger_transaction import LedgerTransaction
from streams.dispatch.ledger.records import OWNER, RowKey
from streams.dispatch.ownership.intake import RequestIntake
from streams.dispatch.ownership.restore import read_up
from streams.dispatch.ownership.stores import HeldStore, PartitionStores
from streams.dispatch.store import Identity, Trust
from streams.topics import DOCUMENT_LEDGER
from tests.unit.streams.dispatch.harness import Harness
from tests.unit.streams.dispatch.requests import numbered
from tests.unit.streams.dispatch.test_unreadable_ledger import DAMAGE, key_of

LEDGER = TopicPartition(DOCUMENT_LEDGER, 0)


@dataclass(frozen=True)
class Message:
    """A record of the topic."""

    offset: int
    key: bytes
    value: bytes | None


@dataclass
class Log:
    """The ledger's topic in memory, and its reader."""

    messages: list[Message] = field(default_factory=list)
    topic: TopicPartition = LEDGER
    first: int = 0
    read: list[int] = field(default_factory=list)
    """Where reading began."""

    @property
    def end(self) -> int:
        return len(self.messages)

    def on_step(self) -> None:
        """Nobody watches."""

    async def since(self, offset: int) -> AsyncIterator[Sequence[Message]]:
        self.read.append(offset)
        await asyncio.sleep(0)
        yield self.messages[offset:]

    def append(self, key: bytes, value: bytes | None) -> None:
        self.messages.append(Message(self.end, key, value))


class Worker:
    """Restores the partition on one disk, again and again."""

    def __init__(self, harness: Harness, folder: Path) -> None:
        self.harness = harness
        self.log = Log()
        self.stores = PartitionStores(folder)

    async def restored(self) -> tuple[HeldStore, Ledger]:
        """As at a take-over."""
        now = int(self.harness.clock.utc().timestamp() * 1_000_000)
        trust = Trust(Identity("cluster", DOCUMENT_LEDGER, 0), now, delete_retention=7 * 86_400_000_000)
        held = await self.stores.open(0, trust, self.log.on_step)
        ledger = await read_up(held, self.log, self.harness.clock.utc())  # type: ignore[arg-type]  # As far as it is used.
        RequestIntake(0, 1, "test", self.harness.metrics, self.harness.clock.utc).replacement(ledger)
        return held, ledger

    async def commit(self, ledger: Ledger, transaction: LedgerTransaction) -> LedgerTransaction:
        """Into the topic, and into the store."""
        at, step = self.harness.clock.utc(), ledger.submit(transaction)
        for each in transaction.wire.values():
            self.log.append(each.key, each.value)
        await ledger.committed(step, self.log.end, at)
        return transaction


@pytest.fixture
async def worker(tmp_path: Path) -> Any:
    """Its store has two finished rows, and then it is away."""
    harness = Harness()
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1), numbered(2)])
        await harness.answered(2)
    made = Worker(harness, tmp_path)
    for key, value in harness.topic.ledger.items():
        made.log.append(key, value)
    held, ledger = await made.restored()
    await made.commit(ledger, LedgerTransaction(records={OWNER: ledger.marked("first")}))
    held.close()
    return made


def damaged(worker: Worker, damage: Callable[[bytes], bytes], key: RowKey) -> bytes:
    """Somebody writes over the row."""
    stored = encode_key(key)
    value = damage(next(each.value for each in worker.log.messages if each.key == stored and each.value) or b"")
    worker.log.append(stored, value)
    return value


def mark(ledger: Ledger) -> LedgerTransaction:
    """What a take-over writes first."""
    return LedgerTransaction(records={OWNER: ledger.marked("next")})


# The others are no fault of the index, and stay as they are until they are used.
FOUND = [name for name in DAMAGE if name != "a field of the wrong type"]


@pytest.mark.parametrize("name", FOUND)
async def test_what_the_row_before_knew_stays_and_the_damaged_one_is_told(worker: Worker, name: str) -> None:
    damaged(worker, DAMAGE[name], key_of(1))
    held, ledger = await worker.restored()
    assert worker.log.read[-1] > 0, "it caught up"
    row = ledger.rows[key_of(1)]
    assert row.lost
    assert row.synced is not None
    assert row.synced.ref.number == "INV-00001"
    assert not ledger.rows[key_of(2)].lost
    transaction = await worker.commit(ledger, LedgerTransaction(records={key_of(1): row}))
    (letter,) = transaction.dead_letters
    assert letter.key == encode_key(key_of(1))
    held.close()


async def test_a_damaged_row_is_found_again_by_whoever_begins_before_it_was_told(worker: Worker) -> None:
    """The store has something else in its place, and the worker died before it said why."""
    value = damaged(worker, DAMAGE["empty"], key_of(1))
    for _ in range(3):
        held, ledger = await worker.restored()
        await worker.commit(ledger, mark(ledger))
        held.close()
    held, ledger = await worker.restored()
    (record,) = ledger.unreadable.take(10)
    assert (record.key, record.value) == (encode_key(key_of(1)), value)
    held.close()


async def test_a_store_is_believed_again_when_all_are_told(worker: Worker) -> None:
    damaged(worker, DAMAGE["empty"], key_of(1))
    held, ledger = await worker.restored()
    row = ledger.rows[key_of(1)]
    transaction = await worker.commit(ledger, LedgerTransaction(records={key_of(1): row, **mark(ledger).records}))
    assert len(transaction.dead_letters) == 1
    held.close()
    held, ledger = await worker.restored()
    assert not held.was_rebuilt
    assert ledger.unreadable.all_taken
    held.close()


async def test_what_is_taken_to_be_told_is_not_told_before_it_is_committed(worker: Worker) -> None:
    damaged(worker, DAMAGE["empty"], key_of(1))
    held, ledger = await worker.restored()
    before = mark(ledger)
    at, step = worker.harness.clock.utc(), ledger.submit(before)
    ledger.submit(LedgerTransaction(records={key_of(1): ledger.rows[key_of(1)]}))  # Its owner dies before the commit.
    for each in before.wire.values():
        worker.log.append(each.key, each.value)
    await ledger.committed(step, worker.log.end, at)
    held.close()
    held, ledger = await worker.restored()
    assert held.was_rebuilt
    assert len(ledger.unreadable.take(10)) == 1
    held.close()


async def test_those_beyond_what_is_kept_are_found_at_the_next_start(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "MOST_UNREADABLE", 1)
    for index in (1, 2):
        damaged(worker, DAMAGE["empty"], key_of(index))
    told: list[bytes] = []
    for _ in range(2):
        held, ledger = await worker.restored()
        (record,) = ledger.unreadable.take(10)
        told.append(record.key)
        key = key_of(1) if record.key == encode_key(key_of(1)) else key_of(2)
        await worker.commit(ledger, LedgerTransaction(records={key: ledger.rows[key], **mark(ledger).records}))
        held.close()
    assert set(told) == {encode_key(key_of(index)) for index in (1, 2)}


async def test_a_damaged_mark_of_the_owner_is_told_when_the_next_owner_writes_over_it(worker: Worker) -> None:
    worker.log.append(OWNER_KEY, b'{"owners":7}')
    held, ledger = await worker.restored()
    transaction = await worker.commit(ledger, mark(ledger))
    (letter,) = transaction.dead_letters
    assert (letter.key, letter.value) == (OWNER_KEY, b'{"owners":7}')
    held.close()
