"""Sends what is ready, batch by batch, at the pace that the quota sustains."""

import asyncio

from streams.dispatch.batch import (
    Backoff,
    BatchPipeline,
    BatchWriter,
    PlannedWrite,
    ReadyQueue,
    TakeBatch,
    WriteMode,
    in_order,
)
from streams.dispatch.context import LaneContext
from streams.dispatch.lane.pacing import BatchPacing
from streams.dispatch.lane.planning_loop import PlanningLoop
from xero_client.errors import XeroError
from xero_client.port import Priority


class BatchScheduler:
    """Takes plans from the ready queue. One batch at a time waits for its grant; several may be under way."""

    def __init__(
        self,
        organisation: str,
        context: LaneContext,
        writer: BatchWriter,
        pipeline: BatchPipeline,
        ready_queue: ReadyQueue,
        planning_loop: PlanningLoop,
        backoff: Backoff,
    ) -> None:
        self._context = context
        self._writer = writer
        self._pipeline = pipeline
        self._ready_queue = ready_queue
        self._planning_loop = planning_loop
        self._backoff = backoff
        self._pacing = BatchPacing(organisation, context)
        self._free_batches = asyncio.Semaphore(context.settings.concurrent_batches)
        self._draining = False
        self._running: set[asyncio.Task[None]] = set()

    @property
    def running_batches(self) -> frozenset["asyncio.Task[None]"]:
        """The batches under way."""
        return frozenset(self._running)

    def drain(self) -> None:
        """Begin nothing new; what is under way goes on."""
        self._draining = True

    def resume(self) -> None:
        """Begin new batches again after `drain`."""
        self._draining = False
        self._planning_loop.ready_changed.set()

    async def send_ready(self, tasks: asyncio.TaskGroup) -> None:
        """Send until cancelled; batches are tasks of the group."""
        while True:
            await self._wait_until_due()
            await self._free_batches.acquire()
            taken = asyncio.Event()
            task = tasks.create_task(self._run_batch(taken))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
            # The next batch begins only when this one has taken its plans: while it waits for its grant, it fills.
            await taken.wait()

    async def _wait_until_due(self) -> None:
        while True:
            await self._backoff.wait()
            self._planning_loop.ready_changed.clear()
            self._reject_conflicts()
            wait = self._seconds_until_batch()
            if wait is not None and wait <= 0:
                return
            try:
                async with asyncio.timeout(wait):
                    await self._planning_loop.ready_changed.wait()
            except TimeoutError:
                continue

    def _seconds_until_batch(self) -> float | None:
        """Seconds until the next batch should go; None: not before something changes."""
        sendable = self._sendable()
        if self._draining or not sendable:
            return None
        first = sendable[0]
        full = sum(1 for each in sendable if each.can_share_batch_with(first)) >= self._context.settings.batch_size
        return self._pacing.wait(
            full=full,
            ready_since=first.since,
            busy=bool(self._running),
            all_planned=self._planning_loop.all_planned,
        )

    def _sendable(self) -> list[PlannedWrite]:
        return in_order(each for each in self._ready_queue if self._writer.may_be_sent(each))

    def _reject_conflicts(self) -> None:
        update = self._writer.begin_update()
        rejected = [plan for plan in self._ready_queue if self._writer.reject_conflict(update, plan)]
        for plan in rejected:
            self._ready_queue.drop(plan.key)
        if rejected:
            update.submit()

    async def _run_batch(self, taken: asyncio.Event) -> None:
        plans: list[PlannedWrite] = []

        def take() -> list[PlannedWrite]:
            plans.extend(self._take_batch())
            taken.set()
            return plans

        try:
            await self._write_next(take)
        except XeroError as error:
            self._backoff.failed(error)
        finally:
            taken.set()
            self._free_batches.release()
            self._planning_loop.in_flight.difference_update(plan.key for plan in plans)
            self._pacing.finished()
            self._planning_loop.wake()
            self._planning_loop.ready_changed.set()

    async def _write_next(self, take: TakeBatch) -> None:
        sendable = self._sendable()
        if not sendable:
            return
        if sendable[0].mode is WriteMode.LOOK_UP_FIRST:
            await self._pipeline.look_up_and_write(take())
        else:
            priority = Priority.PEOPLE if sendable[0].urgent else Priority.BACKLOG
            await self._pipeline.create(take, priority)

    def _take_batch(self) -> list[PlannedWrite]:
        """Take the next batch out of the ready queue, and let planning refill it."""
        sendable = self._sendable()
        if not sendable:
            return []
        plans = self._ready_queue.take_matching(
            sendable[0], self._context.settings.batch_size, self._writer.may_be_sent
        )
        self._planning_loop.in_flight.update(plan.key for plan in plans)
        self._planning_loop.wake()
        self._pacing.begun()
        return plans
