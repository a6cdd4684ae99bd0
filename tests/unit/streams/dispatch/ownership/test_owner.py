"""Whatever ends the run of a partition, its owner takes it over again, and every request is answered."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaConnectionError, KafkaTimeoutError, ProducerFenced

from streams.dispatch.ledger.group_commit import PartitionLostError
from streams.dispatch.ledger.ledger_transaction import LedgerTransaction
from streams.dispatch.ownership.consumer import Dispatcher
from streams.dispatch.ownership.owner import MOST_FAULTS
from streams.dispatch.ownership.partition import Partition
from streams.dispatch.ownership.takeover import InputLostError, PartitionsChangedError
from streams.topics import SYNC_REQUESTS
from tests.unit.streams.dispatch.harness import SETTINGS, Harness, Record
from tests.unit.streams.dispatch.requests import numbered

RESTART_PAUSE, SESSION = 0.05, 0.6
REQUESTS = TopicPartition(SYNC_REQUESTS, 0)


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.dispatch.ownership.owner.RESTART_PAUSE", RESTART_PAUSE)
    monkeypatch.setattr("streams.dispatch.ownership.owner.LONGEST_RESTART_PAUSE", 2 * RESTART_PAUSE)


class Producer:
    """The partition's producer; closing it takes a moment."""

    def __init__(self) -> None:
        self.stopped = False

    async def stop(self) -> None:
        await asyncio.sleep(0)
        self.stopped = True


@dataclass
class TakeOvers:
    """Take-overs of the harness's partition; `failures` are raised by the first ones, at their await."""

    harness: Harness
    failures: list[BaseException] = field(default_factory=list)
    before: list[Callable[[LedgerTransaction], None]] = field(default_factory=list)
    """What the first owners do ahead of each transaction."""
    at: list[float] = field(default_factory=list)
    steps: int = 0
    producers: list[Producer] = field(default_factory=list)
    waiting: asyncio.Event = field(default_factory=asyncio.Event)
    may_go_on: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.may_go_on.set()

    async def partition(self, number: int, on_step: Callable[[], None]) -> tuple[Partition, Producer]:
        del number
        self.at.append(asyncio.get_running_loop().time())
        on_step()
        self.waiting.set()
        await self.may_go_on.wait()
        if self.failures:
            raise self.failures.pop(0)
        partition = self.harness.own()
        if self.before:
            self.harness.fence.before = self.before.pop(0)
        self.producers.append(Producer())
        return partition, self.producers[-1]


@dataclass
class Owned:
    """A dispatcher with one partition."""

    harness: Harness
    dispatcher: Dispatcher
    take_overs: TakeOvers
    fatal: list[BaseException]

    @property
    def partition(self) -> Partition:
        owner = self.dispatcher._owners[0]
        assert owner.partition is not None
        return owner.partition

    async def running(self, take_overs: int) -> None:
        """Wait for a take-over and its run."""
        await self.harness.until(lambda: len(self.take_overs.at) >= take_overs and self.dispatcher.running == {0})

    def read_again(self) -> None:
        """What the consumer does after each take-over: all records from the committed offset on."""
        self.partition.take(self.harness.sent)


@asynccontextmanager
async def owned(*failures: BaseException, harness: Harness | None = None) -> AsyncIterator[Owned]:
    harness = harness or Harness()
    fatal: list[BaseException] = []
    take_overs = TakeOvers(harness, list(failures))
    dispatcher = Dispatcher(
        {"bootstrap_servers": "127.0.0.1:1"},
        replace(harness.context(), settings=SETTINGS),
        "test",
        fatal.append,
        session_timeout=SESSION,
        heartbeat_interval=0.3,
        take_over=take_overs,
    )
    dispatcher.assigned({REQUESTS})
    try:
        yield Owned(harness, dispatcher, take_overs, fatal)
    finally:
        await dispatcher.stop(0)


def lost_to(cause: BaseException) -> Callable[[LedgerTransaction], None]:
    """Lose the first transaction to Kafka."""

    def before(_: LedgerTransaction) -> None:
        raise PartitionLostError from cause

    return before


def raises(error: BaseException) -> Callable[[LedgerTransaction], None]:
    """Fail in a way that nobody foresaw."""

    def before(_: LedgerTransaction) -> None:
        raise error

    return before


def cancels() -> Callable[[LedgerTransaction], None]:
    """Cancel the task that commits, as a client that closes itself does."""

    def before(_: LedgerTransaction) -> None:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        raise asyncio.CancelledError

    return before


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize(
    ("loss", "pause"),
    [
        (lost_to(KafkaTimeoutError()), RESTART_PAUSE),
        (lost_to(ProducerFenced()), SESSION / 2),
        (raises(KeyError("nobody foresaw it")), RESTART_PAUSE),
    ],
    ids=["timed out", "fenced", "a fault of ours"],
)
async def test_a_partition_that_is_lost_is_taken_over_again(
    loss: Callable[[LedgerTransaction], None], pause: float, times: int
) -> None:
    async with owned() as here:
        here.take_overs.before = [loss] * times
        await here.running(1)
        here.harness.give(here.partition, [numbered(1)])
        for number in range(2, times + 2):
            await here.running(number)
            here.read_again()
        (outcome,) = await here.harness.answered(1)
        assert outcome.status == "PROCESSED"
        assert len(here.take_overs.at) == times + 1
        assert here.take_overs.at[1] - here.take_overs.at[0] >= pause
        assert [each.stopped for each in here.take_overs.producers] == [True] * times + [False]
        assert here.fatal == []
        assert here.dispatcher.is_ready


