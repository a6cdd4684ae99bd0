"""Sends what is ready, batch by batch, at the pace that the quota sustains."""

import asyncio
from collections.abc import Sequence
from operator import attrgetter

from streams.dispatch.batch import (
    Backoff,
    BatchPipeline,
    NextBatch,
    NumberConflicts,
    PlannedWrite,
    ReadyQueue,
    WriteMode,
)
from streams.dispatch.lane.pacing import BatchPacing, Waiting
from streams.dispatch.lane.planning_loop import PlanningLoop
from streams.dispatch.settings import DispatchSettings
from xero_client.errors import XeroError


class BatchScheduler:
    """Takes plans from the ready queue. One batch at a time waits for its grant; several may be under way."""

    def __init__(
        self,
        settings: DispatchSettings,
        pacing: BatchPacing,
        pipeline: BatchPipeline,
        conflicts: NumberConflicts,
        ready_queue: ReadyQueue,
        planning_loop: PlanningLoop,
        backoff: Backoff,
    ) -> None:
        self._settings = settings
        self._pacing = pacing
        self._pipeline = pipeline
        self._conflicts = conflicts
        self._ready_queue = ready_queue
        self._planning_loop = planning_loop
        self._backoff = backoff
        self._free_batches = asyncio.Semaphore(settings.concurrent_batches)
        self._draining = False
        self._is_paced = False
        self._running: set[asyncio.Task[None]] = set()

    @property
    def running_batches(self) -> frozenset["asyncio.Task[None]"]:
        """The batches under way."""
        return frozenset(self._running)

    @property
    def is_draining(self) -> bool:
        """Whether nothing new is begun."""
        return self._draining

    @property
    def is_paced(self) -> bool:
        """Whether what is ready is held back for the quota's sake; no longer than the pacing's longest interval."""
        return self._is_paced

    def drain(self) -> None:
        """Begin nothing new; what is under way goes on."""
        self._draining = True

    def resume(self) -> None:
        """Begin new batches again after `drain`."""
        self._draining = False
        self._ready_queue.changed.set()

    async def send_ready(self) -> None:
        """Send until cancelled; the batches under way end with it."""
        # A group of its own: one that somebody else ends takes no new task while this one has not heard of it yet.
        async with asyncio.TaskGroup() as tasks:
            while True:
                await self._wait_until_due(tasks)
                await self._free_batches.acquire()
                taken = asyncio.Event()
                self._watch(tasks.create_task(self._run_batch(taken)))
                # The next batch begins only when this one has taken its plans: while it waits for its grant, it fills.
                await taken.wait()

    async def _wait_until_due(self, tasks: asyncio.TaskGroup) -> None:
        while True:
            await self._backoff.wait()
            self._ready_queue.changed.clear()
            batch = self._next_batch()
            if batch.held:
                self._ready_queue.begin(batch.held)
                self._watch(tasks.create_task(self._resolve_conflicts(batch.held)))
            wait = self._seconds_until(batch.plans)
            if wait is not None and wait <= 0:
                return
            self._is_paced = wait is not None
            try:
                async with asyncio.timeout(wait):
                    await self._ready_queue.changed.wait()
            except TimeoutError:
                continue
            finally:
                self._is_paced = False

    def _watch(self, task: asyncio.Task[None]) -> None:
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _resolve_conflicts(self, plans: list[PlannedWrite]) -> None:
        try:
            await self._conflicts.resolve(plans)
        except XeroError as error:
            self._backoff.failed(error)
        finally:
            self._finished(plans)

    def _next_batch(self) -> NextBatch:
        size = self._settings.batch_size
        # While planning goes on only a full batch may go, so there is nothing to look for yet.
        is_early = not self._planning_loop.all_planned and len(self._ready_queue) < size
        may_begin = self._pipeline.is_cleared and not self._draining
        return NextBatch() if is_early or not may_begin else self._ready_queue.next_batch(size)

    def _seconds_until(self, plans: Sequence[PlannedWrite]) -> float | None:
        """Seconds until the next batch should go; None: not before something changes."""
        if not plans:
            return None
        newest = max(plans, key=attrgetter("since"))
        waiting = Waiting(
            is_full=len(plans) >= self._settings.batch_size,
            is_urgent=plans[0].urgent,
            first_since=plans[0].since,
            newest_since=newest.since,
            late=newest.late,
        )
        return self._pacing.wait(waiting, busy=bool(self._running), all_planned=self._planning_loop.all_planned)

    async def _run_batch(self, taken: asyncio.Event) -> None:
        try:
            first = self._ready_queue.next_batch(1).plans
            if first and first[0].mode is WriteMode.LOOK_UP_FIRST:
                await self._look_up_batch(taken)
            elif first:
                await self._create_batch(taken, urgent=first[0].urgent)
        except XeroError as error:
            self._backoff.failed(error)
        finally:
            taken.set()
            self._free_batches.release()
            self._pacing.finished()
            self._ready_queue.changed.set()

    async def _look_up_batch(self, taken: asyncio.Event) -> None:
        plans = self._take(WriteMode.LOOK_UP_FIRST, taken)
        try:
            await self._pipeline.look_up_and_write(plans)
        finally:
            self._finished(plans)

    async def _create_batch(self, taken: asyncio.Event, *, urgent: bool) -> None:
        """The plans are taken when the call is granted, so that the batch fills while it waits."""
        plans: list[PlannedWrite] = []
        try:
            async with self._pipeline.slot(urgent=urgent) as grant:
                plans = self._take(WriteMode.CREATE, taken)
                attempt = await self._pipeline.create(plans, grant)
            await self._pipeline.finish(attempt)
        finally:
            self._finished(plans)

    def _take(self, mode: WriteMode, taken: asyncio.Event) -> list[PlannedWrite]:
        """Take the next batch out of the ready queue, and let planning refill it."""
        plans = self._ready_queue.take(mode, self._settings.batch_size)
        if plans:
            self._pacing.begun(len(plans))
        taken.set()
        self._planning_loop.has_room()
        return plans

    def _finished(self, plans: list[PlannedWrite]) -> None:
        self._ready_queue.finished(plans)
        for each in plans:
            self._planning_loop.may_be_planned([each.key], urgent=each.urgent)
