"""Ownership on a real Kafka: what is committed when, who reads what, and how partitions change hands."""

import asyncio
from collections import Counter
from typing import Any

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.records_to_delete import RecordsToDelete
from aiokafka.errors import KafkaConnectionError, KafkaTimeoutError
from aiokafka.structs import TopicPartition

from deploy.testbed.topics import fresh_topics
from mappers.model.company import DocumentType
from streams.dispatch.ledger.group_commit import PartitionLostError
from streams.dispatch.ledger.ledger_transaction import LedgerTransaction
from streams.dispatch.ledger.records import OWNER
from streams.dispatch.ledger.transactions import PartitionProducer
from streams.dispatch.ownership import partition as partition_module
from streams.dispatch.ownership.consumer import Dispatcher
from streams.dispatch.ownership.takeover import InputLostError
from streams.topics import SYNC_REQUESTS
from tests.builders import ORGANISATION, make_company
from tests.integration.dispatch.dispatchers import PARTITIONS, committed, dispatching, ends, outcomes_of, send
from tests.unit.streams.dispatch.harness import Clock, Harness, IntentCheckingAccounting, Topic
from tests.unit.streams.dispatch.requests import numbered
from xero_client.port import ElementReply, Grant, Operation

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(120)]


class SlowAccounting(IntentCheckingAccounting):
    """Replies that take two seconds: less than a drain may, and more than the next owner needs."""

    def __init__(self, topic: Topic, clock: Clock) -> None:
        super().__init__(topic, clock)
        self.begun = asyncio.Event()

    async def write(
        self,
        grant: Grant,
        kind: DocumentType,
        operation: Operation,
        body: bytes,
        *,
        idempotency_key: str,
        start_before: float,
    ) -> tuple[ElementReply, ...]:
        self.begun.set()
        replies = await super().write(
            grant, kind, operation, body, idempotency_key=idempotency_key, start_before=start_before
        )
        await asyncio.sleep(2)
        return replies


def many_organisations(count: int) -> Harness:
    """Companies whose organisations lie in several partitions."""
    return Harness(
        *(make_company(id=f"company-{index}", organisation=f"{index:08x}{ORGANISATION[8:]}") for index in range(count))
    )


def spread(harness: Harness, count: int) -> list[Any]:
    """Requests of all companies in turn."""
    companies = list(harness.companies.values())
    chosen = [companies[index % len(companies)] for index in range(count)]
    return [
        numbered(index).model_copy(update={"company_id": company.id, "organisation": company.organisation})
        for index, company in enumerate(chosen)
    ]


def documents(harness: Harness) -> list[str]:
    """The numbers of all documents of all organisations."""
    return sorted(number for each in harness.companies.values() for number in harness.numbers(each.organisation))


async def running(dispatcher: Dispatcher, partitions: int) -> None:
    """Wait until it has so many partitions at work."""
    async with asyncio.timeout(30):
        while len(dispatcher.running) != partitions:  # noqa: ASYNC110  # It has no event.
            await asyncio.sleep(0.01)


async def apart(one: Dispatcher, two: Dispatcher, seconds: float) -> None:
    """Look for so long, more than a fenced owner pauses, that none of them works on what the other has.

    Nor on what it says it has given up: after a second, for the former owner to close its producer.
    """
    begin = asyncio.get_running_loop().time()
    while (passed := asyncio.get_running_loop().time() - begin) < seconds:
        await asyncio.sleep(0.05)
        assert not one.running & two.running
        owners = Counter(name for task in asyncio.all_tasks() if (name := task.get_name()).startswith("partition-"))
        assert passed < 1 or max(owners.values()) == 1, owners


async def test_the_consumed_offset_is_committed_with_the_ledger(kafka: Any) -> None:
    await fresh_topics(kafka.bootstrap_servers, PARTITIONS)
    harness = many_organisations(8)
    async with outcomes_of(kafka.bootstrap_servers) as outcomes, dispatching(harness, kafka.bootstrap_servers, "one"):
        await send(kafka.bootstrap_servers, spread(harness, 40))
        await outcomes.ended(40)
        found, end = await committed(kafka.bootstrap_servers), await ends(kafka.bootstrap_servers)
    assert sum(end.values()) == 40
    assert {number: offset for number, offset in found.items() if offset} == {
        number: offset for number, offset in end.items() if offset
    }


