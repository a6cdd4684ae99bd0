"""The owner of one partition: takes it over, runs it, and begins again from the topic whenever it is lost."""

from collections.abc import Callable
from typing import Protocol

import structlog
from aiokafka.errors import InvalidProducerEpoch, KafkaError, ProducerFenced

from streams.dispatch.context import LaneContext
from streams.dispatch.ledger import PartitionLostError
from streams.dispatch.ownership.partition import Partition
from streams.dispatch.ownership.takeover import InputLostError, PartitionsChangedError
from streams.dispatch.store import StoreDamagedError
from streams.ops import BackgroundTask, End, EndedError, Invariant, Progress, Supervised

log = structlog.get_logger(__name__)

RESTART_PAUSE = 0.5
LONGEST_RESTART_PAUSE = 5.0
MOST_FAULTS = 6
"""Faults of ours in a row after which the process begins anew: beginning the partition anew has not helped."""


class Producer(Protocol):
    """The partition's producer, as far as its owner is concerned."""

    async def stop(self) -> None:
        """Close it. Bounded in time, and raises nothing."""
        ...


class TakesOver(Protocol):
    """Makes owned partitions."""

    async def partition(self, number: int, on_step: Callable[[], None]) -> tuple[Partition, Producer]:
        """The partition, restored and fenced; `on_step` is told of each step. Every wait in it is bounded."""
        ...


class PartitionOwner:
    """Owns the partition `number` from `start` to `stop`. What is lost is restored from the topic, after a pause."""

    def __init__(
        self,
        number: int,
        take_over: TakesOver,
        context: LaneContext,
        *,
        began: Callable[[Partition], None],
        ended: Callable[[int], None],
        fatal: Callable[[BaseException], None],
        fenced_pause: float,
    ) -> None:
        """`began` is told of each run's partition, `ended` when it runs no more.

        `fatal` is told of an error after which beginning anew does not help. After a fence the owner waits for
        `fenced_pause` seconds at least: somebody else owns the partition by then, and fencing them in turn would only
        repeat it; the group tells us.
        """
        self.number = number
        self.partition: Partition | None = None
        self._take_over = take_over
        self._context = context
        self._began = began
        self._ended_one = ended
        self._fatal = fatal
        self._fenced_pause = fenced_pause
        self._past_commits = 0
        self._steps = 0
        self._faults = 0
        self._pausing = False
        self._task = Supervised(f"partition-{number}", self._own_once, self._on_end, monotonic=context.monotonic)

    def start(self) -> None:
        """Take the partition over."""
        self._task.start()

    def stop(self) -> None:
        """Give the partition up, now."""
        self._task.stop()

    async def stopped(self, seconds: float) -> None:
        """Wait for the end that `stop` asked for, for so long at most."""
        await self._task.ended(seconds)

    @property
    def has_ended(self) -> bool:
        """Whether nothing of it runs any more."""
        return self._task.has_ended

    def restart(self, reason: str) -> None:
        """Begin anew from the topic."""
        log.error("partition_restarted", partition=self.number, reason=reason)
        self._task.restart()

    @property
    def commits(self) -> int:
        """Ledger transactions so far."""
        return self._past_commits + (0 if self.partition is None else self.partition.commits)

    @property
    def progress(self) -> Progress:
        """Its take-over, or what it has to commit. While Kafka is away, each new try is a step."""
        idle = self._pausing or (self.partition is not None and not self.partition.has_uncommitted)
        return Progress(done=self._steps + self.commits, has_work=not idle)

    async def _own_once(self) -> None:
        self._pausing = False
        self._step()
        partition, producer = await self._take_over.partition(self.number, self._step)
        try:
            self.partition = partition
            self._began(partition)
            await partition.run()
        finally:
            self._past_commits += partition.commits
            self.partition = None
            self._ended_one(self.number)
            await producer.stop()

    def _step(self) -> None:
        self._steps += 1

    def _on_end(self, end: End) -> float | None:
        """The pause before it is taken over again; None where the process has to end."""
        self._pausing = True
        self._context.metrics.restarted(BackgroundTask.PARTITION)
        fault = self._fault(end.error)
        self._faults = 0 if fault is None else self._faults + 1
        if fault is None:
            log.warning("partition_lost", partition=self.number, error=repr(end.error)[:300])
        else:
            self._context.metrics.invariant_violated(Invariant.AGENT_BODY)
            log.error("partition_failed", partition=self.number, exc_info=fault)
        if isinstance(end.error, _FATAL) or self._faults >= MOST_FAULTS:
            self._fatal(end.error)
            return None
        pause = end.pause(RESTART_PAUSE, LONGEST_RESTART_PAUSE)
        return max(pause, self._fenced_pause) if _is_fenced(end.error) else pause

    def _fault(self, error: BaseException) -> BaseException | None:
        """What is a fault of ours in it; None where the partition was lost to Kafka, or ended for no error."""
        return next((each for each in _leaves(error) if not isinstance(each, (*_EXPECTED, *_FATAL_INPUT))), None)


_FATAL_INPUT = (InputLostError, PartitionsChangedError)
# ValueError: a newer version wrote a record of the ledger, and to go on without it could repeat a document.
_FATAL = (*_FATAL_INPUT, ValueError)
_EXPECTED = (PartitionLostError, StoreDamagedError, KafkaError, OSError, TimeoutError, EndedError)


def _is_fenced(error: BaseException) -> bool:
    return any(isinstance(each, _FENCED) or isinstance(each.__cause__, _FENCED) for each in _leaves(error))


_FENCED = (ProducerFenced, InvalidProducerEpoch)


def _leaves(error: BaseException) -> list[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        return [leaf for each in error.exceptions for leaf in _leaves(each)]
    return [error]
