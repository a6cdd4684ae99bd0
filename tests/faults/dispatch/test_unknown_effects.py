"""Every way of not knowing what a write did ends in one document and one outcome (invariants 1, 2, 10)."""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from mappers.model.company import DocumentType
from streams.dispatch.ledger.group_commit import PartitionLostError
from streams.dispatch.ledger.ledger import Step
from tests.builders import make_company
from tests.fakes.accounting import Fault, lost_reply, never_arrived
from tests.unit.streams.dispatch.harness import Bench
from tests.unit.streams.dispatch.test_flow import numbered
from xero_client.errors import DisconnectedError, OutOfQuotaError, RefusedError, UnavailableError
from xero_client.port import Operation

KINDS = (DocumentType.INVOICE, DocumentType.QUOTE)
COUNT = 7


def check(bench: Bench, requests: int, documents: int = COUNT) -> None:
    """One document for each number, one terminal outcome for each request, nothing left under way."""
    assert len(bench.numbers()) == documents
    assert max(Counter(bench.numbers()).values()) == 1
    ended = Counter(each.request_id for each in bench.ended())
    assert set(ended.values()) == {1}, bench.ended()
    assert len(ended) == requests
    assert bench.accounting.without_intent == []
    left = bench.topic.read()
    assert left.intents == {}


FAULTS: dict[str, Callable[[], Fault]] = {
    "applied, reply lost": lost_reply,
    "not applied, reply lost": never_arrived,
    "an element missing from the reply": lambda: Fault(missing=frozenset({"INV-00003"})),
    "out of quota": lambda: Fault(before=OutOfQuotaError("minute", limit="minute", resume_at=_soon())),
    "unavailable": lambda: Fault(before=UnavailableError("connection refused", retry_after=0.05)),
    "whole call refused": lambda: Fault(before=RefusedError("A validation exception occurred")),
}


def _soon() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=0.05)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", FAULTS)
async def test_create_with_fault(name: str, kind: DocumentType) -> None:
    """A create that goes wrong."""
    bench = Bench(make_company(document=kind))
    fault = FAULTS[name]()
    bench.accounting.fault(Fault(Operation.CREATE, kind, fault.before, fault.after, missing=fault.missing))
    async with bench.owner() as partition:
        bench.give(partition, [numbered(index) for index in range(COUNT)])
        await bench.answered(COUNT)
        await bench.until(lambda: not bench.topic.read().intents)
    check(bench, COUNT)
    assert {each.status for each in bench.ended()} == {"PROCESSED"}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", FAULTS)
async def test_update_with_fault(name: str, kind: DocumentType) -> None:
    """An update that goes wrong."""
    bench = Bench(make_company(document=kind))
    fault = FAULTS[name]()
    async with bench.owner() as partition:
        bench.give(partition, [numbered(index) for index in range(COUNT)])
        await bench.answered(COUNT)
        bench.accounting.fault(Fault(Operation.UPDATE, kind, fault.before, fault.after, missing=fault.missing))
        changed = [numbered(index, revision=2, exporter_reference="CHANGED") for index in range(COUNT)]
        bench.give(partition, changed)
        await bench.answered(2 * COUNT)
        await bench.until(lambda: not bench.topic.read().intents)
    check(bench, 2 * COUNT)
    (organisation,) = {each.organisation for each in bench.companies.values()}
    assert all("CHANGED" in (each.reference or "") for each in bench.accounting.documents(organisation))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("durable", [False, True], ids=["transaction lost", "transaction done, owner does not know"])
