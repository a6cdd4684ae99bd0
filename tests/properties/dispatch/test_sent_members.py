"""What is being sent is told by the intent, and the row's snapshot is in the topic once.

Whatever happens to two shipments, and wherever a worker dies, a new owner has each row as it was committed: also where
the version before wrote some of it, whose intents tell nothing and who wrote the rows instead.
"""

import asyncio
from datetime import UTC, datetime
from typing import cast

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from mappers.model.company import DocumentType
from mappers.model.outcome import Action
from streams.dispatch.ledger.codec import encode_key, encode_value
from streams.dispatch.ledger.group_commit import GroupCommit
from streams.dispatch.ledger.ledger import Ledger
from streams.dispatch.ledger.ledger_transaction import LedgerTransaction
from streams.dispatch.ledger.records import Intent, NumberReservation, Row, RowKey, State, WaitReason
from streams.dispatch.ledger.transitions import Refusal
from streams.dispatch.ledger.update import LedgerUpdate
from streams.dispatch.store import WireRecord
from streams.ops.labels import LaneState
from tests.unit.streams.dispatch.harness import Topic
from tests.unit.streams.dispatch.ledger.test_transitions import DOCUMENT
from tests.unit.streams.dispatch.requests import numbered
from xero_client.port import Operation

NOW = datetime(2026, 11, 20, tzinfo=UTC)
FIRST = numbered(1)
KEYS = [RowKey(FIRST.organisation, FIRST.company_id, f"SHP-{number:05}") for number in (1, 2)]
ONE = st.sampled_from((0, 1))
COMMITTED = st.sampled_from((0, 1, 9))
SOME = st.sampled_from(((0,), (1,), (0, 1)))


class Queue:
    """The group commit as far as an update needs it: what is submitted waits until a test commits it."""

    def __init__(self, ledger: Ledger, *, is_old: bool) -> None:
        self.ledger = ledger
        self.is_old = is_old
        self.waiting: list[LedgerTransaction] = []

    def submit(self, transaction: LedgerTransaction, *, deferred: bool = False) -> "asyncio.Future[None]":
        assert not deferred
        records = dict(transaction.records)
        self.ledger.submit(transaction)
        if self.is_old:
            wire = [WireRecord(encode_key(key), encode_value(record)) for key, record in records.items()]
            transaction.wire = {each.key: each for each in wire}
        self.waiting.append(transaction)
        return cast("asyncio.Future[None]", None)


