"""A document over which Xero stumbles each time: its neighbours are written, and a person is told in Xero's words."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from mappers.model.company import DocumentType
from tests.builders import make_company
from tests.unit.streams.dispatch.harness import SETTINGS, Harness, IntentCheckingAccounting
from tests.unit.streams.dispatch.requests import numbered
from xero_client.errors import EffectUnknownError
from xero_client.port import ElementReply, Grant, Operation

WORDS = "An error occurred in Xero."
KINDS = (DocumentType.INVOICE, DocumentType.QUOTE)


class Stumbling(IntentCheckingAccounting):
    """Xero answers 500, and saves nothing, where a document of the batch has the reference POISON."""

    faults = 0
    healed = False

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
        if b"POISON" in body and not self.healed:
            self.faults += 1
            self._use(grant)
            raise EffectUnknownError(WORDS, status=500)
        return await super().write(
            grant, kind, operation, body, idempotency_key=idempotency_key, start_before=start_before
        )


def stumbling(*, kind: DocumentType = DocumentType.INVOICE) -> tuple[Harness, Stumbling]:
    harness = Harness(make_company(document=kind), settings=replace(SETTINGS, start_guard=5))
    accounting = Stumbling(harness.topic, harness.clock)
    harness.accounting = accounting
    # Its pauses are seconds; the test puts the clock forward instead.
    harness.longest_sleep = 0.02
    return harness, accounting


def answered(harness: Harness, count: int) -> Callable[[], bool]:
    """Whether so many requests are answered; each time it is asked some time has passed."""

    def are_answered() -> bool:
        harness.clock.ahead += timedelta(seconds=0.1)
        return len(harness.ended()) == count

    return are_answered


@pytest.mark.parametrize("kind", KINDS)
async def test_the_neighbours_of_a_poison_document_are_written(kind: DocumentType) -> None:
    harness, accounting = stumbling(kind=kind)
    requests = [numbered(0, exporter_reference="POISON"), *(numbered(index) for index in range(1, 31))]
    async with harness.owner() as partition:
        harness.give(partition, requests)
        await harness.until(answered(harness, len(requests)))
    outcomes = {each.shipment_id: each for each in harness.ended()}
    poison = outcomes.pop("SHP-00000")
    assert {each.status for each in outcomes.values()} == {"PROCESSED"}
    assert (poison.status, [each.message for each in poison.errors]) == ("REJECTED", [WORDS])
    assert accounting.faults <= 10
    assert len(harness.accounting.reads) <= 60 if kind is DocumentType.QUOTE else 20
    assert harness.topic.read().intents == {}


async def test_a_poison_update_is_told_too_and_what_is_in_xero_stays() -> None:
    harness, accounting = stumbling()
    async with harness.owner() as partition:
        harness.give(partition, [numbered(index) for index in range(5)])
        await harness.answered(5)
        changed = [numbered(index, revision=2, exporter_reference=f"E{index}") for index in range(1, 5)]
        harness.give(partition, [numbered(0, revision=2, exporter_reference="POISON"), *changed])
        await harness.until(answered(harness, 10))
    outcomes = harness.ended()[5:]
    assert [each.status for each in outcomes if each.shipment_id == "SHP-00000"] == ["REJECTED"]
    assert {each.action for each in outcomes if each.shipment_id != "SHP-00000"} == {"updated"}
    assert accounting.faults <= 10


async def test_while_every_write_meets_a_fault_the_organisation_rests_and_nothing_is_refused() -> None:
    """An outage is not a matter of single documents: the calls become fewer, and later everything is written."""
    harness, accounting = stumbling()
    async with harness.owner() as partition:
        harness.give(partition, [numbered(index, exporter_reference="POISON") for index in range(30)])
        await harness.until(lambda: advanced(harness) >= timedelta(minutes=2), 300)
        assert harness.ended() == []
        # Some five batches may be under way when a pause begins, and there are four or five pauses.
        assert accounting.faults <= 25
        accounting.healed = True
        await harness.until(answered(harness, 30), 60)
    assert {each.status for each in harness.ended()} == {"PROCESSED"}


def advanced(harness: Harness) -> timedelta:
    """How far the clock is ahead now; it goes on each time."""
    harness.clock.ahead += timedelta(seconds=0.4)
    return harness.clock.ahead
