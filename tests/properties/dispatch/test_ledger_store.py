"""A model of the ledger's topic and of two machines that own its partition in turn, each with a store on its disk.

Whatever happened (commits, aborts, crashes between the commit and the write, compaction, months of absence), the store
of the owner must say what the log says.
"""

import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from streams.dispatch.store import (
    Identity,
    Indexed,
    LedgerStore,
    Micros,
    PendingRows,
    RowReader,
    StoreMemory,
    Trust,
    WireRecord,
    open_store,
)
from tests.contract.dispatch.rows import ORG, WEEK, gone, index, other, row
from tests.fakes.row_store import MemoryRowStore

LOG = Identity("cluster", "ledger", 0)
HOUR: Micros = 3600 * 1_000_000
MACHINES = ("left", "right")
NUMBERS = ("inv-1", "inv-2")
STATES = ("pending", "sending", "waiting", "done", "rejected")
ENDED = 10**6


@dataclass
class Message:
    """A committed record in the log."""

    offset: int
    key: bytes
    value: bytes | None
    written_at: Micros


@dataclass
class CompactedLog:
    """The partition of the ledger's topic, read committed. `truth` is what a reader from the beginning must get."""

    messages: list[Message] = field(default_factory=list)
    end: int = 0
    truth: dict[bytes, bytes] = field(default_factory=dict)

    def commit(self, records: list[WireRecord], now: Micros) -> int:
        """A transaction; returns the position after it. Its marker takes an offset too."""
        for record in records:
            self.messages.append(Message(self.end, record.key, record.value, now))
            self.end += 1
            self.truth.pop(record.key, None)
            if record.value is not None:
                self.truth[record.key] = record.value
        self.end += 1
        return self.end

    def abort(self, records: int) -> None:
        """Offsets that no reader sees."""
        self.end += records + 1

    def compact(self, before: int, now: Micros, delete_retention: Micros) -> None:
        """Keep the newest of each key, and no tombstone that is old enough, below an offset."""
        newest = {each.key: each.offset for each in self.messages}
        self.messages = [
            each
            for each in self.messages
            if each.offset >= before
            or (
                newest[each.key] == each.offset and (each.value is not None or each.written_at + delete_retention > now)
            )
        ]

    def since(self, offset: int) -> list[Message]:
        """What a consumer reads from an offset on."""
        return [each for each in self.messages if each.offset >= offset]


@st.composite
def records(draw: st.DrawFn) -> WireRecord:
    """A row, a row's tombstone, or a record of another kind; few names, so that they meet."""
    name = draw(st.sampled_from("abcd"))
    match draw(st.sampled_from(("row", "row", "row", "gone", "intent"))):
        case "gone":
            return gone(name)
        case "intent":
            return other("intent", name, draw(st.sampled_from((None, b"1", b"2"))))
        case _:
            return _row(draw, name)


def _row(draw: st.DrawFn, name: str) -> WireRecord:
    held = tuple(("invoice", each) for each in draw(st.sets(st.sampled_from(NUMBERS))))
    state = draw(st.sampled_from(STATES))
    return row(
        name,
        state,
        is_held=state == "waiting" and draw(st.booleans()),
        is_urgent=draw(st.booleans()),
        is_releasable=draw(st.booleans()),
        numbers=held,
        xero_ids=held,
        occurred_at=draw(st.none() | st.integers(0, 9)),
        ended_at=draw(st.none() | st.integers(0, ENDED)),
    )


STEPS = st.lists(records(), max_size=5)