class SentMembers(RuleBasedStateMachine):
    """One partition, two shipments, and the batches that they go with."""

    def __init__(self) -> None:
        super().__init__()
        self.topic = Topic()
        self.revisions = [0, 0]
        self.batches = 0
        self.is_old = False
        self.take_over()

    @initialize(is_old=st.booleans())
    def first_version(self, *, is_old: bool) -> None:
        self.is_old = is_old
        self.take_over()
        for number in (0, 1):
            self.take(number)
        self.commit(2)

    def take_over(self) -> None:
        self.ledger = self.topic.read()
        self.queue = Queue(self.ledger, is_old=self.is_old)
        self.durable = dict(self.ledger.rows)

    def update(self) -> LedgerUpdate:
        return LedgerUpdate(self.ledger, cast("GroupCommit", self.queue), NOW)

    def row(self, number: int) -> Row | None:
        return self.ledger.rows.get(KEYS[number])

    def those_in(self, *states: State) -> list[int]:
        rows = [(number, self.row(number)) for number in (0, 1)]
        return [number for number, row in rows if row is not None and row.state in states]

    @rule(number=ONE)
    def take(self, number: int) -> None:
        self.revisions[number] += 1
        update = self.update()
        update.take(numbered(number + 1, revision=self.revisions[number]))
        update.submit()

    @precondition(lambda self: self.those_in(State.PENDING, State.WAITING))
    @rule(most=st.integers(1, 2), count=COMMITTED)
    def send(self, most: int, count: int) -> None:
        """A new batch."""
        ready = tuple(KEYS[each] for each in self.those_in(State.PENDING, State.WAITING)[:most])
        self.batches += 1
        self.begin(f"k{self.batches}", ready, ready)
        self.commit(count)

    @precondition(lambda self: self.ledger.intents)
    @rule(numbers=SOME, count=COMMITTED)
    def send_again(self, numbers: tuple[int, ...], count: int) -> None:
        """The same batch with some of its members, by whoever has only made it, or has read it from the ledger."""
        intent = next(iter(self.ledger.intents.values()))
        under_way = [each for each in intent.members if self.is_under_way(each, intent)]
        chosen = tuple(key for key in under_way if KEYS.index(key) in numbers)
        if chosen:
            self.begin(intent.key, intent.members, chosen)
        self.commit(count)

    def begin(self, key: str, members: tuple[RowKey, ...], sent: tuple[RowKey, ...]) -> None:
        update = self.update()
        update.intent(
            Intent(
                key=key,
                organisation=FIRST.organisation,
                kind=DocumentType.INVOICE,
                operation=Operation.CREATE,
                body="{}",
                begun_at=NOW,
                committed_at=NOW,
                members=members,
            )
        )
        for each in sent:
            number = f"INV-{KEYS.index(each)}"
            update.sending(each, NumberReservation(intent=key, kind=DocumentType.INVOICE, number=number))
        update.submit()

    @precondition(lambda self: self.those_in(State.SENDING))
    @rule(at=ONE, act=st.sampled_from(("released", "processed", "rejected", "let go")), count=COMMITTED)
    def answer(self, at: int, act: str, count: int) -> None:
        sending = self.those_in(State.SENDING)
        update, key = self.update(), KEYS[sending[at % len(sending)]]
        match act:
            case "released":
                update.released(key, maybe_written=True, rounds=1)
            case "processed":
                update.processed(key, Action.CREATED, DOCUMENT, ())
            case "rejected":
                update.rejected(key, Refusal((), missing=("contact:A",)))
            case _:
                update.let_go(key)
        for intent in self.ledger.intents.values():
            update.close(intent)
        update.submit()
        self.commit(count)

    @precondition(lambda self: self.those_in(State.PENDING))
    @rule(lasting=st.booleans())
    def wait(self, *, lasting: bool) -> None:
        update = self.update()
        reason = WaitReason(reason="out_of_quota", until=None if lasting else NOW)
        update.waiting(KEYS[self.those_in(State.PENDING)[0]], reason)
        update.submit()

    @rule(count=st.integers(1, 4))
    def commit(self, count: int) -> None:
        """Several transactions go as one, and whoever takes over now has what they say."""
        merged = LedgerTransaction()
        done, self.queue.waiting = self.queue.waiting[:count], self.queue.waiting[count:]
        for each in done:
            merged.merge(each)
            rows = {key: row for key, row in each.records.items() if isinstance(key, RowKey) and isinstance(row, Row)}
            self.durable.update(rows)
        self.topic.write(merged)

    @rule(is_old=st.booleans())
    def crash(self, *, is_old: bool) -> None:
        """What was not committed is lost. There is no way back to the version before."""
        self.is_old = self.is_old and is_old
        self.take_over()

    def is_under_way(self, key: RowKey, intent: Intent) -> bool:
        row = self.ledger.rows.get(key)
        return row is not None and row.reservation is not None and row.reservation.intent == intent.key

    @invariant()
    def a_new_owner_has_what_was_committed(self) -> None:
        found = self.topic.read()
        assert dict(found.rows) == self.durable
        for shown, state in ((LaneState.SENDING, State.SENDING), (LaneState.PENDING, State.PENDING)):
            expected = sum(row.state is state for row in self.durable.values())
            assert found.depths(FIRST.organisation)[shown] == expected
        for key, row in self.durable.items():
            if row.reservation is not None:
                number = row.reservation.number
                assert found.holder(FIRST.organisation, DocumentType.INVOICE, number) == key


TestSentMembers = SentMembers.TestCase
TestSentMembers.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