async def test_a_fenced_owner_waits_for_the_group_before_it_fences_in_turn() -> None:
    async with owned(ProducerFenced()) as here:
        await here.running(2)
        assert here.take_overs.at[1] - here.take_overs.at[0] >= SESSION / 2


@pytest.mark.parametrize(
    "failure",
    [
        KafkaConnectionError(),
        KafkaTimeoutError(),
        ProducerFenced(),
        OSError("no route"),
        TimeoutError("the committed offset took longer than 10 s"),
        asyncio.CancelledError(),
    ],
    ids=repr,
)
async def test_a_take_over_that_fails_is_tried_again(failure: BaseException) -> None:
    async with owned(failure, failure) as here:
        await here.running(3)
        here.harness.give(here.partition, [numbered(1)])
        await here.harness.answered(1)
        assert here.fatal == []


async def test_a_group_commit_that_is_cancelled_from_elsewhere_does_not_end_the_partition() -> None:
    async with owned() as here:
        here.take_overs.before = [cancels()]
        await here.running(1)
        here.harness.give(here.partition, [numbered(1)])
        await here.running(2)
        here.read_again()
        await here.harness.answered(1)


async def test_a_group_commit_that_is_cancelled_while_nobody_waits_for_it_is_noticed() -> None:
    """A record that cannot be read: no lane would see that its dead letter is not written."""
    async with owned() as here:
        here.take_overs.before = [cancels()]
        await here.running(1)
        here.harness.sent.append(Record(b"no request", 0))
        here.read_again()
        await here.running(2)
        here.read_again()
        await here.harness.until(lambda: here.harness.topic.dead_letters)


async def _waits_for_the_take_over(here: Owned) -> None:
    here.take_overs.may_go_on.clear()
    here.take_overs.waiting.clear()
    here.dispatcher.restart(0, "to meet it in its take-over")
    await here.take_overs.waiting.wait()


async def _runs(here: Owned) -> None:
    await here.running(1)


async def _pauses(here: Owned) -> None:
    here.dispatcher.restart(0, "to meet it in its pause")
    await here.harness.until(lambda: here.dispatcher._owners[0].partition is None)


MOMENTS = pytest.mark.parametrize("moment", [_waits_for_the_take_over, _runs, _pauses])


@MOMENTS
async def test_a_cancellation_that_nobody_asked_for_is_no_end(moment: Callable[[Owned], Awaitable[None]]) -> None:
    async with owned() as here:
        await here.running(1)
        await moment(here)
        here.dispatcher.restart(0, "cancelled at each await")
        here.take_overs.may_go_on.set()
        await here.running(2)
        here.harness.give(here.partition, [numbered(1)])
        await here.harness.answered(1)


@MOMENTS
async def test_a_partition_that_is_given_up_is_not_taken_over_again(
    moment: Callable[[Owned], Awaitable[None]],
) -> None:
    async with owned() as here:
        await here.running(1)
        await moment(here)
        here.dispatcher.assigned(set())
        here.take_overs.may_go_on.set()
        tried = len(here.take_overs.at)
        await asyncio.sleep(RESTART_PAUSE * 3)
        assert len(here.take_overs.at) == tried
        assert here.dispatcher.running == frozenset()


@pytest.mark.parametrize("failure", [InputLostError("gone"), PartitionsChangedError("2"), ValueError("unreadable")])
async def test_what_a_new_start_does_not_cure_ends_the_process(failure: Exception) -> None:
    async with owned(failure) as here:
        await here.harness.until(lambda: here.fatal)
        assert here.fatal == [failure]
        await asyncio.sleep(RESTART_PAUSE * 2)
        assert len(here.take_overs.at) == 1


async def test_faults_of_ours_in_a_row_end_the_process() -> None:
    async with owned(*[KeyError("again")] * MOST_FAULTS) as here:
        await here.harness.until(lambda: here.fatal)
        assert len(here.take_overs.at) == MOST_FAULTS


async def test_a_record_that_meets_a_fault_of_ours_stops_its_partition_only(monkeypatch: pytest.MonkeyPatch) -> None:
    async with owned() as here:
        await here.running(1)

        def fails(*_: object) -> None:
            raise KeyError("nobody foresaw it")

        with monkeypatch.context() as patch:
            patch.setattr(here.partition, "take", fails)
            here.dispatcher._take_in(0, [here.harness.record(numbered(1))])
        await here.running(2)
        here.read_again()
        await here.harness.answered(1)
