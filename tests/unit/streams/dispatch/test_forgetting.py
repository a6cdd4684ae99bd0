"""Finished rows are forgotten after the retention, and never one that has work again."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from mappers.model.sync_request import SyncRequest
from streams.dispatch.ledger.ledger_transaction import LedgerTransaction
from streams.dispatch.ledger.records import Row, RowKey, State
from tests.builders import COMPANY_ID, OCCURRED_AT, ORGANISATION
from tests.unit.streams.dispatch.harness import SETTINGS, Fence, Harness, Topic
from tests.unit.streams.dispatch.requests import numbered

DAY = timedelta(days=1)
OLD = 401 * DAY


class SlowFence(Fence):
    """Each transaction takes a few milliseconds, so that requests arrive between two of them."""

    async def commit(self, transaction: LedgerTransaction) -> int | None:
        await asyncio.sleep(0.005)
        return await super().commit(transaction)


class SlowHarness(Harness):
    """A harness whose owners have the slow fence."""

    def make_fence(self, topic: Topic) -> Fence:
        return SlowFence(topic)


def key(index: int) -> RowKey:
    return RowKey(ORGANISATION, COMPANY_ID, f"SHP-{index:05}")


def write_old_rows(harness: Harness, count: int) -> None:
    ended = harness.clock.utc() - OLD
    row = Row(state=State.DONE, revision=1, occurred_at=OCCURRED_AT - OLD, ended_at=ended)
    harness.topic.put({key(index): row for index in range(count)})


async def test_what_ended_before_the_retention_is_forgotten_and_nothing_else() -> None:
    harness = Harness()
    write_old_rows(harness, 450)
    async with harness.owner() as partition:
        harness.give(partition, [numbered(900)])
        await harness.answered(1)
        await harness.until(lambda: len(partition._ledger.rows) == 1)
    assert list(harness.topic.read().rows) == [key(900)]


async def test_a_row_that_gets_a_request_while_others_are_forgotten_keeps_it() -> None:
    """The forgetting waits for each of its transactions; what arrives meanwhile must survive the next one."""
    harness = SlowHarness(settings=replace(SETTINGS, start_guard=30))
    write_old_rows(harness, 1000)
    requests: list[SyncRequest] = [numbered(index, revision=9) for index in range(900, 1000)]
    async with harness.owner() as partition:
        await harness.until(lambda: len(partition._ledger.rows) < 1000)
        harness.give(partition, requests)
        await harness.answered(len(requests))
        await harness.until(lambda: len(partition._ledger.rows) == len(requests))
    assert {each.status for each in harness.ended()} == {"PROCESSED"}


async def test_one_that_had_an_older_version_skipped_is_not_forgotten_with_that_answer() -> None:
    """Else the gate would only have to repeat the older version, and it would be written over the newer one."""
    harness = Harness()
    row = Row(state=State.DONE, revision=5, occurred_at=OCCURRED_AT, ended_at=harness.clock.utc() - OLD + 2 * DAY)
    harness.topic.put({key(0): row})
    async with harness.owner() as partition:
        harness.give(partition, [numbered(0, revision=1)])
        await harness.answered(1)
    harness.clock.ahead += 2 * DAY
    async with harness.owner() as partition:
        harness.give(partition, [numbered(0, revision=1), numbered(1)])
        await harness.answered(2)
        await harness.until(lambda: harness.topic.offset == 3)
    assert [each.status for each in harness.ended()] == ["SKIPPED", "PROCESSED"]
    assert key(0) in harness.topic.read().rows
    assert harness.numbers() == ["INV-00001"]
