"""The owner dies, or is paused, around each step of a write to the simulator; the next one ends the work, once."""

import asyncio
from collections.abc import Callable

import pytest

from mappers.model.company import DocumentType
from mappers.model.sync_request import SyncRequest
from streams.dispatch.ledger.codec import encode_key, encode_value
from streams.dispatch.ledger.group_commit import PartitionLostError
from streams.dispatch.ledger.ledger_transaction import LedgerTransaction
from streams.dispatch.ledger.records import Intent
from tests.builders import make_company
from tests.faults.dispatch.request_check import RequestCheck
from tests.faults.dispatch.simulated import IMPATIENT, SimulatedHarness, assert_one_document_each, simulated
from tests.unit.streams.dispatch.requests import numbered
from xero_client.port import Operation

COUNT = 3
KINDS = (DocumentType.INVOICE, DocumentType.QUOTE)
KEY_FORGOTTEN = 7 * 60


async def before(harness: SimulatedHarness, operation: Operation) -> None:
    """Have in Xero what an update needs."""
    if operation is Operation.UPDATE:
        await harness.drive([numbered(index) for index in range(COUNT)])


def changed() -> list[SyncRequest]:
    return [numbered(index, revision=2, exporter_reference="CHANGED") for index in range(COUNT)]


def assert_changed(harness: SimulatedHarness, kind: DocumentType) -> None:
    assert_one_document_each(harness, kind, COUNT)
    assert {each.status for each in harness.ended()} == {"PROCESSED"}
    assert all("CHANGED" in each.texts["Reference"] for each in harness.documents(kind))


# By what they hold; two may come in one transaction.
TRANSACTIONS: dict[str, Callable[[LedgerTransaction], bool]] = {
    "intake": lambda transaction: transaction.next_offset is not None,
    "intent": lambda transaction: any(isinstance(each, Intent) for each in transaction.records.values()),
    "answer": lambda transaction: bool(transaction.outcomes),
}


class OwnerKill:
    """Kills an owner at a transaction, before it is written or after."""

    def __init__(self, harness: SimulatedHarness, at: Callable[[LedgerTransaction], bool], *, durable: bool) -> None:
        self._at = at
        self.came = asyncio.Event()
        setattr(harness.fence, "after" if durable else "before", self)

    def __call__(self, transaction: LedgerTransaction) -> None:
        if self.came.is_set() or self._at(transaction):
            self.came.set()
            raise PartitionLostError


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("operation", Operation)
@pytest.mark.parametrize("durable", [False, True], ids=["transaction lost", "transaction done, owner does not know"])
@pytest.mark.parametrize("at", TRANSACTIONS)
async def test_the_owner_dies_at_a_transaction(
    at: str, operation: Operation, kind: DocumentType, check: RequestCheck, *, durable: bool
) -> None:
    async with simulated(check, make_company(document=kind), read_timeout=IMPATIENT) as harness:
        await before(harness, operation)
        partition = harness.own()
        kill = OwnerKill(harness, TRANSACTIONS[at], durable=durable)
        owner_task = asyncio.create_task(partition.run())
        await asyncio.sleep(0)
        harness.give(partition, changed())
        await asyncio.wait_for(kill.came.wait(), 10)
        await asyncio.wait([owner_task])
        assert isinstance(owner_task.exception(), ExceptionGroup)
        harness.new_process()
        async with harness.owner() as successor:
            successor.take(harness.sent)
            await harness.all_answered()
        assert_changed(harness, kind)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("operation", Operation)
@pytest.mark.parametrize("apply", [False, True], ids=["before Xero did it", "after Xero did it"])
async def test_the_owner_dies_while_xero_works(
    operation: Operation, kind: DocumentType, check: RequestCheck, *, apply: bool
) -> None:
    """Xero goes on with what it has: while the successor looks, and after."""
    async with simulated(check, make_company(document=kind), read_timeout=IMPATIENT) as harness:
        await before(harness, operation)
        held = harness.fault(kind, operation, "hold", apply=apply)
        async with harness.owner() as partition:
            harness.give(partition, changed())
            await harness.until(lambda: held.met)
        journal = harness.simulator.state.request_log.entries
        harness.new_process()
        async with harness.owner():
            seen = len(journal)
            await harness.until(lambda: len(journal) > seen)
            harness.simulator.state.faults.release()
            await harness.all_answered()
        assert_changed(harness, kind)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("operation", Operation)
