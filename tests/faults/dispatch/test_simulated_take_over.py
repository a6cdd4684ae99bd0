"""The owner goes, or is paused, around each step of a write to the simulator; the next owner ends the work, once."""

import asyncio
from collections.abc import Callable

import pytest

from mappers.model.company import DocumentType
from mappers.model.sync_request import SyncRequest
from streams.dispatch.ledger.group_commit import PartitionLostError
from streams.dispatch.ledger.ledger import Step
from streams.dispatch.ledger.records import Intent
from tests.builders import make_company
from tests.faults.dispatch.request_check import RequestCheck
from tests.faults.dispatch.simulated import SimulatedBench, assert_one_document_each, simulated
from tests.unit.streams.dispatch.test_flow import numbered
from xero_client.port import Operation

COUNT = 3
KINDS = (DocumentType.INVOICE, DocumentType.QUOTE)
KEY_FORGOTTEN = 7 * 60


async def before(bench: SimulatedBench, operation: Operation) -> None:
    """Have in Xero what an update needs."""
    if operation is Operation.UPDATE:
        await bench.drive([numbered(index) for index in range(COUNT)])


def changed() -> list[SyncRequest]:
    return [numbered(index, revision=2, exporter_reference="CHANGED") for index in range(COUNT)]


def assert_changed(bench: SimulatedBench, kind: DocumentType) -> None:
    assert_one_document_each(bench, kind, COUNT)
    assert {each.status for each in bench.ended()} == {"PROCESSED"}
    assert all("CHANGED" in each.texts["Reference"] for each in bench.documents(kind))


# By what they hold; two may come in one transaction.
STEPS: dict[str, Callable[[Step], bool]] = {
    "intake": lambda step: step.next_offset is not None,
    "intent": lambda step: any(isinstance(each, Intent) for each in step.records.values()),
    "answer": lambda step: bool(step.outcomes),
}


class Death:
    """Kills an owner at a transaction, before it is written or after."""

    def __init__(self, bench: SimulatedBench, at: Callable[[Step], bool], *, durable: bool) -> None:
        self._at = at
        self.came = asyncio.Event()
        setattr(bench.fence, "after" if durable else "before", self)

    def __call__(self, step: Step) -> None:
        if self.came.is_set() or self._at(step):
            self.came.set()
            raise PartitionLostError


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("operation", Operation)
@pytest.mark.parametrize("durable", [False, True], ids=["transaction lost", "transaction done, owner does not know"])
@pytest.mark.parametrize("at", STEPS)
async def test_the_owner_dies_at_a_transaction(
    at: str, operation: Operation, kind: DocumentType, check: RequestCheck, *, durable: bool
) -> None:
    async with simulated(check, make_company(document=kind)) as bench:
        await before(bench, operation)
        partition = bench.own()
        death = Death(bench, STEPS[at], durable=durable)
        life = asyncio.create_task(partition.run())
        await asyncio.sleep(0)
        bench.give(partition, changed())
        await asyncio.wait_for(death.came.wait(), 10)
        await asyncio.wait([life])
        assert isinstance(life.exception(), ExceptionGroup)
        bench.new_process()
        async with bench.owner() as successor:
            successor.take(bench.sent)
            await bench.all_answered()
        assert_changed(bench, kind)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("operation", Operation)
@pytest.mark.parametrize("apply", [False, True], ids=["before Xero did it", "after Xero did it"])
async def test_the_owner_dies_while_xero_works(
    operation: Operation, kind: DocumentType, check: RequestCheck, *, apply: bool
) -> None:
    """Xero goes on with what it has: while the successor looks, and after."""
    async with simulated(check, make_company(document=kind)) as bench:
        await before(bench, operation)
        held = bench.fault(kind, operation, "hold", apply=apply)
        async with bench.owner() as partition:
            bench.give(partition, changed())
            await bench.until(lambda: held.met, 10)
        journal = bench.simulator.state.request_log.entries
        bench.new_process()
        async with bench.owner():
            seen = len(journal)
            await bench.until(lambda: len(journal) > seen, 10)
            bench.simulator.state.faults.release()
            await bench.all_answered()
        assert_changed(bench, kind)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("operation", Operation)
async def test_a_paused_owner_wakes_after_another_did_its_work(
    operation: Operation, kind: DocumentType, check: RequestCheck
) -> None:
    """It slept between its durable intent and its first byte; by the time it wakes Xero has forgotten the key."""
    async with simulated(check, make_company(document=kind)) as bench:
        await before(bench, operation)
        sleeper = bench.client
        wake = sleeper.asleep = asyncio.Event()
        paused = bench.own()
        life = asyncio.create_task(paused.run())
        await asyncio.sleep(0)
        bench.give(paused, changed())
        await bench.until(lambda: sleeper.slept, 10)
        bench.new_process()
        async with bench.owner():
            await bench.all_answered()
            writes = bench.simulator.state.counts.write_calls
            bench.advance(KEY_FORGOTTEN)
            wake.set()
            await asyncio.wait([life], timeout=10)
            assert isinstance(life.exception(), ExceptionGroup)
            assert sleeper.expired.is_set()
            assert bench.simulator.state.counts.write_calls == writes
        assert_changed(bench, kind)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("taken_over", [False, True], ids=["token renewed", "another process"])
async def test_a_slow_create_is_not_made_twice_under_another_token(
    kind: DocumentType, check: RequestCheck, *, taken_over: bool
) -> None:
    """The hardest answers at once: keys are kept by token, PUT makes a twin of a quote, and the first PUT is slow."""
    async with simulated(check, make_company(document=kind)) as bench:
        bench.switch(key_scope="token", quote_number_taken_on_put="duplicate")
        held = bench.fault(kind, Operation.CREATE, "hold")
        async with bench.owner() as partition:
            bench.give(partition, changed())
            await bench.until(lambda: held.met, 10)
            if not taken_over:
                bench.simulator.state.tokens.expire()
                await slow(bench)
                await bench.all_answered()
        bench.new_process()
        async with bench.owner():
            if taken_over:
                await slow(bench)
            await bench.all_answered()
        assert_changed(bench, kind)


async def slow(bench: SimulatedBench) -> None:
    """Xero takes 40 seconds for the call it holds: time enough to look for it in vain and to think of a repeat."""
    await bench.driven.sleep(40)
    bench.simulator.state.faults.release()
