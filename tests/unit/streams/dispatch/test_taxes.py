"""The tax that Xero charges is in the outcome, and a tax type that changes in Xero reopens nothing by itself."""

from mappers.model.outcome import Outcome
from tests.builders import ORGANISATION, make_company
from tests.fakes.accounting_documents import TAXED
from tests.fakes.references import contact, item, reference_data
from tests.unit.streams.dispatch.harness import Harness
from tests.unit.streams.dispatch.requests import numbered
from tests.unit.streams.dispatch.test_answers_from_xero import only_document, sync_now


def with_item_taxed(harness: Harness, tax_type: str | None) -> None:
    beef = item("BEEF-01", tax_type=tax_type)
    harness.references.put(ORGANISATION, reference_data(contacts=[contact("ALOK")], items=[beef]))


def amounts(outcome: Outcome) -> tuple[str | None, str | None, str]:
    assert outcome.document is not None
    return outcome.document.sub_total, outcome.document.total_tax, outcome.document.total


async def test_tax_that_nobody_asked_for_is_said_also_when_nothing_changed() -> None:
    harness = Harness()
    with_item_taxed(harness, TAXED)
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        await harness.answered(1)
        harness.give(partition, [numbered(1, revision=2)])
        outcomes = await harness.answered(2)
    assert [each.action for each in outcomes] == ["created", "unchanged"]
    assert [amounts(each) for each in outcomes] == [("1265.63", "126.56", "1392.19")] * 2
    assert [[(each.code, each.value) for each in outcome.warnings] for outcome in outcomes] == [
        [("tax_charged", "126.56")]
    ] * 2


async def test_tax_that_the_profile_expects_is_no_news() -> None:
    harness = Harness(make_company(expects_tax=True))
    with_item_taxed(harness, TAXED)
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        (outcome,) = await harness.answered(1)
    assert outcome.warnings == ()
    assert amounts(outcome) == ("1265.63", "126.56", "1392.19")


async def test_a_tax_type_that_changes_in_xero_reaches_the_document_only_when_somebody_asks() -> None:
    """As after an upgrade from a version that sent none: a repeat costs no call and rewrites nothing (ADR 10)."""
    harness = Harness()
    with_item_taxed(harness, TAXED)
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        await harness.answered(1)
        with_item_taxed(harness, "EXEMPTEXPORT")
        harness.give(partition, [numbered(1, revision=2)])
        await harness.answered(2)
        assert only_document(harness).lines[0].tax_type == TAXED
        assert harness.accounting.reads == []
        harness.give(partition, [sync_now(1, revision=2)])
        outcomes = await harness.answered(3)
    assert [each.action for each in outcomes] == ["created", "unchanged", "updated"]
    assert only_document(harness).lines[0].tax_type == "EXEMPTEXPORT"
    assert outcomes[-1].warnings == ()


async def test_a_shipment_without_a_tax_type_is_sent_by_itself_when_xero_has_one() -> None:
    harness = Harness()
    with_item_taxed(harness, None)
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        (refused,) = await harness.answered(1)
        assert [each.code for each in refused.errors] == ["tax_type_unknown"]
        with_item_taxed(harness, "EXEMPTEXPORT")
        partition.master_data_changed(ORGANISATION)
        outcomes = await harness.answered(2)
    assert (outcomes[1].trigger, outcomes[1].action) == ("released", "created")
