"""Hostile records on a real Kafka: the gate takes each of them, and so do the projection and the command line."""

import asyncio
from datetime import UTC, datetime

from aiokafka import AIOKafkaProducer
from typer.testing import CliRunner

from deploy.testbed.topics import set_topic
from mappers.inbound.dead_letter import PoisonReason
from streams.cli.main import build
from streams.projection.store import ProjectionStore
from streams.topics import DEAD_LETTERS, STATUS_CHANGES
from tests.builders import OMIT
from tests.fakes.key_value import MemoryKeyValue
from tests.hostile.mutator import HostileRecord, hostile_record, samples
from tests.integration.gate.harness import PATIENCE, GateHarness, record
from tests.integration.projection.projection_process import make_follower

MANY = 1_500
SEED = 7
# Brokers from 4.0 on refuse times more than an hour ahead, unless the topic says otherwise; earlier ones take them.
ANY_TIME = {"message.timestamp.after.max.ms": str(2**63 - 1)}
YEAR_10000 = 253_402_300_800_000
MICROSECONDS = 1_795_144_522_123_456


async def send(harness: GateHarness, records: list[HostileRecord]) -> None:
    """All of them on partition 0, in order."""
    async with AIOKafkaProducer(bootstrap_servers=harness.servers, acks="all", linger_ms=5) as producer:
        for each in records:
            await producer.send(
                STATUS_CHANGES,
                each.value,
                key=each.key if each.value is not None else each.key or b"",
                partition=0,
                headers=list(each.headers),
                timestamp_ms=max(0, each.timestamp),
            )
        await producer.flush()


async def command(harness: GateHarness, *arguments: str) -> str:
    """What the command prints; it must not fail."""
    runner = CliRunner(env={"SHIPLEDGER_KAFKA__BOOTSTRAP_SERVERS": harness.servers})
    done = await asyncio.to_thread(runner.invoke, build(), arguments)
    assert done.exit_code == 0, (done.output, done.exception)
    return done.output


async def follow(harness: GateHarness, count: int) -> ProjectionStore:
    """A projection that has read so many records."""
    store = ProjectionStore(MemoryKeyValue())
    follower = make_follower(harness.servers, store)
    running = asyncio.create_task(follower.run())
    async with asyncio.timeout(PATIENCE):
        while follower.folded < count:  # noqa: ASYNC110  # The count is the follower's, not an event.
            await asyncio.sleep(0.02)
    follower.stop()
    await running
    return store


async def test_each_is_counted_once_and_a_restarted_gate_takes_none_of_them_again(harness: GateHarness) -> None:
    await set_topic(harness.servers, STATUS_CHANGES, ANY_TIME)
    events = samples()
    made = [hostile_record(number, SEED, events) for number in range(MANY)]
    small = [each for each in made if len(each.value or b"") < 900_000]
    await send(harness, small)
    async with harness.gate() as gate:
        await harness.until_counted(len(small))
        await harness.until_committed(len(small))
        assert not gate.fatal.is_set()
    await harness.send([record(1)])
    async with harness.gate():
        await harness.until_counted(len(small) + 1)
        await harness.until_committed(len(small) + 1)
    assert harness.metrics.events.total() == len(small) + 1
    assert not harness.metrics.violations
    assert PoisonReason.INTERNAL_ERROR not in harness.metrics.dead_letters
    letters = await command(harness, "dead-letters", "list")
    assert f"{harness.metrics.events['dead_lettered']} dead letters" in letters
    assert f"{len(small) + 1} would be published" in await command(harness, "replay")
    await follow(harness, len(small) + 1)


async def test_records_beyond_the_calendar_are_taken_listed_and_replayed(harness: GateHarness) -> None:
    """Microseconds sent as milliseconds are in the year 58,855."""
    await set_topic(harness.servers, STATUS_CHANGES, ANY_TIME)
    times = [0, YEAR_10000, MICROSECONDS, 2**63 - 1]
    for number, timestamp in enumerate(times):
        overrides = {"occurred_at": OMIT} if number == len(times) - 1 else {}
        await harness.send([record(number, **overrides) | {"timestamp_ms": timestamp}])
    async with harness.gate() as gate:
        await harness.until_committed(len(times))
        assert not gate.fatal.is_set()
    assert harness.metrics.events == {"requested": 3, "dead_lettered": 1}, "nothing orders the last one"
    store = await follow(harness, len(times))
    assert store.snapshot("southern-beef", "S2") is not None
    assert "4 would be published" in await command(harness, "replay")
    assert "0 would be published" in await command(harness, "replay", "--since", "2020-01-01")
    assert "4 published" in await command(harness, "replay", "--yes")
    assert await harness.count(STATUS_CHANGES) == 2 * len(times)
    assert "1 dead letters" in await command(harness, "dead-letters", "list")
    assert await harness.count(DEAD_LETTERS) == 1


async def test_a_replayed_record_is_no_newer_than_it_was(harness: GateHarness) -> None:
    """Else an event without a time of its own would go before those that followed it."""
    then = datetime(2026, 11, 20, 3, 15, 22, 123_000, tzinfo=UTC)
    milliseconds = int(then.timestamp() * 1000)
    await harness.send([record(1, occurred_at=OMIT, revision=OMIT) | {"timestamp_ms": milliseconds}])
    assert "1 published" in await command(harness, "replay", "--yes")
    found = await harness.read(STATUS_CHANGES, 2)
    assert [each.timestamp for each in found] == [milliseconds, milliseconds]