@pytest.mark.parametrize("apply", [False, True], ids=["before Xero did it", "after Xero did it"])
async def test_the_owner_dies_while_xero_works_and_its_intent_is_lost(
    operation: Operation, kind: DocumentType, check: RequestCheck, *, apply: bool
) -> None:
    """The rows say that they are being sent, as on the owner's disk, and nothing says with what."""
    async with simulated(check, make_company(document=kind), read_timeout=IMPATIENT) as harness:
        await before(harness, operation)
        held = harness.fault(kind, operation, "hold", apply=apply)
        async with harness.owner() as partition:
            harness.give(partition, changed())
            await harness.until(lambda: held.met)
        ledger = harness.topic.read()
        (intent,) = ledger.intents.values()
        stored = {encode_key(key): encode_value(ledger.rows[key]) for key in intent.members}
        harness.topic.ledger |= {**stored, encode_key(("intent", intent.key)): None}
        journal = harness.simulator.state.request_log.entries
        harness.new_process()
        async with harness.owner():
            seen = len(journal)
            await harness.until(lambda: len(journal) > seen)
            harness.simulator.state.faults.release()
            await harness.all_answered()
        assert_changed(harness, kind)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("operation", Operation)
async def test_a_paused_owner_wakes_after_another_did_its_work(
    operation: Operation, kind: DocumentType, check: RequestCheck
) -> None:
    """It slept between its durable intent and its first byte; by the time it wakes Xero has forgotten the key."""
    async with simulated(check, make_company(document=kind), read_timeout=IMPATIENT) as harness:
        await before(harness, operation)
        sleeper = harness.client
        wake = sleeper.asleep = asyncio.Event()
        paused = harness.own()
        owner_task = asyncio.create_task(paused.run())
        await asyncio.sleep(0)
        harness.give(paused, changed())
        await harness.until(lambda: sleeper.slept)
        harness.new_process()
        async with harness.owner():
            await harness.all_answered()
            writes = harness.simulator.state.counts.write_calls
            harness.advance(KEY_FORGOTTEN)
            wake.set()
            await asyncio.wait([owner_task], timeout=10)
            assert isinstance(owner_task.exception(), ExceptionGroup)
            assert sleeper.expired.is_set()
            assert harness.simulator.state.counts.write_calls == writes
        assert_changed(harness, kind)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("taken_over", [False, True], ids=["token renewed", "another process"])
async def test_a_slow_create_is_not_made_twice_under_another_token(
    kind: DocumentType, check: RequestCheck, *, taken_over: bool
) -> None:
    """The hardest answers at once: keys are kept by token, PUT makes a second quote, and the first PUT is slow."""
    async with simulated(check, make_company(document=kind), read_timeout=IMPATIENT) as harness:
        harness.switch(key_scope="token", quote_number_taken_on_put="duplicate")
        held = harness.fault(kind, Operation.CREATE, "hold")
        async with harness.owner() as partition:
            harness.give(partition, changed())
            await harness.until(lambda: held.met)
            if not taken_over:
                harness.simulator.state.tokens.expire()
                await slow(harness)
                await harness.all_answered()
        harness.new_process()
        async with harness.owner():
            if taken_over:
                await slow(harness)
            await harness.all_answered()
        assert_changed(harness, kind)


async def slow(harness: SimulatedHarness) -> None:
    """Xero takes 40 seconds for the call it holds: time enough to look it up, find nothing and consider a repeat."""
    await harness.driven.sleep(40)
    harness.simulator.state.faults.release()
