"""Every way of not knowing what a write did ends in one document and one outcome (invariants 1, 2, 10)."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count as count_up

import pytest

from mappers.model.company import DocumentType
from streams.dispatch.ledger.group_commit import PartitionLostError
from streams.dispatch.ledger.ledger_transaction import LedgerTransaction
from tests.builders import make_company
from tests.fakes.accounting import Fault, lost_reply, never_arrived
from tests.unit.streams.dispatch.harness import Harness
from tests.unit.streams.dispatch.requests import numbered
from xero_client.errors import DisconnectedError, OutOfQuotaError, RefusedError, UnavailableError
from xero_client.port import Operation

KINDS = (DocumentType.INVOICE, DocumentType.QUOTE)
COUNT = 7


def check(harness: Harness, requests: int, documents: int = COUNT) -> None:
    """One document for each number, one terminal outcome for each request, nothing left under way."""
    assert len(harness.numbers()) == documents
    assert max(Counter(harness.numbers()).values()) == 1
    ended = Counter(each.request_id for each in harness.ended())
    assert set(ended.values()) == {1}, harness.ended()
    assert len(ended) == requests
    assert harness.accounting.without_intent == []
    left = harness.topic.read()
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
    harness = Harness(make_company(document=kind))
    fault = FAULTS[name]()
    harness.accounting.fault(Fault(Operation.CREATE, kind, fault.before, fault.after, missing=fault.missing))
    async with harness.owner() as partition:
        harness.give(partition, [numbered(index) for index in range(COUNT)])
        await harness.answered(COUNT)
        await harness.until(lambda: not harness.topic.read().intents)
    check(harness, COUNT)
    assert {each.status for each in harness.ended()} == {"PROCESSED"}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", FAULTS)
async def test_update_with_fault(name: str, kind: DocumentType) -> None:
    """An update that goes wrong."""
    harness = Harness(make_company(document=kind))
    fault = FAULTS[name]()
    async with harness.owner() as partition:
        harness.give(partition, [numbered(index) for index in range(COUNT)])
        await harness.answered(COUNT)
        harness.accounting.fault(Fault(Operation.UPDATE, kind, fault.before, fault.after, missing=fault.missing))
        changed = [numbered(index, revision=2, exporter_reference="CHANGED") for index in range(COUNT)]
        harness.give(partition, changed)
        await harness.answered(2 * COUNT)
        await harness.until(lambda: not harness.topic.read().intents)
    check(harness, 2 * COUNT)
    (organisation,) = {each.organisation for each in harness.companies.values()}
    assert all("CHANGED" in (each.reference or "") for each in harness.accounting.documents(organisation))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("durable", [False, True], ids=["transaction lost", "transaction done, owner does not know"])
@pytest.mark.parametrize("cpu", [time.perf_counter, count_up().__next__], ids=["fast", "one answer in a turn"])
@pytest.mark.parametrize("at", range(1, 7))
async def test_owner_killed_at_each_transaction(
    at: int, kind: DocumentType, *, durable: bool, cpu: Callable[[], float]
) -> None:
    """The owner dies around its n-th ledger transaction; the next owner ends the work from the topic alone."""
    harness = Harness(make_company(document=kind))
    harness.cpu = cpu
    died = asyncio.Event()
    count = 0

    def kill(_transaction: LedgerTransaction) -> None:
        nonlocal count
        count += 1
        if count == at:
            died.set()
            raise PartitionLostError

    requests = [numbered(index) for index in range(COUNT)]
    partition = harness.own()
    setattr(harness.fence, "after" if durable else "before", kill)
    owner_task = asyncio.create_task(partition.run())
    await asyncio.sleep(0)
    for request in requests:
        record = harness.record(request)
        if not owner_task.done():
            try:
                partition.take([record])
            except PartitionLostError:
                break
        await asyncio.sleep(0.003)
    if count >= at:
        await asyncio.wait_for(died.wait(), 60)
    owner_task.cancel()
    await asyncio.gather(owner_task, return_exceptions=True)
    while len(harness.sent) < COUNT:
        harness.record(requests[len(harness.sent)])
    async with harness.owner() as successor:
        successor.take([each for each in harness.sent if each.offset >= harness.topic.offset] or harness.sent[-1:])
        await harness.answered(COUNT)
        await harness.until(lambda: not harness.topic.read().intents)
    check(harness, COUNT)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("applied", [False, True], ids=["before Xero had it", "after Xero had it"])
async def test_owner_gone_while_the_call_is_under_way(kind: DocumentType, *, applied: bool) -> None:
    """Killed between intent and answer: found as sending, looked up, never made twice."""
    harness = Harness(make_company(document=kind))
    never = asyncio.Event()
    hold = Fault(Operation.CREATE, kind, hold=None if applied else never, hold_reply=never if applied else None)
    harness.accounting.fault(hold)
    async with harness.owner() as partition:
        harness.give(partition, [numbered(index) for index in range(COUNT)])
        await harness.until(lambda: any(intent for intent in harness.topic.read().intents))
        if applied:
            await harness.until(lambda: harness.accounting.writes)
    async with harness.owner() as successor:
        del successor
        await harness.answered(COUNT)
        await harness.until(lambda: not harness.topic.read().intents)
    check(harness, COUNT)
    assert {each.status for each in harness.ended()} == {"PROCESSED"}


@pytest.mark.parametrize("kind", KINDS)
async def test_paused_owner_wakes_after_another_took_over(kind: DocumentType) -> None:
    """It slept between its committed intent and its first byte: the start guard keeps it from writing."""
    harness = Harness(make_company(document=kind))
    sleep = asyncio.Event()
    harness.accounting.fault(Fault(Operation.CREATE, kind, hold=sleep))
    async with harness.owner() as paused:
        harness.give(paused, [numbered(index) for index in range(COUNT)])
        await harness.until(lambda: harness.topic.read().intents)
        async with harness.owner() as successor:
            del successor
            await harness.answered(COUNT)
            # Xero has forgotten the Idempotency-Key by the time the sleeper wakes.
            harness.clock.ahead += timedelta(minutes=7)
            sleep.set()
            await asyncio.sleep(0.05)
            await harness.until(lambda: not harness.topic.read().intents)
    check(harness, COUNT)


@pytest.mark.parametrize("kind", KINDS)
async def test_lost_reply_when_xero_knows_no_key(kind: DocumentType) -> None:
    """Keys may be kept by access token: what is in Xero is found by its number before anything is sent again."""
    harness = Harness(make_company(document=kind))
    harness.accounting.forgetful = True
    harness.accounting.fault(lost_reply(Operation.CREATE, kind))
    async with harness.owner() as partition:
        harness.give(partition, [numbered(index) for index in range(COUNT)])
        await harness.answered(COUNT)
    check(harness, COUNT)
    assert len(harness.accounting.writes) == 1
    assert {each.action for each in harness.ended()} == {"recovered"}


async def test_a_disconnected_organisation_waits_and_says_so() -> None:
    """Consent gone: every shipment's log says WAITING, and nothing is lost."""
    harness = Harness()
    harness.accounting.fault(Fault(Operation.CREATE, before=DisconnectedError("invalid_grant")))
    async with harness.owner() as partition:
        harness.give(partition, [numbered(index) for index in range(COUNT)])
        await harness.until(lambda: len(harness.topic.outcomes) >= COUNT)
        assert {each.status for each in harness.topic.outcomes} == {"WAITING"}
        assert {each.waiting.reason for each in harness.topic.outcomes if each.waiting} == {"disconnected"}
        harness.clock.ahead += timedelta(minutes=6)
    async with harness.owner() as successor:
        del successor
        await harness.answered(COUNT)
    check(harness, COUNT)