class LedgerStoreModel(RuleBasedStateMachine):
    """Time stands still but for `wait`."""

    trusts_any_age = False

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp(prefix="shipledger-store-"))
        self.memory = StoreMemory(kept=600)
        self.log = CompactedLog()
        self.now: Micros = 100 * WEEK
        self.owner: LedgerStore | None = None
        self.pending: PendingRows | None = None

    @rule(machine=st.sampled_from(MACHINES), chunk=st.integers(1, 4))
    def take_over(self, machine: str, chunk: int) -> None:
        """A machine becomes the owner, also the same one again: it goes on from its disk, or rebuilds."""
        self.crash()
        retention = 10**9 * WEEK if self.trusts_any_age else WEEK
        store, emptied = open_store(self.root / machine, Trust(LOG, self.now, retention), self.memory, index)
        if emptied is None:
            self._catch_up(store, chunk)
        else:
            load = store.rebuild()
            load.add((each.key, each.value) for each in self.log.since(0))
            load.finish(index, self.log.end, self.now)
        self.owner, self.pending = store, PendingRows(store)

    @precondition(lambda self: self.owner is not None)
    @rule(step=STEPS)
    def commit(self, step: list[WireRecord]) -> None:
        """A step goes all the way."""
        self.submit(step)
        self.commit_submitted()

    @precondition(lambda self: self.owner is not None)
    @rule(step=STEPS)
    def submit(self, step: list[WireRecord]) -> None:
        """A step waits for its transaction."""
        assert self.pending is not None
        self.pending.submit(step)

    @precondition(lambda self: self.owner is not None)
    @rule()
    def commit_submitted(self) -> None:
        """One transaction for all that waits."""
        assert self.owner is not None
        assert self.pending is not None
        last = self.pending.submit(())
        step = self.pending.upto(last)
        position = self.log.commit(list(step), self.now)
        self.owner.apply(step, position, self.now)
        self.pending.committed(last)

    @precondition(lambda self: self.owner is not None)
    @rule(step=STEPS)
    def crash_after_the_commit(self, step: list[WireRecord]) -> None:
        """The log has the step, the disk has not."""
        self.log.commit(step, self.now)
        self.crash()

    @rule(records=st.integers(0, 3))
    def abort(self, records: int) -> None:
        """A transaction that failed drops the owner's memory."""
        self.log.abort(records)
        self.crash()

    @rule()
    def crash(self) -> None:
        """Nobody owns the partition. What is closed is what a killed process leaves: nothing waits in memory."""
        if self.owner is not None:
            self.owner.close()
        self.owner = self.pending = None

    @rule(hours=st.sampled_from((1, 24, 100, 200)))
    def wait(self, hours: int) -> None:
        """Time passes. An owner that is there notes with every commit that it equals the log."""
        self.now += hours * HOUR

    @rule(share=st.floats(0, 1))
    def compact(self, share: float) -> None:
        """Kafka compacts all but its newest messages."""
        self.log.compact(int(self.log.end * share), self.now, WEEK)

    @invariant()
    def the_store_says_what_the_log_says(self) -> None:
        """Asked for everything, against a ledger made of the log's truth."""
        if self.owner is None or self.pending is None:
            return
        truth = [WireRecord(key, value, index(key, value)) for key, value in self.log.truth.items()]
        expected = MemoryRowStore()
        expected.apply(truth, 0)
        assert self.owner.position == self.log.end
        assert _answers(self.owner) == _answers(expected)
        expected.apply(self.pending.upto(10**9), 0)
        assert _answers(self.pending, most=0) == _answers(expected, most=0)

    def teardown(self) -> None:
        self.crash()
        shutil.rmtree(self.root)

    def _catch_up(self, store: LedgerStore, chunk: int) -> None:
        """As a consumer does: some messages at a time, and only the last ones reach the end."""
        messages = self.log.since(store.position)
        for start in range(0, len(messages), chunk):
            part = messages[start : start + chunk]
            store.apply([_as_record(each) for each in part], part[-1].offset + 1)
        store.apply((), self.log.end, self.now)


def _as_record(message: Message) -> WireRecord:
    indexed: Indexed | None = None if message.value is None else index(message.key, message.value)
    return WireRecord(message.key, message.value, indexed)


def _answers(reader: RowReader, most: int = 9) -> object:
    """Everything that can be asked. The order of arrival is not in the log, so the queues are compared as sets."""
    queues = [sorted(reader.open_rows(ORG, urgent=each)) for each in (True, False)]
    queues.append(sorted(reader.held_rows(ORG)))
    by_number = [reader.holders_by_number(ORG, "invoice", each) for each in NUMBERS]
    by_id = [reader.holders_by_id(ORG, "invoice", each) for each in NUMBERS]
    counts = (reader.depths(ORG), reader.oldest(), reader.organisations_with_work())
    ended = (list(reader.releasable_keys(ORG)), reader.ended_before(ENDED, most))
    return list(reader.scan(b"")), queues, by_number, by_id, counts, ended


TestLedgerStore = LedgerStoreModel.TestCase
TestLedgerStore.settings = settings(stateful_step_count=30)


def test_without_the_age_limit_a_deleted_row_comes_back() -> None:
    """The model notices what the limit is there for."""

    class Reckless(LedgerStoreModel):
        trusts_any_age = True

    for model, comes_back in ((Reckless(), True), (LedgerStoreModel(), False)):
        model.take_over("left", 1)
        model.commit([row("a")])
        model.take_over("right", 1)
        model.commit([gone("a")])
        model.wait(200)
        model.compact(1.0)
        model.take_over("left", 1)
        assert model.owner is not None
        assert (model.owner.row(row("a").key) is not None) is comes_back
        model.teardown()
