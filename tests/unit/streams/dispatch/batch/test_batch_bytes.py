"""A batch is bounded in bytes as well as in documents: Xero takes 3.5 MB a call, and Kafka has to hold the intent."""

from typing import Any

import pytest

from mappers.model.company import DocumentType
from mappers.model.sync_request import SyncRequest
from streams.dispatch.batch.write import MOST_BODY_BYTES, MOST_LINES
from tests.builders import make_company, make_line
from tests.unit.streams.dispatch.harness import Harness
from tests.unit.streams.dispatch.requests import numbered


def large(index: int, lines: int) -> SyncRequest:
    text = "Chilled boneless beef, striploin, halal. " * 100
    many: list[dict[str, Any]] = [make_line(line_number=each, description=text[:3900]) for each in range(1, lines + 1)]
    return numbered(index, lines=many)


@pytest.mark.parametrize("kind", DocumentType)
async def test_fifty_shipments_that_are_too_much_for_one_call_go_in_several(kind: DocumentType) -> None:
    harness = Harness(make_company(document=kind))
    async with harness.owner() as partition:
        harness.give(partition, [large(index, 20) for index in range(50)])
        await harness.answered(50)
    assert {outcome.status for outcome in harness.ended()} == {"PROCESSED"}
    assert len(harness.accounting.writes) > 1
    assert max(len(each.body) for each in harness.accounting.writes) <= MOST_BODY_BYTES


async def test_fifty_shipments_with_too_many_lines_for_one_reply_go_in_several() -> None:
    harness = Harness()
    async with harness.owner() as partition:
        harness.give(partition, [numbered(index, lines=[make_line()] * 300) for index in range(20)])
        await harness.answered(20)
    assert {outcome.status for outcome in harness.ended()} == {"PROCESSED"}
    sizes = [len(write.numbers) for write in harness.accounting.writes]
    assert sum(sizes) == 20
    assert max(sizes) == MOST_LINES // 300


async def test_one_shipment_goes_whatever_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was let in is Xero's to judge."""
    monkeypatch.setattr("streams.dispatch.batch.write.MOST_BODY_BYTES", 500_000)
    harness = Harness()
    async with harness.owner() as partition:
        harness.give(partition, [large(1, 200)])
        await harness.answered(1)
    (write,) = harness.accounting.writes
    assert len(write.body) > 500_000
