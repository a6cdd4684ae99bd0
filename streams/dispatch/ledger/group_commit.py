"""The partition's only writer: changes are applied at once and committed one after the other, several at a time."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from streams.dispatch.ledger.ledger import Ledger
from streams.dispatch.ledger.ledger_transaction import LedgerTransaction

MOST_RECORDS = 500
MOST_BYTES = 2_000_000
"""Of one Kafka transaction, or of a single step that is larger."""
DEFERRED_SECONDS = 1.0
"""So long a transaction that nobody waits for lets others join it."""
ANSWER_DEFERRED_SECONDS = 0.25
"""So long at most where it has answers, which people and services read."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """A transaction in the queue. `due` is when it must be committed, a time of the event loop; `step` the ledger's."""

    transaction: LedgerTransaction
    future: asyncio.Future[None]
    due: float
    step: int
    size: int


class PartitionLostError(Exception):
    """A ledger transaction failed, or may have: the partition's memory is dropped and restored from the topic."""


class Transactions(Protocol):
    """One partition's transactional producer."""

    async def commit(self, transaction: LedgerTransaction) -> int | None:
        """Write it all or nothing. Raises PartitionLostError when that failed or may have failed.

        Returns the offset after its last ledger record; None where it has none, or where that is not known.
        """
        ...


class Submits(Protocol):
    """Takes steps; the group commit, or a lane's part of it."""

    def submit(self, transaction: LedgerTransaction, *, deferred: bool = False) -> asyncio.Future[None]:
        """See `GroupCommit.submit`."""
        ...


class GroupCommit:
    """Applies transactions to the ledger in the order of their arrival and commits them in that order.

    While Kafka works on one, the next ones gather and are committed together. A caller that must not act before its
    transaction is durable awaits what `submit` returns; every earlier transaction is durable then too.
    """

    def __init__(
        self,
        ledger: Ledger,
        transactions: Transactions,
        on_commit: Callable[[LedgerTransaction], None],
        clock: Callable[[], datetime],
        deferred_seconds: float = DEFERRED_SECONDS,
    ) -> None:
        """`deferred_seconds` is how long a deferred transaction waits at most."""
        self._ledger = ledger
        self._clock = clock
        self._transactions = transactions
        self._on_commit = on_commit
        self._deferred_seconds = deferred_seconds
        self._queue: deque[Submitted] = deque()
        self._records = 0
        self._bytes = 0
        self._due = float("inf")
        """When the next commit must begin."""
        self._news = asyncio.Event()
        self._lost = False
        self._idle = asyncio.Event()
        self._idle.set()

    def submit(self, transaction: LedgerTransaction, *, deferred: bool = False) -> asyncio.Future[None]:
        """Apply it to memory now; the future is done when it is durable. Raises PartitionLostError when lost.

        A `deferred` transaction waits for another one to be committed with: nobody waits for an intake alone, and an
        intent or an answer presses at once. Most of what a shipment costs is requests to Kafka, six a transaction.
        """
        if self._lost:
            raise PartitionLostError
        step = self._ledger.submit(transaction)
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        # A caller that is cancelled meanwhile leaves its future unread; that is no error of ours.
        future.add_done_callback(lambda done: done.cancelled() or done.exception())
        size = transaction.size
        self._records += len(transaction.records)
        self._bytes += size
        presses = not deferred or self._records >= MOST_RECORDS or self._bytes >= MOST_BYTES
        due = loop.time() + (0.0 if presses else self._leisure(transaction))
        self._queue.append(Submitted(transaction, future, due, step, size))
        self._idle.clear()
        if due < self._due:
            self._due = due
            self._news.set()
        return future

    def _leisure(self, transaction: LedgerTransaction) -> float:
        has_answers = transaction.outcomes or transaction.dead_letters
        return min(ANSWER_DEFERRED_SECONDS, self._deferred_seconds) if has_answers else self._deferred_seconds

    @property
    def backlog(self) -> int:
        """Records that wait to be committed."""
        return self._records

    @property
    def backlog_bytes(self) -> int:
        """Their bytes, with those of what goes with them."""
        return self._bytes

    @property
    def has_uncommitted(self) -> bool:
        """Whether something waits to be committed, is being committed, or was lost."""
        return self._lost or not self._idle.is_set()

    async def run(self) -> None:
        """Commit until cancelled. Raises PartitionLostError when a transaction is lost."""
        while True:
            await self._until_due()
            await self._commit(self._next_batch())
            if not self._queue:
                self._idle.set()

    async def _until_due(self) -> None:
        loop = asyncio.get_running_loop()
        while self._due > loop.time():
            self._news.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(self._due if self._queue else None):
                    await self._news.wait()

    async def drained(self) -> None:
        """Return when nothing waits to be committed; what is deferred presses now."""
        self._due = float("-inf") if self._queue else self._due
        self._news.set()
        await self._idle.wait()

    async def _commit(self, batch: Sequence[Submitted]) -> None:
        merged = LedgerTransaction()
        for each in batch:
            merged.merge(each.transaction)
        try:
            if not merged.is_empty:
                await self._write(merged, batch)
        except BaseException:
            self._lose(batch)
            raise
        _set_results(batch)

    async def _write(self, merged: LedgerTransaction, batch: Sequence[Submitted]) -> None:
        """The store follows when it is durable; nobody waits for that."""
        # Before the commit: a process that is paused after it must not take the store for younger than it is.
        at = self._clock()
        position = await self._transactions.commit(merged)
        self._on_commit(merged)
        _set_results(batch)
        if position is not None:
            await self._ledger.committed(batch[-1].step, position, at)

    def _lose(self, batch: Sequence[Submitted]) -> None:
        self._lost = True
        for each in (*batch, *self._queue):
            if not each.future.done():
                each.future.set_exception(PartitionLostError())
        self._queue.clear()
        self._records = self._bytes = 0
        self._idle.set()

    def _next_batch(self) -> list[Submitted]:
        """The oldest transactions, up to a size that commits in a fraction of the producer's time limit."""
        batch: list[Submitted] = []
        records = size = 0
        while self._queue and records < MOST_RECORDS and (not batch or size + self._queue[0].size <= MOST_BYTES):
            batch.append(self._queue.popleft())
            records += len(batch[-1].transaction.records)
            size += batch[-1].size
        self._records -= records
        self._bytes -= size
        self._due = min((each.due for each in self._queue), default=float("inf"))
        return batch


def _set_results(batch: Sequence[Submitted]) -> None:
    for each in batch:
        if not each.future.done():
            each.future.set_result(None)