@pytest.mark.parametrize("at", range(1, 7))
async def test_owner_killed_at_each_transaction(at: int, kind: DocumentType, *, durable: bool) -> None:
    """The owner dies around its n-th ledger transaction; the next owner ends the work from the topic alone."""
    bench = Bench(make_company(document=kind))
    died = asyncio.Event()
    count = 0

    def kill(_step: Step) -> None:
        nonlocal count
        count += 1
        if count == at:
            died.set()
            raise PartitionLostError

    requests = [numbered(index) for index in range(COUNT)]
    partition = bench.own()
    setattr(bench.fence, "after" if durable else "before", kill)
    life = asyncio.create_task(partition.run())
    await asyncio.sleep(0)
    for request in requests:
        record = bench.record(request)
        if not life.done():
            try:
                partition.take([record])
            except PartitionLostError:
                break
        await asyncio.sleep(0.003)
    if count >= at:
        await asyncio.wait_for(died.wait(), 5)
    life.cancel()
    await asyncio.gather(life, return_exceptions=True)
    while len(bench.sent) < COUNT:
        bench.record(requests[len(bench.sent)])
    async with bench.owner() as successor:
        successor.take([each for each in bench.sent if each.offset >= bench.topic.offset] or bench.sent[-1:])
        await bench.answered(COUNT)
        await bench.until(lambda: not bench.topic.read().intents)
    check(bench, COUNT)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("applied", [False, True], ids=["before Xero had it", "after Xero had it"])
async def test_owner_gone_while_the_call_is_under_way(kind: DocumentType, *, applied: bool) -> None:
    """Killed between intent and answer: found as sending, looked up, never made twice."""
    bench = Bench(make_company(document=kind))
    never = asyncio.Event()
    hold = Fault(Operation.CREATE, kind, hold=None if applied else never, hold_reply=never if applied else None)
    bench.accounting.fault(hold)
    async with bench.owner() as partition:
        bench.give(partition, [numbered(index) for index in range(COUNT)])
        await bench.until(lambda: any(intent for intent in bench.topic.read().intents))
        if applied:
            await bench.until(lambda: bench.accounting.writes)
    async with bench.owner() as successor:
        del successor
        await bench.answered(COUNT)
        await bench.until(lambda: not bench.topic.read().intents)
    check(bench, COUNT)
    assert {each.status for each in bench.ended()} == {"PROCESSED"}


@pytest.mark.parametrize("kind", KINDS)
async def test_paused_owner_wakes_after_another_took_over(kind: DocumentType) -> None:
    """It slept between its committed intent and its first byte: the start guard keeps it from writing."""
    bench = Bench(make_company(document=kind))
    sleep = asyncio.Event()
    bench.accounting.fault(Fault(Operation.CREATE, kind, hold=sleep))
    async with bench.owner() as paused:
        bench.give(paused, [numbered(index) for index in range(COUNT)])
        await bench.until(lambda: bench.topic.read().intents)
        async with bench.owner() as successor:
            del successor
            await bench.answered(COUNT)
            # Xero has forgotten the Idempotency-Key by the time the sleeper wakes.
            bench.clock.ahead += timedelta(minutes=7)
            sleep.set()
            await asyncio.sleep(0.05)
            await bench.until(lambda: not bench.topic.read().intents)
    check(bench, COUNT)


@pytest.mark.parametrize("kind", KINDS)
async def test_lost_reply_when_xero_knows_no_key(kind: DocumentType) -> None:
    """Keys may be kept by access token: what is in Xero is found by its number before anything is sent again."""
    bench = Bench(make_company(document=kind))
    bench.accounting.forgetful = True
    bench.accounting.fault(lost_reply(Operation.CREATE, kind))
    async with bench.owner() as partition:
        bench.give(partition, [numbered(index) for index in range(COUNT)])
        await bench.answered(COUNT)
    check(bench, COUNT)
    assert len(bench.accounting.writes) == 1
    assert {each.action for each in bench.ended()} == {"recovered"}


async def test_a_disconnected_organisation_waits_and_says_so() -> None:
    """Consent gone: every shipment's log says WAITING, and nothing is lost."""
    bench = Bench()
    bench.accounting.fault(Fault(Operation.CREATE, before=DisconnectedError("invalid_grant")))
    async with bench.owner() as partition:
        bench.give(partition, [numbered(index) for index in range(COUNT)])
        await bench.until(lambda: len(bench.topic.outcomes) >= COUNT)
        assert {each.status for each in bench.topic.outcomes} == {"WAITING"}
        assert {each.waiting.reason for each in bench.topic.outcomes if each.waiting} == {"disconnected"}
        bench.clock.ahead += timedelta(minutes=6)
    async with bench.owner() as successor:
        del successor
        await bench.answered(COUNT)
    check(bench, COUNT)
