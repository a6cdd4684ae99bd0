"""What one lane has submitted and is not committed yet, so that its flood does not stand before others' steps."""

import asyncio
from collections.abc import Awaitable, Callable

from streams.dispatch.ledger import LedgerTransaction, Submits

MOST_RECORDS = 100
MOST_BYTES = 1_000_000


class LaneCommits:
    """The group commit as one lane has it: it takes everything, and tells when to pause with what makes more.

    What a batch leads to is never held back: a pause is only for whoever works through a backlog.
    """

    def __init__(self, group_commit: Submits, sleep: Callable[[float], Awaitable[None]]) -> None:
        self._group_commit = group_commit
        self._sleep = sleep
        self._records = 0
        self._bytes = 0
        self._freed = asyncio.Event()

    def submit(self, transaction: LedgerTransaction, *, deferred: bool = False) -> "asyncio.Future[None]":
        """See `GroupCommit.submit`."""
        future = self._group_commit.submit(transaction, deferred=deferred)
        records, size = len(transaction.records), transaction.size
        self._records += records
        self._bytes += size

        def end(_: object) -> None:
            self._records -= records
            self._bytes -= size
            self._freed.set()

        future.add_done_callback(end)
        return future

    async def room(self) -> None:
        """Let others have the event loop, and wait until enough is committed, or lost: the next step hears of that."""
        await self._sleep(0)
        while self._records >= MOST_RECORDS or self._bytes >= MOST_BYTES:
            self._freed.clear()
            await self._freed.wait()
