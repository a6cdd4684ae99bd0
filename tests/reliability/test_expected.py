"""The judge: it says so whenever an event is lost, a document doubled or an amount wrong, and never otherwise."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, cast

import pytest

from deploy.testbed.builders import ORGANISATION
from deploy.testbed.stack import Stack
from streams.topics import TopicNames
from tests.reliability.expected import Sent, amount_of, judge
from tests.reliability.follower import Shown


@dataclass(frozen=True)
class Document:
    """As much of the simulator's as is judged."""

    number: str
    sub_total: Decimal
    alive: bool = True


@dataclass
class World:
    """Everything as it should be, for a test to put one thing wrong."""

    sent: Sent = field(default_factory=Sent)
    shown: Shown = field(default_factory=lambda: Shown(TopicNames()))
    documents: list[Document] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sent.new(3)
        self.sent.corrected(1)
        self.shown.letters[self.sent.poisonous()] += 1
        for name in self.sent.events:
            self.shown.outcomes[name].append({"outcome_id": name, "status": "PROCESSED", "action": "", "errors": []})
        self.documents += [
            Document(f"INV-{index:06}", amount_of(index, self.sent.revisions[index])) for index in range(3)
        ]

    @property
    def simulator(self) -> "World":
        return self

    @property
    def state(self) -> "World":
        return self

    @property
    def organisations(self) -> dict[str, "World"]:
        return {ORGANISATION: self}

    def book(self, _: str) -> Iterator[Document]:
        return iter(self.documents)

    def verdict(self) -> Any:
        return judge(self.sent, self.shown, cast(Stack, self))


def test_nothing_is_found_where_nothing_is_wrong() -> None:
    verdict = World().verdict()
    assert verdict.is_clean
    assert verdict.events == 5


def test_an_event_without_an_answer_is_lost_and_so_is_poison_without_a_letter() -> None:
    world = World()
    del world.shown.outcomes["event-2-1"]
    world.shown.letters.clear()
    assert world.verdict().lost == ["event-2-1", "no JSON 0"]


def test_two_documents_of_a_number_are_doubled_unless_one_of_them_is_dead() -> None:
    world = World()
    world.documents.append(replace(world.documents[0], alive=False))
    assert world.verdict().is_clean
    world.documents.append(world.documents[0])
    assert world.verdict().doubled == ["INV-000000"]


def test_two_different_answers_are_doubled_and_the_same_one_twice_is_counted() -> None:
    world = World()
    answers = world.shown.outcomes["event-0-1"]
    answers.append(dict(answers[0]))
    assert (world.verdict().is_clean, world.verdict().raw_outcomes) == (True, 1)
    answers.append(answers[0] | {"outcome_id": "other"})
    assert len(world.verdict().doubled) == 1


@pytest.mark.parametrize("amount", [amount_of(1, 1), None])
def test_an_older_revisions_amount_is_wrong_and_so_is_a_missing_document(amount: Decimal | None) -> None:
    world = World()
    world.documents[1:2] = [] if amount is None else [Document("INV-000001", amount)]
    (wrong,) = world.verdict().wrong
    assert wrong == f"INV-000001: {amount} in Xero, {amount_of(1, 2)} sent"


def test_a_refusal_is_wrong_and_a_replaced_request_may_be_skipped() -> None:
    world = World()
    world.shown.outcomes["event-1-1"][0]["status"] = "SKIPPED"
    assert world.verdict().is_clean
    world.shown.outcomes["event-1-2"][0]["status"] = "SKIPPED"
    world.shown.outcomes["event-0-1"][0]["status"] = "REJECTED"
    assert len(world.verdict().wrong) == 2


def test_an_answer_to_what_was_never_sent_and_a_document_that_nobody_asked_for_are_wrong() -> None:
    world = World()
    world.shown.outcomes["event-9-1"].append({"outcome_id": "x", "status": "PROCESSED", "action": "", "errors": []})
    world.documents.append(Document("INV-000009", Decimal(1)))
    assert len(world.verdict().wrong) == 2


def test_no_two_revisions_and_no_neighbours_have_one_amount() -> None:
    chance = random.Random(1)  # noqa: S311  # It draws examples.
    for index, revision in ((chance.randrange(1000), chance.randrange(1, 9)) for _ in range(100)):
        assert len({amount_of(index, revision), amount_of(index, revision + 1), amount_of(index + 1, revision)}) == 3
