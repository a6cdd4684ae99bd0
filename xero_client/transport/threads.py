"""The threads that make the SDK's blocking calls: five for each organisation, so that none can hold up another."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from xero_client.transport.http import LostError, Reply
from xero_client.transport.in_flight import InFlightCall

CONCURRENT: Final = 5
"""Calls that Xero takes at once from one app for one organisation (developer.xero.com, OAuth 2.0 API limits)."""


class CallThreads:
    """Runs one blocking exchange in a thread and waits for it, but never longer than the call may take.

    When the waiting task is cancelled, an exchange that has not sent its first byte never will; one that has is cut off
    from us, not from Xero: its effect is unknown, exactly as if the process had died, and must be looked up.
    """

    def __init__(self, concurrent: int = CONCURRENT) -> None:
        self._concurrent = concurrent
        self._pools: dict[str, ThreadPoolExecutor] = {}
        self._running: set[InFlightCall] = set()

    async def run(self, organisation: str, call: InFlightCall, exchange: Callable[[], Reply]) -> Reply:
        """The exchange's reply. Raises what it raises, or LostError when the call's time is over."""
        self._running.add(call)
        future = self._pool_of(organisation).submit(exchange)
        try:
            return await self._wait(call, future)
        finally:
            if not future.done():
                call.abandon()
                future.cancel()
            self._running.discard(call)

    def close(self) -> None:
        """Abandon every exchange and let the threads go. Nothing may be run afterwards."""
        for call in list(self._running):
            call.abandon()
        for pool in self._pools.values():
            pool.shutdown(wait=False, cancel_futures=True)

    async def _wait(self, call: InFlightCall, future: Future[Reply]) -> Reply:
        waiter = asyncio.wrap_future(future)
        # A thread that ends after nobody waits any more has nobody to tell; without this asyncio would complain.
        waiter.add_done_callback(lambda done: done.cancelled() or done.exception())
        done, _ = await asyncio.wait({waiter}, timeout=max(call.seconds_left(), 0.0))
        if not done:
            raise LostError("the call took too long", sent=call.abandon())
        return waiter.result()

    def _pool_of(self, organisation: str) -> ThreadPoolExecutor:
        if organisation not in self._pools:
            self._pools[organisation] = ThreadPoolExecutor(self._concurrent, f"xero-{organisation[:8]}")
        return self._pools[organisation]
