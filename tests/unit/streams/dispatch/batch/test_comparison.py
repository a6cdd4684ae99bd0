"""What Xero shows is compared a few steps in a turn of the event loop: a page of documents may have 40,000 lines."""

from collections.abc import Sequence
from itertools import count
from typing import Any

import pytest

from mappers.model.company import DocumentType
from mappers.model.document import Document
from mappers.model.sync_request import Trigger
from streams.dispatch.context import TURN_SECONDS
from tests.builders import make_company
from tests.unit.streams.dispatch.harness import SETTINGS, Harness, IntentCheckingAccounting
from tests.unit.streams.dispatch.requests import numbered
from xero_client.errors import EffectUnknownError

MANY = 30
SLOW_STEP = 0.4 * TURN_SECONDS
"""Seconds that a step seems to take: the clock is asked after each, and three of them are a turn."""


class TurnsHarness(Harness):
    """Counts the turns that a lane gives away, and the most of them between what Xero showed and what came of it."""

    def __init__(self, kind: DocumentType) -> None:
        super().__init__(make_company(document=kind), settings=SETTINGS)
        self.turns = self.shown_at = self.most = 0
        self.watched = Watched(self)
        self.accounting = self.watched
        clock = count()
        self.cpu = lambda: next(clock) * SLOW_STEP

    async def _sleep(self, seconds: float) -> None:
        self.turns += seconds == 0
        await super()._sleep(seconds)

    def shown(self) -> None:
        self.shown_at = self.turns

    def decided(self) -> None:
        self.most = max(self.most, self.turns - self.shown_at)
        self.shown_at = self.turns


class Watched(IntentCheckingAccounting):
    """The first write's reply is lost where it should be."""

    def __init__(self, harness: TurnsHarness) -> None:
        super().__init__(harness.topic, harness.clock)
        self._harness = harness
        self.lose_reply = False

    async def find(self, *given: Any, **named: Any) -> Any:
        found = await super().find(*given, **named)
        self._harness.shown()
        return found

    async def read(self, *given: Any, **named: Any) -> Any:
        found = await super().read(*given, **named)
        self._harness.shown()
        return found

    def encode(self, kind: DocumentType, documents: Sequence[tuple[Document, str | None]]) -> bytes:
        self._harness.decided()
        return super().encode(kind, documents)

    async def write(self, *given: Any, **named: Any) -> Any:
        replies = await super().write(*given, **named)
        if self.lose_reply:
            self.lose_reply = False
            raise EffectUnknownError("the reply was lost")
        self._harness.shown()
        return replies


async def answered(harness: TurnsHarness, partition: Any, revision: int, **fields: Any) -> None:
    """Ask for all shipments, and wait until they are answered."""
    wanted = len(harness.ended()) + MANY
    requests = [numbered(index, revision=revision, **fields) for index in range(MANY)]
    asked = [each.model_copy(update={"trigger": Trigger.SYNC_NOW}) for each in requests]
    harness.give(partition, asked)
    await harness.answered(wanted)
    harness.decided()
    assert {each.status for each in harness.ended()} == {"PROCESSED"}


@pytest.mark.parametrize("kind", DocumentType)
async def test_what_is_there_as_it_should_be_is_compared_in_turns(kind: DocumentType) -> None:
    harness = TurnsHarness(kind)
    async with harness.owner() as partition:
        await answered(harness, partition, 1)
        harness.most = 0
        await answered(harness, partition, 2)
    assert {each.action for each in harness.ended()[MANY:]} == {"unchanged"}
    assert harness.most >= MANY


async def test_what_is_to_be_changed_is_compared_in_turns() -> None:
    harness = TurnsHarness(DocumentType.INVOICE)
    async with harness.owner() as partition:
        await answered(harness, partition, 1)
        harness.most = 0
        await answered(harness, partition, 2, exporter_reference="EXP-2")
    assert {each.action for each in harness.ended()[MANY:]} == {"updated"}
    assert harness.most >= MANY


async def test_what_a_write_made_is_compared_in_turns() -> None:
    harness = TurnsHarness(DocumentType.INVOICE)
    async with harness.owner() as partition:
        await answered(harness, partition, 1)
    assert harness.most >= MANY


@pytest.mark.parametrize("kind", DocumentType)
async def test_what_a_write_may_have_made_is_compared_in_turns(kind: DocumentType) -> None:
    harness = TurnsHarness(kind)
    harness.longest_sleep = 0.01
    harness.watched.lose_reply = True
    async with harness.owner() as partition:
        await answered(harness, partition, 1)
    assert "recovered" in {each.action for each in harness.ended()}
    assert harness.most >= MANY
