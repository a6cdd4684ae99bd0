"""Which calls find out what became of a write: asserted one by one, as the end is right by other ways too."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from mappers.model.company import DocumentType
from streams.dispatch.ledger.ledger_transaction import LedgerTransaction
from streams.dispatch.ledger.records import Intent
from tests.builders import ORGANISATION, make_company
from tests.fakes.accounting import Fault, lost_reply, never_arrived
from tests.unit.mappers.existing.xero_documents import existing
from tests.unit.streams.dispatch.harness import SETTINGS, Harness, IntentCheckingAccounting
from tests.unit.streams.dispatch.requests import numbered
from xero_client.port import ElementReply, Grant, Operation

KINDS = pytest.mark.parametrize("kind", DocumentType)


class Path(IntentCheckingAccounting):
    """Books that note every call, those that never arrive too: a write by its Idempotency-Key, first, second, third."""

    def __init__(self, harness: Harness) -> None:
        super().__init__(harness.topic, harness.clock)
        self.path: list[str] = []
        self._seen: list[str] = []

    async def write(
        self, grant: Grant, kind: DocumentType, operation: Operation, body: bytes, **how: Any
    ) -> tuple[ElementReply, ...]:
        key = how["idempotency_key"]
        self._seen += [] if key in self._seen else [key]
        self.path.append(f"{operation} {self._seen.index(key) + 1}")
        return await super().write(grant, kind, operation, body, **how)

    async def _reading(
        self, operation: str, organisation: str, kind: DocumentType, keys: Sequence[str], *rest: Any
    ) -> None:
        self.path.append(operation)
        await super()._reading(operation, organisation, kind, keys, *rest)


def harness_of(kind: DocumentType, **settings: Any) -> tuple[Harness, Path]:
    """Nothing is waited for in vain: a busy machine has 30 seconds to begin a write, and sleepers wake early."""
    harness = Harness(make_company(document=kind), settings=replace(SETTINGS, start_guard=30.0, **settings))
    harness.longest_sleep = 0.02
    harness.accounting = books = Path(harness)
    return harness, books


def resolved(harness: Harness) -> dict[str, float]:
    """How many writes of unknown effect were resolved, by how."""
    name = "shipledger_unknown_effects_total"
    ways = ("found", "resent", "absent")
    values = {way: harness.metrics.registry.get_sample_value(name, {"resolution": way}) for way in ways}
    return {way: value for way, value in values.items() if value}


async def action(harness: Harness) -> str | None:
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        (outcome,) = await harness.answered(1)
    return outcome.action


@KINDS
async def test_what_was_written_is_found_by_one_look_up_and_sent_no_more(kind: DocumentType) -> None:
    harness, books = harness_of(kind)
    books.fault(lost_reply(Operation.CREATE))
    assert await action(harness) == "recovered"
    assert books.path[-2:] == ["create 1", "find"]
    assert resolved(harness) == {"found": 1}


@KINDS
async def test_what_was_not_written_is_looked_up_and_then_sent_again_under_its_key(kind: DocumentType) -> None:
    harness, books = harness_of(kind)
    books.fault(never_arrived(Operation.CREATE))
    assert await action(harness) == "created"
    assert books.path[-3:] == ["create 1", "find", "create 1"]
    assert resolved(harness) == {"resent": 1}


@KINDS
async def test_under_a_key_that_xero_may_have_forgotten_nothing_is_sent_again(kind: DocumentType) -> None:
    """It is looked up until nothing can appear any more, and then planned anew."""
    harness, books = harness_of(kind, resend_within=0.0, give_up_resend=0.2)
    books.fault(never_arrived(Operation.CREATE))
    assert await action(harness) == "created"
    assert [each for each in books.path if each != "find"] == ["create 1", "create 2"]
    assert books.path.index("create 2") > books.path.index("create 1") + 1
    assert resolved(harness) == {"absent": 1}


@pytest.mark.parametrize(("kind", "writes"), [("invoice", ["create 1"] * 2), ("quote", ["create 1", "create 2"])])
async def test_a_new_owner_repeats_the_former_ones_write_only_where_xero_has_a_fence(
    kind: str, writes: list[str]
) -> None:
    """Its token is another one: of a quote under the same key Xero may make a twin."""
    harness, books = harness_of(DocumentType(kind), give_up_resend=0.2)
    books.fault(Fault(Operation.CREATE, hold=asyncio.Event()))
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        await harness.until(lambda: harness.topic.read().intents and "create 1" in books.path)
    async with harness.owner():
        await harness.answered(1)
    assert [each for each in books.path if each != "find"] == writes
    assert len(harness.numbers()) == 1


async def test_a_deleted_document_under_the_number_is_no_trace_of_the_write() -> None:
    harness, books = harness_of(DocumentType.INVOICE)
    books.deleted_numbers_free = True
    books.put(ORGANISATION, existing(number="INV-00001", status="DELETED"))
    books.fault(never_arrived(Operation.CREATE))
    assert await action(harness) == "created"
    assert books.path == ["create 1", "find", "create 1"]


async def test_the_time_to_begin_counts_from_before_the_intent_is_committed() -> None:
    """A process that is paused while Kafka commits it begins the write no more: somebody else may have looked it up."""
    harness, books = harness_of(DocumentType.INVOICE)

    def pause(transaction: LedgerTransaction) -> None:
        if any(isinstance(each, Intent) for each in transaction.records.values()):
            harness.fence.after = lambda _: None
            harness.clock.ahead += timedelta(seconds=harness.settings.start_guard + 1)

    async with harness.owner() as partition:
        harness.fence.after = pause
        harness.give(partition, [numbered(1)])
        (outcome,) = await harness.answered(1)
    assert outcome.action == "created"
    assert books.path == ["create 1", "create 2"]
    assert len(books.writes) == 1, "the first was refused before its first byte"
