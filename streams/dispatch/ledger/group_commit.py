"""The partition's only writer: changes are applied at once and committed one after the other, several at a time."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from streams.dispatch.ledger.ledger import Ledger, LedgerTransaction

MOST_RECORDS = 500
DEFERRED_SECONDS = 0.01


Submitted = tuple[LedgerTransaction, asyncio.Future[None], int]


class PartitionLostError(Exception):
    """A ledger transaction failed, or may have: the partition's memory is dropped and restored from the topic."""


class Transactions(Protocol):
    """One partition's transactional producer."""

    async def commit(self, transaction: LedgerTransaction) -> int | None:
        """Write it all or nothing. Raises PartitionLostError when that failed or may have failed.

        Returns the offset after its last ledger record; None where it has none, or where that is not known.
        """
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
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._transactions = transactions
        self._on_commit = on_commit
        self._queue: list[Submitted] = []
        self._wake = asyncio.Event()
        self._urgent = asyncio.Event()
        self._lost = False
        self._idle = asyncio.Event()
        self._idle.set()

    def submit(self, transaction: LedgerTransaction, *, deferred: bool = False) -> asyncio.Future[None]:
        """Apply it to memory now; the future is done when it is durable. Raises PartitionLostError when lost.

        A `deferred` transaction waits some milliseconds for another one to be committed with: nobody waits for an
        intake alone, and the intent that it leads to is usually ready by then. Most of the time that a request takes
        in an idle lane is spent on transactions, and this saves one.
        """
        if self._lost:
            raise PartitionLostError
        step = self._ledger.submit(transaction)
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        # A caller that is cancelled meanwhile leaves its future unread; that is no error of ours.
        future.add_done_callback(lambda done: done.cancelled() or done.exception())
        self._queue.append((transaction, future, step))
        self._idle.clear()
        self._wake.set()
        if not deferred:
            self._urgent.set()
        return future

    @property
    def backlog(self) -> int:
        """Records that wait to be committed."""
        return sum(len(transaction.records) for transaction, _, _ in self._queue)

    @property
    def has_uncommitted(self) -> bool:
        """Whether something waits to be committed, is being committed, or was lost."""
        return self._lost or not self._idle.is_set()

    async def run(self) -> None:
        """Commit until cancelled. Raises PartitionLostError when a transaction is lost."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            await self._gather()
            while self._queue:
                await self._commit(self._next_batch())
            self._idle.set()

    async def _gather(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DEFERRED_SECONDS):
                await self._urgent.wait()
        self._urgent.clear()

    async def drained(self) -> None:
        """Return when nothing waits to be committed."""
        await self._idle.wait()

    async def _commit(self, batch: list[Submitted]) -> None:
        merged = LedgerTransaction()
        for transaction, _, _ in batch:
            merged.merge(transaction)
        try:
            if not merged.is_empty:
                await self._write(merged, batch)
        except BaseException:
            self._lose(batch)
            raise
        _set_results(batch)

    async def _write(self, merged: LedgerTransaction, batch: list[Submitted]) -> None:
        """The store follows when it is durable; nobody waits for that."""
        # Before the commit: a process that is paused after it must not take the store for younger than it is.
        at = self._clock()
        position = await self._transactions.commit(merged)
        self._on_commit(merged)
        _set_results(batch)
        if position is not None:
            await self._ledger.committed(batch[-1][2], position, at)

    def _lose(self, batch: list[Submitted]) -> None:
        self._lost = True
        for _, future, _ in (*batch, *self._queue):
            if not future.done():
                future.set_exception(PartitionLostError())
        self._queue = []
        self._idle.set()

    def _next_batch(self) -> list[Submitted]:
        """The oldest transactions, up to a size that commits in a fraction of the producer's time limit."""
        size = count = 0
        for transaction, _, _ in self._queue:
            size += len(transaction.records)
            count += 1
            if size >= MOST_RECORDS:
                break
        batch, self._queue = self._queue[:count], self._queue[count:]
        return batch


def _set_results(batch: list[Submitted]) -> None:
    for _, future, _ in batch:
        if not future.done():
            future.set_result(None)