async def test_nothing_is_committed_without_the_ledger(kafka: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not while the transaction is under way, and not by a consumer that is closed."""
    await fresh_topics(kafka.bootstrap_servers, PARTITIONS)
    harness = Harness()
    under_way = asyncio.Event()
    commit = PartitionProducer.commit

    async def hangs(producer: PartitionProducer, transaction: LedgerTransaction) -> int | None:
        if OWNER in transaction.records:
            return await commit(producer, transaction)
        assert transaction.next_offset == 3
        under_way.set()
        await asyncio.Event().wait()
        raise NotImplementedError

    monkeypatch.setattr(PartitionProducer, "commit", hangs)
    await send(kafka.bootstrap_servers, [numbered(index) for index in range(3)])
    async with dispatching(harness, kafka.bootstrap_servers, "one"):
        await asyncio.wait_for(under_way.wait(), 30)
        await asyncio.sleep(6)  # More than the interval at which aiokafka would commit by itself.
    assert not any(offset > 0 for offset in (await committed(kafka.bootstrap_servers)).values())


@pytest.mark.parametrize("cause", [KafkaTimeoutError(), KafkaConnectionError()], ids=repr)
async def test_what_was_read_but_not_committed_is_read_again(
    kafka: Any, monkeypatch: pytest.MonkeyPatch, cause: Exception
) -> None:
    """The consumer's position is ahead of the ledger after a loss; it is put back."""
    await fresh_topics(kafka.bootstrap_servers, PARTITIONS)
    harness = Harness()
    commit = PartitionProducer.commit
    lost = 0

    async def loses_the_first(producer: PartitionProducer, transaction: LedgerTransaction) -> int | None:
        nonlocal lost
        if lost < 2 and OWNER not in transaction.records:
            lost += 1
            raise PartitionLostError from cause
        return await commit(producer, transaction)

    monkeypatch.setattr(PartitionProducer, "commit", loses_the_first)
    async with outcomes_of(kafka.bootstrap_servers) as outcomes, dispatching(harness, kafka.bootstrap_servers, "one"):
        await send(kafka.bootstrap_servers, [numbered(index) for index in range(100)])
        ended = await outcomes.ended(100)
    assert lost == 2
    assert len(harness.numbers()) == len(ended) == 100


async def test_a_write_under_way_is_answered_before_its_partition_goes_to_another_owner(kafka: Any) -> None:
    await fresh_topics(kafka.bootstrap_servers, PARTITIONS)
    harness = many_organisations(8)
    slow = SlowAccounting(harness.topic, harness.clock)
    harness.accounting = slow
    async with (
        outcomes_of(kafka.bootstrap_servers) as outcomes,
        dispatching(harness, kafka.bootstrap_servers, "one") as one,
    ):
        await running(one, PARTITIONS)
        await send(kafka.bootstrap_servers, spread(harness, 8))
        await asyncio.wait_for(slow.begun.wait(), 30)
        async with dispatching(harness, kafka.bootstrap_servers, "two") as two:
            await running(two, PARTITIONS // 2)
            ended = await outcomes.ended(8)
    assert {each.action for each in ended} == {"created"}, "none had to be looked up by its new owner"
    assert documents(harness) == [f"INV-{index:05}" for index in range(8)]


async def test_two_dispatchers_take_partitions_from_each_other(kafka: Any) -> None:
    """One comes and goes while requests flow: every request is answered once, every document made once."""
    await fresh_topics(kafka.bootstrap_servers, PARTITIONS)
    harness = many_organisations(12)
    requests = spread(harness, 300)
    async with (
        outcomes_of(kafka.bootstrap_servers) as outcomes,
        dispatching(harness, kafka.bootstrap_servers, "one") as one,
    ):
        await running(one, PARTITIONS)
        for turn in range(3):
            await send(kafka.bootstrap_servers, requests[turn * 100 : turn * 100 + 50])
            async with dispatching(harness, kafka.bootstrap_servers, f"two-{turn}") as two:
                await send(kafka.bootstrap_servers, requests[turn * 100 + 50 : turn * 100 + 100])
                await running(two, PARTITIONS // 2)
                await apart(one, two, seconds=4 if turn == 0 else 0.1)
            await running(one, PARTITIONS)
        ended = await outcomes.ended(300, 60)
    assert Counter(each.request_id for each in ended).most_common(1)[0][1] == 1
    assert documents(harness) == [f"INV-{index:05}" for index in range(300)]


async def test_a_full_backlog_stops_the_reading_and_an_empty_one_lets_it_go_on(
    kafka: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a rebalance while it is full."""
    await fresh_topics(kafka.bootstrap_servers, PARTITIONS)
    harness = Harness()
    monkeypatch.setattr(partition_module, "MOST_BACKLOG", 20)
    monkeypatch.setattr("streams.dispatch.ownership.consumer.MOST_POLLED", 10)
    commit = PartitionProducer.commit
    may_commit = asyncio.Event()

    async def waits(producer: PartitionProducer, transaction: LedgerTransaction) -> int | None:
        if OWNER not in transaction.records:
            await may_commit.wait()
        return await commit(producer, transaction)

    monkeypatch.setattr(PartitionProducer, "commit", waits)
    async with (
        outcomes_of(kafka.bootstrap_servers) as outcomes,
        dispatching(harness, kafka.bootstrap_servers, "one") as one,
    ):
        await send(kafka.bootstrap_servers, [numbered(index) for index in range(200)])
        await harness.until(lambda: any(each.is_full for each in one._partitions), 30)
        await asyncio.sleep(1)
        assert max(each.next_offset for each in one._partitions) <= 60, "it reads no further"
        async with dispatching(harness, kafka.bootstrap_servers, "two") as two:
            await running(two, PARTITIONS // 2)
            may_commit.set()
            await outcomes.ended(200, 60)
    assert len(harness.numbers()) == 200


async def test_input_that_retention_deleted_before_it_was_taken_stops_the_process(kafka: Any) -> None:
    await fresh_topics(kafka.bootstrap_servers, 1)
    harness = Harness()
    async with outcomes_of(kafka.bootstrap_servers) as outcomes, dispatching(harness, kafka.bootstrap_servers, "one"):
        await send(kafka.bootstrap_servers, [numbered(index) for index in range(10)])
        await outcomes.ended(10)
    await send(kafka.bootstrap_servers, [numbered(index) for index in range(10, 30)])
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap_servers)
    await admin.start()
    await admin.delete_records({TopicPartition(SYNC_REQUESTS, 0): RecordsToDelete(before_offset=20)})
    await admin.close()
    failures: list[BaseException] = []
    async with dispatching(harness, kafka.bootstrap_servers, "one", failures):
        await harness.until(lambda: failures, 30)
    assert [type(each) for each in failures] == [InputLostError]
    assert "offsets 10 to 19 were deleted before they were taken" in str(failures[0])
