"""The dispatcher: polls the requests and runs a crash-only partition for each one that it is assigned."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor
from aiokafka.errors import InvalidProducerEpoch, KafkaError, ProducerFenced

from streams.dispatch.context import LaneContext
from streams.dispatch.ledger import PartitionLostError
from streams.dispatch.ownership.partition import Partition
from streams.dispatch.ownership.takeover import InputLostError, TakeOver
from streams.ops import Invariant, Part
from streams.topics import SYNC_REQUESTS

log = structlog.get_logger(__name__)

POLL = 0.1
MOST_POLLED = 200
DRAIN_AT_REBALANCE = 3.0
RESTART_PAUSE = 0.5
LONGEST_RESTART_PAUSE = 10.0


class Dispatcher:
    """Runs until cancelled. `fatal` is called with an error after which the process cannot go on, and must end."""

    def __init__(
        self,
        connection: Mapping[str, Any],
        context: LaneContext,
        version: str,
        fatal: Callable[[BaseException], None],
        *,
        session_timeout: float,
        heartbeat_interval: float,
    ) -> None:
        self._context = context
        self._fatal = fatal
        self._session_timeout = session_timeout
        self._consumer = AIOKafkaConsumer(
            **connection,
            group_id=context.settings.group_id,
            group_instance_id=context.settings.instance_id,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            session_timeout_ms=int(session_timeout * 1000),
            heartbeat_interval_ms=int(heartbeat_interval * 1000),
            partition_assignment_strategy=(StickyPartitionAssignor,),
            fetch_max_wait_ms=500,
        )
        self._take_over = TakeOver(connection, self._consumer, context, version)
        self._partitions: dict[int, Partition] = {}
        self._owner_tasks: dict[int, asyncio.Task[None]] = {}
        self._full: set[int] = set()
        self._assigned = False
        self._past_commits = 0
        self._reported_at = float("-inf")

    @property
    def is_ready(self) -> bool:
        """Whether every assigned partition is restored."""
        return self._assigned and set(self._partitions) == set(self._owner_tasks)

    @property
    def commits(self) -> int:
        """Ledger transactions so far; it grows with every step of work."""
        return self._past_commits + sum(each.commits for each in self._partitions.values())

    @property
    def has_work(self) -> bool:
        """Whether a partition could do something now."""
        return any(each.has_work for each in self._partitions.values())

    def master_data_changed(self, organisation: str) -> None:
        """Tell the organisation's lane that its contacts, items or currencies changed."""
        for partition in self._partitions.values():
            partition.master_data_changed(organisation)

    def connected(self, organisation: str) -> None:
        """Tell the organisation's lane that it may be connected again."""
        for partition in self._partitions.values():
            partition.connected(organisation)

    async def run(self) -> None:
        """Join the group and work. Returns only by cancellation or an error of the consumer."""
        await self._consumer.start()
        self._consumer.subscribe([SYNC_REQUESTS], listener=_Listener(self))
        while True:
            polled = await self._consumer.getmany(timeout_ms=int(POLL * 1000), max_records=MOST_POLLED)
            for topic_partition, records in polled.items():
                self._take_in(topic_partition.partition, records)
            self._limit_backlogs()
            self._report_oldest()

    async def stop(self, timeout: float) -> None:  # noqa: ASYNC109  # The bound is the caller's, and it is not an error.
        """Let what is under way end within `timeout` seconds, then leave the group. Nobody is fenced."""
        with contextlib.suppress(Exception):
            await asyncio.gather(*(each.drain(timeout) for each in self._partitions.values()))
        for number in tuple(self._owner_tasks):
            await self._drop(number)
        with contextlib.suppress(Exception):
            await asyncio.wait_for(self._consumer.stop(), timeout=2)

    # -- the rebalance ---------------------------------------------------------------------------------------------

    def pause(self, partitions: set[TopicPartition]) -> None:
        """Read nothing from these partitions until their ledgers are restored."""
        self._consumer.pause(*partitions)

    async def revoked(self) -> None:
        """Before others may own the partitions: begin nothing new and let answers arrive, for a bounded time."""
        await asyncio.gather(*(each.drain(DRAIN_AT_REBALANCE) for each in self._partitions.values()))

    def assigned(self, partitions: set[TopicPartition]) -> None:
        """Go on with what stays, drop what is gone, take over what is new. The caller has paused them all."""
        numbers = {each.partition for each in partitions}
        for number in set(self._owner_tasks) - numbers:
            self._owner_tasks.pop(number).cancel()
            self._partitions.pop(number, None)
        for number in numbers:
            partition = self._partitions.get(number)
            if partition is not None:
                self._start_reading(partition)
            elif number not in self._owner_tasks:
                self._owner_tasks[number] = asyncio.create_task(self._own(number), name=f"partition-{number}")
        self._full.clear()
        self._assigned = True
        self._context.metrics.partitions_owned(Part.DISPATCH, len(numbers))
        log.info("partitions_assigned", partitions=sorted(numbers))

    def fail(self, error: BaseException) -> None:
        """A fault that must end the process, where aiokafka would only log it."""
        self._fatal(error)

    def _report_oldest(self) -> None:
        """Report the age of the oldest waiting request, once a second."""
        now = self._context.monotonic()
        if now - self._reported_at < 1.0:
            return
        self._reported_at = now
        oldest = [occurred for each in self._partitions.values() if (occurred := each.oldest) is not None]
        age = (self._context.clock() - min(oldest)).total_seconds() if oldest else 0.0
        self._context.metrics.oldest_waiting(age)

    # -- one partition -----------------------------------------------------------------------------------------------

    async def _own(self, number: int) -> None:
        """Own the partition until cancelled: take it over, run it, and restore it from the topic when it is lost."""
        pause = RESTART_PAUSE
        while True:
            began = self._context.monotonic()
            try:
                await self._own_once(number)
            except InputLostError as error:
                self._fatal(error)
                return
            except (KafkaError, PartitionLostError, ExceptionGroup, OSError, TimeoutError) as error:
                self._report_loss(number, error)
                _stay_cancelled()
                if _is_fenced(error):
                    # Somebody else owns it by now. Fencing them in turn would only repeat this; the group tells us.
                    await self._context.sleep(self._session_timeout / 2)
            except Exception as error:  # noqa: BLE001  # A ledger that cannot be read must stop the process, not the task.
                self._fatal(error)
                return
            _stay_cancelled()
            lasted = self._context.monotonic() - began
            pause = RESTART_PAUSE if lasted > self._session_timeout else min(LONGEST_RESTART_PAUSE, pause * 2)
            await self._context.sleep(pause)

    async def _own_once(self, number: int) -> None:
        partition, producer = await self._take_over.partition(number)
        try:
            self._partitions[number] = partition
            self._start_reading(partition)
            await partition.run()
        finally:
            self._past_commits += partition.commits
            if self._partitions.get(number) is partition:
                del self._partitions[number]
            with contextlib.suppress(Exception):
                self._consumer.pause(TopicPartition(SYNC_REQUESTS, number))
            await producer.stop()

    def _report_loss(self, number: int, error: BaseException) -> None:
        ours = [each for each in _leaves(error) if not isinstance(each, (PartitionLostError, KafkaError, OSError))]
        if ours:
            self._context.metrics.invariant_violated(Invariant.AGENT_BODY)
            log.error("partition_failed", partition=number, exc_info=ours[0])
        else:
            log.warning("partition_lost", partition=number, error=repr(error)[:300])

    def _start_reading(self, partition: Partition) -> None:
        """Read on where the ledger ends; batches may begin."""
        topic_partition = TopicPartition(SYNC_REQUESTS, partition.number)
        if topic_partition in self._consumer.assignment():
            self._consumer.seek(topic_partition, partition.next_offset)
            self._consumer.resume(topic_partition)
            partition.resume()

    async def _drop(self, number: int) -> None:
        task = self._owner_tasks.pop(number)
        task.cancel()
        await asyncio.wait([task], timeout=2)

    # -- the flow ----------------------------------------------------------------------------------------------------

    def _take_in(self, number: int, records: list[Any]) -> None:
        partition = self._partitions.get(number)
        if partition is None:
            return  # Whoever owns it next seeks to the committed offset before reading: nothing is skipped.
        with contextlib.suppress(PartitionLostError):
            partition.take(records)

    def _limit_backlogs(self) -> None:
        """Stop reading a partition that has enough to commit; read on when it has caught up."""
        for number, partition in self._partitions.items():
            topic_partition = TopicPartition(SYNC_REQUESTS, number)
            if partition.is_full and number not in self._full:
                self._full.add(number)
                self._consumer.pause(topic_partition)
            elif number in self._full and not partition.is_full:
                self._full.discard(number)
                self._consumer.resume(topic_partition)


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka publishes no type for it.
    """aiokafka swallows what a listener raises, so every fault goes to `fail`."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        try:
            if revoked:
                await self._dispatcher.revoked()
        except Exception as error:  # noqa: BLE001  # See the class.
            self._dispatcher.fail(error)

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        # The first statement, before any await: aiokafka may hand out records of new partitions while we await.
        self._dispatcher.pause(assigned)
        try:
            self._dispatcher.assigned(assigned)
        except Exception as error:  # noqa: BLE001  # See the class.
            self._dispatcher.fail(error)


def _stay_cancelled() -> None:
    """A task group that is cancelled while its members fail raises their errors, and the cancellation is forgotten."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def _is_fenced(error: BaseException) -> bool:
    return any(isinstance(each.__cause__, (ProducerFenced, InvalidProducerEpoch)) for each in _leaves(error))


def _leaves(error: BaseException) -> list[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        return [leaf for each in error.exceptions for leaf in _leaves(each)]
    return [error]
