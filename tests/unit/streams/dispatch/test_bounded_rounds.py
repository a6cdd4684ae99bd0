"""A request goes round look, plan and write a few times at most; then a person is told what was seen."""

from dataclasses import replace

import pytest

from mappers.model.company import DocumentType
from tests.builders import ORGANISATION, make_company
from tests.fakes.accounting import Fault
from tests.unit.streams.dispatch.harness import SETTINGS, Harness, IntentCheckingAccounting
from tests.unit.streams.dispatch.requests import numbered
from xero_client.errors import EffectUnknownError
from xero_client.port import ElementReply, Grant, Operation

KINDS = (DocumentType.INVOICE, DocumentType.QUOTE)


class Deaf(IntentCheckingAccounting):
    """No write ever arrives, and none is answered; reads work."""

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
        self.fault(Fault(before=EffectUnknownError("The connection was reset before the reply")))
        return await super().write(
            grant, kind, operation, body, idempotency_key=idempotency_key, start_before=start_before
        )


@pytest.mark.parametrize("kind", KINDS)
async def test_a_write_that_never_arrives_is_given_up(kind: DocumentType) -> None:
    settings = replace(SETTINGS, give_up_resend=0.1, resend_within=0.1, start_guard=0.02)
    harness = Harness(make_company(document=kind), settings=settings)
    harness.accounting = Deaf(harness.topic, harness.clock)
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        (outcome,) = await harness.answered(1)
    assert [each.code for each in outcome.errors] == ["undecided"]
    assert "shows no document" in outcome.errors[0].message
    assert harness.topic.read().intents == {}


async def test_the_rounds_outlive_the_owner() -> None:
    """Each owner tries a little; together they do not try more often than one would."""
    settings = replace(SETTINGS, give_up_resend=0.05, resend_within=0.05, start_guard=0.02)
    harness = Harness(settings=settings)
    harness.accounting = Deaf(harness.topic, harness.clock)
    harness.record(numbered(1))
    rounds: list[int] = []
    while not harness.ended():
        async with harness.owner() as partition:
            partition.take(harness.sent)

            def has_gone_round(seen: int = sum(rounds[-1:])) -> bool:
                return bool(harness.ended()) or any(row.rounds > seen for row in harness.topic.read().rows.values())

            await harness.until(has_gone_round)
        rounds += [row.rounds for row in harness.topic.read().rows.values()]
        assert len(rounds) <= 5
    assert [each.code for each in harness.ended()[0].errors] == ["undecided"]


async def test_a_chain_of_voided_successors_is_followed_a_few_steps() -> None:
    harness = Harness(make_company(on_voided="new_suffix"))
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        await harness.answered(1)
        (made,) = harness.accounting.documents(ORGANISATION)
        for suffix in ("", *(f"-R{index}" for index in range(2, 30))):
            voided = {"number": f"{made.number}{suffix}", "status": "VOIDED", "xero_id": f"{made.xero_id}{suffix}"}
            harness.accounting.put(ORGANISATION, made.model_copy(update=voided))
        harness.give(partition, [numbered(1, revision=2, exporter_reference="EXP-78")])
        outcome = (await harness.answered(2))[-1]
    assert [each.code for each in outcome.errors] == ["document_voided"]
    assert len(harness.accounting.reads) <= 5
