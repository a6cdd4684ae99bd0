"""The dispatcher: polls the requests, and has an owner for each partition that it is assigned."""

import asyncio
import contextlib
from collections.abc import Callable, Collection, Mapping
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor
from aiokafka.errors import ConsumerStoppedError

from streams.dispatch.context import LaneContext
from streams.dispatch.ledger import PartitionLostError
from streams.dispatch.ownership.intake import partition_of
from streams.dispatch.ownership.ledger_topic import LedgerTopic
from streams.dispatch.ownership.listener import RebalanceListener
from streams.dispatch.ownership.owner import PartitionOwner, TakesOver
from streams.dispatch.ownership.partition import Partition
from streams.dispatch.ownership.stores import PartitionStores
from streams.dispatch.ownership.takeover import PartitionsChangedError, TakeOver
from streams.dispatch.settings import OWNER_END
from streams.ops import Part, Progress, bounded
from streams.topics import FETCHED_AT_ONCE, seconds_to_gather

log = structlog.get_logger(__name__)

POLL = 0.1
MOST_POLLED = 200
DRAIN_AT_REBALANCE = 3.0
CONSUMER_START = 30.0
CONSUMER_END = 2.0


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
        take_over: TakesOver | None = None,
    ) -> None:
        """`take_over` makes the partitions from Kafka and the disk, unless a test brings its own."""
        self._context = context
        self._requests = context.settings.topics.sync_requests
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
            max_partition_fetch_bytes=FETCHED_AT_ONCE,
        )
        self._stores = PartitionStores(context.settings.ledger_folder)
        self._take_over = take_over or TakeOver(
            connection,
            self._consumer,
            context,
            version,
            LedgerTopic(connection, context.clock, context.monotonic, context.settings.topics.document_ledger),
            self._stores,
        )
        self._partition_count = 0
        self._owners: dict[int, PartitionOwner] = {}
        self._ending_owners: list[PartitionOwner] = []
        self._sought: set[int] = set()
        """Partitions that are read from where their ledger ends; the others must not be read."""
        self._assigned = False
        self._assignments = 0
        self._awaits_assignment = False
        self._stopping = False
        self._past_commits = 0
        self._reported_at = float("-inf")

    @property
    def is_ready(self) -> bool:
        """Whether every assigned partition is restored."""
        return self._assigned and all(each.partition is not None for each in self._owners.values())

    @property
    def running(self) -> frozenset[int]:
        """The partitions that are restored and at work."""
        return frozenset(partition.number for partition in self._partitions if partition.is_running)

    def owns(self, organisation: str) -> bool:
        """Whether the organisation's partition is among them."""
        return self._partition_count > 0 and partition_of(organisation, self._partition_count) in self.running

    @property
    def commits(self) -> int:
        """Ledger transactions so far; it grows with every step of work."""
        return self._past_commits + sum(each.commits for each in self._owners.values())

    @property
    def group_progress(self) -> Progress:
        """Whether an assignment is under way; each one is a step."""
        return Progress(done=self._assignments, has_work=self._awaits_assignment)

    def progress(self) -> dict[int, Progress]:
        """Of each owned partition, by number: its take-over and its commits."""
        return {number: owner.progress for number, owner in self._owners.items()}

    def lane_progress(self) -> dict[tuple[int, str], Progress]:
        """Of each lane, by partition and organisation: what is up to us."""
        return {(each.number, name): lane for each in self._partitions for name, lane in each.lane_progress().items()}

    def sending_progress(self) -> dict[tuple[int, str], Progress]:
        """Of each lane, what Xero takes included."""
        return {
            (each.number, name): lane for each in self._partitions for name, lane in each.sending_progress().items()
        }

    def restart(self, number: int, reason: str) -> None:
        """Begin the partition anew from the topic; the others go on."""
        if number in self._owners:
            self._owners[number].restart(reason)

    def master_data_changed(self, organisation: str) -> None:
        """Tell the organisation's lane that its contacts, items or currencies changed."""
        for partition in self._partitions:
            partition.master_data_changed(organisation)

    def connected(self, organisation: str) -> None:
        """Tell the organisation's lane that it may be connected again."""
        for partition in self._partitions:
            partition.connected(organisation)

    async def run(self) -> None:
        """Join the group and work. Returns after `stop`, raises an error of the consumer."""
        self._awaits_assignment = True
        await bounded(self._consumer.start(), CONSUMER_START, "the start of the requests' consumer")
        self._consumer.subscribe([self._requests], listener=RebalanceListener(self))
        while not self._stopping:
            try:
                polled = await self._consumer.getmany(timeout_ms=int(POLL * 1000), max_records=MOST_POLLED)
            except ConsumerStoppedError:
                if self._stopping:
                    return
                raise
            await self._deal_with(polled)

    async def _deal_with(self, polled: Mapping[TopicPartition, list[Any]]) -> None:
        """Take in what was polled; where that is late, return when more may have gathered."""
        late = [self._take_in(each.partition, records) for each, records in polled.items()]
        self._steer()
        self._report_oldest()
        pause = seconds_to_gather(min(late, default=0.0))
        if pause and sum(map(len, polled.values())) < MOST_POLLED:
            await self._context.sleep(pause)

    async def stop(self, timeout: float) -> None:  # noqa: ASYNC109  # The bound is the caller's, and it is not an error.
        """Let what is under way end within `timeout` seconds, then leave the group. Nobody is fenced."""
        self._stopping = True
        await asyncio.gather(*(each.drain(timeout) for each in self._partitions), return_exceptions=True)
        for number in tuple(self._owners):
            self._drop(number)
        # Those that a rebalance has just dropped too: they have a producer and a store to close as well.
        await asyncio.gather(*(each.stopped(OWNER_END) for each in self._ending_owners))
        with contextlib.suppress(Exception):
            await bounded(self._consumer.stop(), CONSUMER_END, "leaving the group")

    def pause(self, partitions: set[TopicPartition]) -> None:
        """Read nothing from these partitions until their ledgers are restored."""
        self._consumer.pause(*partitions)

    async def revoked(self) -> None:
        """Before others may own the partitions: begin nothing new and let answers arrive, for a bounded time."""
        self._awaits_assignment = True
        await asyncio.gather(*(each.drain(DRAIN_AT_REBALANCE) for each in self._partitions))

    def assigned(self, partitions: set[TopicPartition]) -> None:
        """Go on with what stays, drop what is gone, take over what is new. The caller has paused them all."""
        if self._stopping:
            return
        self._check_partition_count()
        numbers = {each.partition for each in partitions}
        self._sought.clear()
        for number in set(self._owners) - numbers:
            self._drop(number)
        for number in numbers:
            owner = self._owners.get(number)
            if owner is None:
                self._own(number)
            elif owner.partition is not None:
                self._start_reading(owner.partition)
        self._assigned = True
        self._assignments += 1
        self._awaits_assignment = False
        self._context.metrics.partitions_owned(Part.DISPATCH, len(numbers))
        log.info("partitions_assigned", partitions=sorted(numbers))

    def _check_partition_count(self) -> None:
        """A partition that stays knows where its organisations belong from when it was taken over."""
        count = len(self._consumer.partitions_for_topic(self._requests) or ())
        if not count:
            return  # aiokafka forgets a topic whose metadata came with an error; the next refresh has it again.
        if self._partition_count and count != self._partition_count:
            self._fatal(PartitionsChangedError(f"{self._requests} had {self._partition_count} partitions, now {count}"))
        self._partition_count = count

    def steered(self, organisations: Collection[str] | None, *, by_profile: bool) -> None:
        """Tell the lanes that a company of theirs was paused or resumed, or is another one; None: all of them."""
        for partition in self._partitions:
            partition.steered(organisations, by_profile=by_profile)

    def fail(self, error: BaseException) -> None:
        """A fault that must end the process, where aiokafka would only log it."""
        self._fatal(error)

    @property
    def _partitions(self) -> list[Partition]:
        return [each.partition for each in self._owners.values() if each.partition is not None]

    def _own(self, number: int) -> None:
        owner = self._owners[number] = PartitionOwner(
            number,
            self._take_over,
            self._context,
            began=self._start_reading,
            ended=self._stop_reading,
            fatal=self._fatal,
            fenced_pause=self._session_timeout / 2,
        )
        owner.start()

    def _drop(self, number: int) -> None:
        owner = self._owners.pop(number)
        self._past_commits += owner.commits
        owner.stop()
        self._ending_owners = [each for each in (*self._ending_owners, owner) if not each.has_ended]

    def _start_reading(self, partition: Partition) -> None:
        """Read on where the ledger ends; batches may begin."""
        topic_partition = TopicPartition(self._requests, partition.number)
        if topic_partition in self._consumer.assignment():
            self._consumer.seek(topic_partition, partition.next_offset)
            self._sought.add(partition.number)
            self._consumer.resume(topic_partition)
            partition.resume()

    def _stop_reading(self, number: int) -> None:
        """Nobody would take the records: whoever owns the partition next seeks before it reads."""
        self._sought.discard(number)
        with contextlib.suppress(Exception):
            self._consumer.pause(TopicPartition(self._requests, number))

    def _take_in(self, number: int, records: list[Any]) -> float:
        """Returns how many seconds late the newest of them was."""
        owner = self._owners.get(number)
        if owner is None or owner.partition is None:
            return 0.0  # Whoever owns it next seeks to the committed offset before reading: nothing is skipped.
        try:
            return owner.partition.take(records)
        except PartitionLostError:
            return 0.0  # Its owner knows.
        except Exception as error:  # One partition's records must not stop the others.
            log.exception("intake_failed", partition=number)
            owner.restart(repr(error)[:300])
            return 0.0

    def _steer(self) -> None:
        """Let every partition be read, or not, as it should be now.

        It is compared each time, and not told by events: a partition that a rebalance, a loss or a full backlog
        paused is read again as soon as nothing speaks against it.
        """
        paused = self._consumer.paused()
        for topic_partition in self._consumer.assignment():
            wanted = self._may_be_read(topic_partition.partition)
            if wanted and topic_partition in paused:
                self._consumer.resume(topic_partition)
            elif not wanted and topic_partition not in paused:
                self._consumer.pause(topic_partition)

    def _may_be_read(self, number: int) -> bool:
        partition = self._owners[number].partition if number in self._owners else None
        return partition is not None and number in self._sought and not partition.is_full

    def _report_oldest(self) -> None:
        """Report the age of the oldest waiting request and the stores' memory, once a second."""
        if (now := self._context.monotonic()) - self._reported_at < 1.0:
            return
        self._reported_at = now
        oldest = [asked_at for each in self._partitions if (asked_at := each.oldest) is not None]
        age = (self._context.clock() - min(oldest)).total_seconds() if oldest else 0.0
        self._context.metrics.oldest_waiting(age)
        for use, size in self._stores.memory().items():
            self._context.metrics.store_memory(use, size)
