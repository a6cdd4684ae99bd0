"""The stores of a worker's partitions, on its disk: one owner at a time has one, whatever became of the one before."""

import asyncio
import gc
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from streams.dispatch.ledger import index
from streams.dispatch.store import LedgerStore, Opened, StoreError, StoreMemory, Trust, open_store
from streams.ops import StoreMemoryUse

Answer = TypeVar("Answer")

FORMER_OWNER_SECONDS = 20.0
LOOK = 0.5
REBUILT_AT_ONCE = 2
"""One is read from Kafka while another's records are put in order."""
SHORT_SWITCH = 0.0005
"""Seconds that the event loop waits for Python's lock, each time it has read from a socket, while a store is filled."""
SILENT_LOOKS = 40
"""Looks in a row that find no progress of the disk, after which it is given up."""


class StoreThread:
    """The one thread for what takes longer than a turn of the event loop: opening, rebuilding, closing. In order, so
    that a store is closed before it is opened again, and so that no two of them work for Python's lock.
    """

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(1, "ledger-store")
        self.steps = 0
        """Steps of work so far; what works long counts here, so that it is told from what hangs."""

    def start(self, job: Callable[[], Answer]) -> Future[Answer]:
        """Do it after everything before."""
        return self._executor.submit(self._counted, job)

    async def run(self, job: Callable[[], Answer], on_step: Callable[[], None]) -> Answer:
        """Do it and wait for its end. `on_step` is told of progress. Raises StoreError where there is none for long."""
        future = asyncio.wrap_future(self.start(job))
        # Nobody reads it where the wait is given up; that is no error of ours.
        future.add_done_callback(lambda done: done.cancelled() or done.exception())
        silent, seen = 0, self.steps
        while not (await asyncio.wait([future], timeout=LOOK))[0]:
            silent, seen = (silent + 1, seen) if self.steps == seen else (0, self.steps)
            if silent > SILENT_LOOKS:
                raise StoreError("ledger_store_stuck", "The disk of the ledger's stores does not answer.")
            if silent == 0:
                on_step()
        return future.result()

    def _counted(self, job: Callable[[], Answer]) -> Answer:
        try:
            return job()
        finally:
            self.steps += 1


class HeldStore:
    """A store that one owner has until it closes it; nobody else may use it then."""

    def __init__(
        self, opened: Opened, thread: StoreThread, rebuilds: asyncio.Semaphore, release: Callable[[], None]
    ) -> None:
        self.store: LedgerStore = opened.store
        self.is_empty = opened.emptied is not None
        self.thread = thread
        self.is_closed = False
        self.was_rebuilt = False
        self._rebuilds = rebuilds
        self._release = release

    @asynccontextmanager
    async def rebuilding(self, on_step: Callable[[], None]) -> AsyncIterator[None]:
        """One of the few that are rebuilt at a time: each keeps some of its records in memory meanwhile.

        `on_step` is told of the others' progress while this one waits for its turn.
        """
        seen = self.thread.steps
        while not await self._gets_turn():
            if self.thread.steps != seen:
                seen = self.thread.steps
                on_step()
        try:
            self.was_rebuilt = True
            yield
        finally:
            self._rebuilds.release()

    async def _gets_turn(self) -> bool:
        try:
            async with asyncio.timeout(LOOK):
                return await self._rebuilds.acquire()
        except TimeoutError:
            return False

    def close(self) -> None:
        """Give it up; the files stay for the next time. Closing again does nothing."""
        if not self.is_closed:
            self.is_closed = True
            self.thread.start(self.store.close)
            self._release()


class PartitionStores:
    """The stores in `folder`, which is made where it does not exist. One process a folder, see `DataDirLock`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._thread = StoreThread()
        self._memory = StoreMemory()
        self._locks: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._rebuilds = asyncio.Semaphore(REBUILT_AT_ONCE)
        self._restoring = 0
        self._switch = sys.getswitchinterval()

    async def open(self, partition: int, trust: Trust, on_step: Callable[[], None]) -> HeldStore:
        """The partition's store, once its former owner in this process has closed it; emptied where it does not fit.

        Raises StoreError where the folder cannot be used, TimeoutError where the former owner does not end.
        """
        lock = self._locks[partition]
        await _acquired(lock)
        opening: list[Opened] = []
        try:
            opened = await self._thread.run(lambda: self._open(partition, trust, opening), on_step)
        except BaseException:
            # Whoever gives up must leave nothing open: the thread closes what it may be opening at this moment.
            self._thread.start(lambda: _close(opening))
            lock.release()
            raise
        return HeldStore(opened, self._thread, self._rebuilds, lock.release)

    def memory(self) -> dict[StoreMemoryUse, int]:
        """The bytes that all stores together use."""
        cache, buffers = self._memory.cache.get_usage(), self._memory.buffers.get_usage()
        return {StoreMemoryUse.CACHE: cache, StoreMemoryUse.WRITE_BUFFERS: buffers}

    def _open(self, partition: int, trust: Trust, opening: list[Opened]) -> Opened:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError("ledger_store_unusable", f"{self._folder} cannot be made: {error}") from error
        opening.append(open_store(self._folder / str(partition), trust, self._memory, index))
        return opening[0]

    @contextmanager
    def restoring(self) -> Iterator[None]:
        """Without Python's cycle collector: millions of records come by, none of them stays, none is in a cycle.

        And with a short wait for Python's lock: the event loop shares it with the thread that fills the stores.
        """
        self._restoring += 1
        gc.disable()
        sys.setswitchinterval(SHORT_SWITCH)
        try:
            yield
        finally:
            self._restoring -= 1
            if not self._restoring:
                gc.enable()
                sys.setswitchinterval(self._switch)


async def _acquired(lock: asyncio.Lock) -> None:
    """Raises TimeoutError. In the task of the caller, and in no other: of a lock that another task got for a caller
    who was cancelled at that moment, nobody would know, and it would stay locked.
    """
    try:
        async with asyncio.timeout(FORMER_OWNER_SECONDS):
            await lock.acquire()
    except TimeoutError as error:
        raise TimeoutError(f"the former owner's store took longer than {FORMER_OWNER_SECONDS:g} s") from error


def _close(opening: list[Opened]) -> None:
    for opened in opening:
        with suppress(StoreError):
            opened.store.close()
