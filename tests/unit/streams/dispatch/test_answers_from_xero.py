"""A person who asks is answered from Xero, not from memory; what nobody asked for costs no call."""

import asyncio
from decimal import Decimal
from typing import Any

from mappers.model.document import ExistingDocument
from mappers.model.sync_request import SyncRequest, Trigger
from tests.builders import ORGANISATION
from tests.fakes.accounting import Fault
from tests.unit.streams.dispatch.harness import Harness
from tests.unit.streams.dispatch.requests import numbered
from tests.unit.streams.dispatch.test_invariants import OneCentMore


def sync_now(index: int, *, revision: int = 1, **fields: Any) -> SyncRequest:
    asked = numbered(index, revision=revision, event="sync", **fields)
    return asked.model_copy(update={"trigger": Trigger.SYNC_NOW})


def only_document(harness: Harness) -> ExistingDocument:
    (document,) = harness.accounting.documents(ORGANISATION)
    return document


async def test_a_document_of_another_amount_is_refused_again_when_somebody_asks() -> None:
    harness = Harness()
    harness.accounting = OneCentMore(harness.topic, harness.clock)
    dearer = Decimal("0.01")
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        await harness.answered(1)
        made = only_document(harness)
        assert made.total is not None
        assert made.sub_total is not None
        changed = {"total": made.total + dearer, "sub_total": made.sub_total + dearer}
        harness.accounting.put(ORGANISATION, made.model_copy(update=changed))
        harness.give(partition, [sync_now(1)])
        outcomes = await harness.answered(2)
        harness.give(partition, [numbered(1, revision=2)])
        outcomes = await harness.answered(3)
    assert [[problem.code for problem in each.errors] for each in outcomes] == [["amount_differs"]] * 3
    assert [read[0] for read in harness.accounting.reads] == ["read", "read"]


async def test_once_corrected_in_xero_it_is_unchanged_and_remembered_so() -> None:
    harness = Harness()
    harness.accounting = OneCentMore(harness.topic, harness.clock)
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        await harness.answered(1)
        # The fake shows the right amount; only the reply of the write said otherwise.
        harness.give(partition, [numbered(1, revision=2)])
        await harness.answered(2)
        harness.give(partition, [numbered(1, revision=3)])
        outcomes = await harness.answered(3)
    assert [each.action for each in outcomes] == [None, "unchanged", "unchanged"]
    assert len(harness.accounting.reads) == 1, "the first answer was a refusal, the second was not"


async def test_sync_now_sees_what_a_person_did_in_xero() -> None:
    harness = Harness()
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        await harness.answered(1)
        edited = only_document(harness).model_copy(update={"reference": "by hand"})
        harness.accounting.put(ORGANISATION, edited)
        harness.give(partition, [sync_now(1)])
        outcomes = await harness.answered(2)
    assert [problem.code for problem in outcomes[1].errors] == ["document_edited_by_hand"]


async def test_sync_now_of_an_untouched_document_is_one_read_and_no_write() -> None:
    harness = Harness()
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        await harness.answered(1)
        harness.give(partition, [sync_now(1)])
        outcomes = await harness.answered(2)
    assert outcomes[1].action == "unchanged"
    assert [read[0] for read in harness.accounting.reads] == ["read"]
    assert len(harness.accounting.writes) == 1


async def test_a_repeat_and_an_equal_status_entry_cost_no_call() -> None:
    harness = Harness()
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1), sync_now(2)])
        await harness.answered(2)
        harness.give(partition, [numbered(1), sync_now(2), numbered(1, revision=2)])
        outcomes = await harness.answered(3)
    assert outcomes[2].action == "unchanged"
    assert harness.accounting.reads == []


async def test_a_status_entry_that_waits_behind_a_refused_write_reads_first() -> None:
    """The newer request came while the older one was being sent, and that one was refused."""
    harness = Harness()
    harness.accounting = OneCentMore(harness.topic, harness.clock)
    hold = asyncio.Event()
    harness.accounting.fault(Fault(hold=hold))
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        await harness.until(lambda: any(row.reservation for row in partition._ledger.rows.values()))
        harness.give(partition, [numbered(1, revision=2)])
        hold.set()
        outcomes = await harness.answered(2)
    assert [each.status for each in outcomes] == ["REJECTED", "PROCESSED"]
    assert [read[0] for read in harness.accounting.reads] == ["read"]
