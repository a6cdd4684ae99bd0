"""The partition's only writer: steps go in at once, Kafka transactions come out one after the other (group commit)."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Protocol

from streams.dispatch.ledger.ledger import Ledger, Step

MOST_RECORDS = 500
LEISURE_SECONDS = 0.01


class PartitionLostError(Exception):
    """A ledger transaction failed or is in doubt: the partition's memory is worth nothing and starts from the topic."""


class Transactions(Protocol):
    """One partition's transactional producer."""

    async def commit(self, step: Step) -> None:
        """Write the step in one transaction. Raises PartitionLostError when that failed or may have failed."""
        ...


class Journal:
    """Applies steps to the ledger in the order of their arrival and commits them in that order.

    While one transaction is on its way the next steps gather and go together. A caller that must not act before its
    step is durable awaits what `submit` returns; every earlier step is durable then too.
    """

    def __init__(self, ledger: Ledger, transactions: Transactions, on_commit: Callable[[Step], None]) -> None:
        self._ledger = ledger
        self._transactions = transactions
        self._on_commit = on_commit
        self._queue: list[tuple[Step, asyncio.Future[None]]] = []
        self._wake = asyncio.Event()
        self._pressing = asyncio.Event()
        self._lost = False
        self._idle = asyncio.Event()
        self._idle.set()

    def submit(self, step: Step, *, at_leisure: bool = False) -> asyncio.Future[None]:
        """Apply the step to memory now; the future is done when it is durable. Raises PartitionLostError when lost.

        A step `at_leisure` waits some milliseconds for another one to travel with: nobody waits for an intake alone,
        and the intent that it leads to is mostly ready by then. One transaction less is most of an idle lane's time.
        """
        if self._lost:
            raise PartitionLostError
        self._ledger.apply(step.records)
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        # A caller that is cancelled meanwhile leaves its future unread; that is no error of ours.
        future.add_done_callback(lambda done: done.cancelled() or done.exception())
        self._queue.append((step, future))
        self._idle.clear()
        self._wake.set()
        if not at_leisure:
            self._pressing.set()
        return future

    @property
    def backlog(self) -> int:
        """Records that wait to be committed."""
        return sum(len(step.records) for step, _ in self._queue)

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
            async with asyncio.timeout(LEISURE_SECONDS):
                await self._pressing.wait()
        self._pressing.clear()

    async def drained(self) -> None:
        """Return when nothing waits to be committed."""
        await self._idle.wait()

    async def _commit(self, batch: list[tuple[Step, asyncio.Future[None]]]) -> None:
        merged = Step()
        for step, _ in batch:
            merged.join(step)
        if not merged.is_empty:
            await self._write(merged, batch)
        for _, future in batch:
            if not future.done():
                future.set_result(None)

    async def _write(self, merged: Step, batch: list[tuple[Step, asyncio.Future[None]]]) -> None:
        try:
            await self._transactions.commit(merged)
        except BaseException:
            self._lose(batch)
            raise
        self._on_commit(merged)

    def _lose(self, batch: list[tuple[Step, asyncio.Future[None]]]) -> None:
        self._lost = True
        for _, future in (*batch, *self._queue):
            if not future.done():
                future.set_exception(PartitionLostError())
        self._queue = []
        self._idle.set()

    def _next_batch(self) -> list[tuple[Step, asyncio.Future[None]]]:
        """The oldest steps, up to a size that commits in a fraction of the transaction's time limit."""
        size = count = 0
        for step, _ in self._queue:
            size += len(step.records)
            count += 1
            if size >= MOST_RECORDS:
                break
        batch, self._queue = self._queue[:count], self._queue[count:]
        return batch
