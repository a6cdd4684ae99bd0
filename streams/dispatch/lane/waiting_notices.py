"""Tells the shipments of an organisation that is not called why they wait: each once, a few in a turn."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from itertools import islice

from streams.dispatch.ledger import Ledger, LedgerUpdate, Row, RowKey, State, WaitReason

TOLD_AT_ONCE = 50
"""Their outcomes are encoded and committed together, and all organisations share one event loop."""

TOLD_BYTES = 500_000
"""The same in bytes of rows: each is written anew."""

SAME_END = timedelta(minutes=1)
"""Calls in flight that meet one limit name ends that differ a little; a shipment need not be told of each."""


class WaitingNotices:
    """`tell` is cheap; the telling itself is done by `run`, as long as `is_resting` says that they have to wait."""

    def __init__(
        self,
        organisation: str,
        ledger: Ledger,
        begin_update: Callable[[], LedgerUpdate],
        is_resting: Callable[[], bool],
        room: Callable[[], Awaitable[None]],
    ) -> None:
        """`room` is awaited before more is told: what is told must be committed as well."""
        self._organisation = organisation
        self._ledger = ledger
        self._begin_update = begin_update
        self._is_resting = is_resting
        self._room = room
        self._reason: WaitReason | None = None
        self._has_news = asyncio.Event()

    def tell(self, reason: WaitReason) -> None:
        """Tell every open request that was not told yet."""
        self._reason = reason
        self._has_news.set()

    async def run(self) -> None:
        """Tell until cancelled."""
        while True:
            await self._has_news.wait()
            self._has_news.clear()
            open_keys = self._ledger.open_keys(self._organisation)
            while self._is_resting() and (keys := self._next_keys(open_keys)):
                self._tell(keys)
                await self._room()

    def _next_keys(self, open_keys: Iterator[RowKey]) -> list[RowKey]:
        keys: list[RowKey] = []
        size = 0
        for key in islice(open_keys, TOLD_AT_ONCE):
            keys.append(key)
            size += self._ledger.size(key)
            if size >= TOLD_BYTES:
                break
        return keys

    def _tell(self, keys: list[RowKey]) -> None:
        """The rows, and the reason, may have changed since they were listed."""
        update = self._begin_update()
        for key in keys:
            row = self._ledger.rows.get(key)
            if self._reason is not None and row is not None and self._is_to_be_told(row):
                update.waiting(key, self._reason)
        update.submit_if_any()

    def _is_to_be_told(self, row: Row) -> bool:
        waits = row.state in (State.PENDING, State.WAITING) and row.request is not None
        return waits and self._reason is not None and not _is_same(row.wait_reason, self._reason)


def _is_same(told: WaitReason | None, now: WaitReason) -> bool:
    if told is None or told.reason != now.reason:
        return False
    if told.until is None or now.until is None:
        return told.until == now.until
    return abs(told.until - now.until) <= SAME_END
