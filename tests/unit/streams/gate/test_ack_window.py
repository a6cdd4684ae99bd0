"""An event is acknowledged when what it caused is durable and all before it in its partition are acknowledged."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from faust.types import EventT, Message
from hypothesis import given
from hypothesis import strategies as st

from streams.gate.ack_window import AckWindow, Sending
from streams.gate.settings import WindowLimits
from streams.ops import EventResult, Invariant
from tests.unit.streams.gate.faust_events import AckingConsumer

SOON = 0.02


@dataclass
class Harness:
    """A window and what comes of it."""

    limits: WindowLimits = field(default_factory=WindowLimits)
    consumer: AckingConsumer = field(default_factory=AckingConsumer)
    failures: list[tuple[int, BaseException]] = field(default_factory=list)
    violations: list[Invariant] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.window = AckWindow(self.limits, self._on_failure, self.violations.append)

    def _on_failure(self, message: Message, error: BaseException) -> None:
        self.failures.append((message.offset, error))

    def take(self, offset: int, partition: int = 0, *, value: bytes | None = b"{}") -> Sending:
        """An event whose record is on its way, and whose body has ended."""
        sending: Sending = asyncio.get_running_loop().create_future()
        event = self.held(offset, partition, value=value)
        self.window.add(event, sending)
        self.consumer.end_body(event)
        return sending

    def ignore(self, offset: int, partition: int = 0) -> None:
        """An event that causes nothing."""
        event = self.held(offset, partition)
        self.window.add(event, None)
        self.consumer.end_body(event)

    def held(self, offset: int, partition: int = 0, *, value: bytes | None = b"{}") -> EventT[bytes]:
        event = self.consumer.event(offset, partition, value=value)
        self.window.hold(event)
        return event

    def acked(self, partition: int = 0) -> Sequence[int]:
        return self.consumer.acked.get(partition, [])

    async def has_room(self) -> bool:
        waiting = asyncio.create_task(self.window.room())
        await asyncio.wait([waiting], timeout=SOON)
        waiting.cancel()
        await asyncio.wait([waiting])
        return not waiting.cancelled()


async def finish(*sendings: Sending, error: Exception | None = None) -> None:
    for sending in sendings:
        if error is None:
            sending.set_result(EventResult.REQUESTED)
        else:
            sending.set_exception(error)
    await asyncio.sleep(0)


async def test_an_event_is_acknowledged_when_its_record_is_on_the_broker_and_not_when_its_body_ends() -> None:
    harness = Harness()
    sending = harness.take(5)
    assert harness.acked() == []
    await finish(sending)
    assert harness.acked() == [5]


async def test_an_event_whose_record_is_there_before_its_body_ends_is_acknowledged_at_the_end() -> None:
    harness = Harness()
    event = harness.held(5)
    harness.window.add(event, None)
    assert harness.acked() == []
    harness.consumer.end_body(event)
    assert harness.acked() == [5]


async def test_completions_out_of_order_acknowledge_only_what_has_nothing_open_before_it() -> None:
    harness = Harness()
    first, second, third, fourth = [harness.take(offset) for offset in (5, 6, 7, 8)]
    await finish(third)
    await finish(second)
    assert harness.acked() == []
    await finish(first)
    assert harness.acked() == [5, 6, 7]
    await finish(fourth)
    assert harness.acked() == [5, 6, 7, 8]


@given(st.permutations(range(8)), st.sets(st.integers(0, 7)))
def test_whatever_the_order_of_completion_acknowledged_is_a_prefix(order: list[int], ignored: set[int]) -> None:
    async def run() -> None:
        harness = Harness()
        sendings = {}
        for offset in range(8):
            if offset in ignored:
                harness.ignore(offset)
            else:
                sendings[offset] = harness.take(offset)
        done = set(ignored)
        for offset in order:
            if offset in sendings:
                await finish(sendings[offset])
                done.add(offset)
            prefix = next((number for number in range(8) if number not in done), 8)
            assert harness.acked() == list(range(prefix))

    asyncio.run(run())


async def test_an_ignored_event_waits_for_those_before_it_only() -> None:
    harness = Harness()
    harness.ignore(4)
    assert harness.acked() == [4]
    sending = harness.take(5)
    harness.ignore(6)
    assert harness.acked() == [4]
    await finish(sending)
    assert harness.acked() == [4, 5, 6]


async def test_partitions_do_not_wait_for_each_other() -> None:
    harness = Harness()
    slow, quick = harness.take(5, partition=0), harness.take(3, partition=1)
    await finish(quick)
    assert (harness.acked(0), harness.acked(1)) == ([], [3])
    await finish(slow)
    assert harness.acked(0) == [5]


async def test_after_a_failure_nothing_is_acknowledged_and_no_event_is_taken() -> None:
    harness = Harness()
    before, failing, after, elsewhere = harness.take(5), harness.take(6), harness.take(7), harness.take(1, partition=1)
    error = ConnectionError("gone")
    await finish(failing, error=error)
    await finish(before, after, elsewhere)
    assert (harness.acked(0), harness.acked(1)) == ([], [])
    assert not await harness.has_room()
    assert harness.failures == [(6, error)]


async def test_only_the_first_failure_is_told() -> None:
    harness = Harness()
    first, second = harness.take(5), harness.take(6)
    await finish(second, error=ConnectionError("second"))
    await finish(first, error=ConnectionError("first"))
    assert [offset for offset, _ in harness.failures] == [6]


async def test_a_failure_that_is_told_late_is_no_success() -> None:
    """Both are done before the callback of either has run, and that of the success comes first."""
    harness = Harness()
    failing, success = harness.take(5), harness.take(6)
    success.set_result(EventResult.REQUESTED)
    failing.set_exception(ConnectionError("gone"))
    await asyncio.sleep(0)
    assert harness.acked() == []
    assert [offset for offset, _ in harness.failures] == [5]


async def test_an_event_that_could_not_even_be_sent_breaks_the_window() -> None:
    harness = Harness()
    before, event = harness.take(5), harness.held(6)
    harness.window.fail(event, ConnectionError("gone"))
    harness.consumer.end_body(event)
    await finish(before)
    assert harness.acked() == []
    assert not await harness.has_room()


async def test_what_a_broken_window_holds_does_not_keep_faust_from_stopping() -> None:
    """Faust waits at its stop for messages that do not count as acknowledged."""
    harness = Harness()
    event = harness.held(5)
    harness.window.add(event, asyncio.get_running_loop().create_future())
    failing, late = harness.held(6), harness.held(7)
    harness.window.fail(failing, ConnectionError("gone"))
    harness.window.add(late, None)
    assert [each.message.acked for each in (event, failing, late)] == [True, True, True]
    assert harness.acked() == []


async def test_a_sending_that_is_cancelled_is_a_failure() -> None:
    harness = Harness()
    sending, after = harness.take(5), harness.take(6)
    sending.cancel()
    await finish(after)
    assert harness.acked() == []
    assert [offset for offset, _ in harness.failures] == [5]


async def test_an_event_that_was_cut_off_holds_back_those_after_it_and_none_before_it() -> None:
    harness = Harness()
    before, cut_off = harness.take(5), harness.held(6)
    harness.window.give_up(cut_off)
    harness.consumer.end_body(cut_off)
    after = harness.take(7)
    await finish(before, after)
    assert harness.acked() == [5]
    assert cut_off.message.acked
    assert harness.failures == []


async def test_a_window_that_is_full_of_events_has_room_when_one_is_acknowledged() -> None:
    harness = Harness(WindowLimits(events=2))
    first = harness.take(5)
    assert await harness.has_room()
    second = harness.take(6)
    assert not await harness.has_room()
    await finish(second)
    assert not await harness.has_room()
    await finish(first)
    assert await harness.has_room()


@pytest.mark.parametrize("value", [b"x" * 60, b"x" * 1_000])
async def test_a_window_that_is_full_of_bytes_has_room_when_they_are_acknowledged(value: bytes) -> None:
    """An event that alone is more than the bound is taken all the same, and then nothing."""
    harness = Harness(WindowLimits(bytes=100))
    harness.take(4, partition=1, value=None)
    first = harness.take(5, value=b"x" * 50)
    assert await harness.has_room()
    second = harness.take(6, value=value)
    assert not await harness.has_room()
    await finish(first)
    assert await harness.has_room() is (len(value) < 100)
    await finish(second)
    assert await harness.has_room()


async def test_whoever_waits_for_room_goes_on_as_soon_as_there_is_some() -> None:
    harness = Harness(WindowLimits(events=1))
    sending = harness.take(5)
    waiting = asyncio.create_task(harness.window.room())
    await asyncio.sleep(0)
    assert not waiting.done()
    await finish(sending)
    await asyncio.wait_for(waiting, 5)


async def test_an_event_that_somebody_acknowledged_before_its_request_is_durable_breaks_an_invariant() -> None:
    harness = Harness()
    event = harness.held(5)
    sending: Sending = asyncio.get_running_loop().create_future()
    harness.window.add(event, sending)
    event.message.acked = True
    await finish(sending)
    assert harness.violations == [Invariant.DURABLE_BEFORE_ACK]


async def test_events_that_are_acknowledged_in_order_break_no_invariant() -> None:
    harness = Harness()
    await finish(*(harness.take(offset) for offset in (5, 6)))
    harness.ignore(7)
    assert harness.acked() == [5, 6, 7]
    assert harness.violations == []
