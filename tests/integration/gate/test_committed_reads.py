"""What a sender aborted never becomes a request, and what it has not committed yet holds back nothing before it."""

from streams.topics import SYNC_REQUESTS
from tests.integration.gate.harness import GateHarness, record
from tests.integration.gate.senders import put, put_and_abort, put_and_commit, sender


async def test_events_of_an_aborted_transaction_are_never_requested(harness: GateHarness) -> None:
    async with sender(harness) as producer:
        for number in range(8):
            await put_and_abort(producer, 100 + number, 200 + number)
            await put_and_commit(producer, number)
    await harness.send([record(8)])
    async with harness.gate():
        assert [each.shipment_id for each in await harness.requests(9)] == [f"S{number}" for number in range(9)]
    assert await harness.count(SYNC_REQUESTS) == 9
    assert harness.metrics.events == {"requested": 9}


async def test_an_aborted_revision_does_not_stand_before_an_older_one_that_was_committed(harness: GateHarness) -> None:
    async with sender(harness) as producer:
        await put_and_abort(producer, 1, revision=7)
        await put_and_commit(producer, 1, revision=6)
    await harness.send([record(2, revision=1)])
    async with harness.gate():
        found = await harness.requests(2)
    assert [(each.shipment_id, each.revision) for each in found] == [("S1", 6), ("S2", 1)]


async def test_an_open_transaction_holds_back_nothing_before_it_and_its_end_lets_the_rest_go_on(
    harness: GateHarness,
) -> None:
    await harness.send([record(0), record(1)])
    async with sender(harness) as producer, harness.gate():
        await producer.begin_transaction()
        await put(producer, 2)
        await harness.send([record(3)])
        assert [each.shipment_id for each in await harness.requests(2)] == ["S0", "S1"]
        await harness.until_committed(2)
        assert await harness.count(SYNC_REQUESTS) == 2
        await producer.commit_transaction()
        found = await harness.requests(4)
    assert [each.shipment_id for each in found] == ["S0", "S1", "S2", "S3"]


async def test_a_gate_that_starts_again_behind_aborted_events_loses_and_repeats_nothing(harness: GateHarness) -> None:
    """Aborted events and the marks at a transaction's end take offsets that no consumer sees."""
    expected = 0
    async with sender(harness) as producer:
        for begin in range(0, 30, 10):
            await put_and_abort(producer, *range(100, 103))
            await harness.send([record(begin), record(begin + 1)])
            await put_and_commit(producer, *range(begin + 2, begin + 10))
            expected += 10
            async with harness.gate():
                await harness.until_counted(expected)
            await put_and_abort(producer, *range(200, 203))
    assert [each.shipment_id for each in await harness.requests(30)] == [f"S{number}" for number in range(30)]
    assert await harness.count(SYNC_REQUESTS) == 30
