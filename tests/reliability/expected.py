"""What a shipping system sent, what must have become of it, and what did."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from deploy.testbed.builders import ORGANISATION, make_line, make_shipment
from deploy.testbed.events import event
from deploy.testbed.stack import Stack
from tests.reliability.follower import Shown


@dataclass
class Sent:
    """The events so far. Indices of shipments count up from 0; a corrected shipment has a further event."""

    events: dict[str, dict[str, Any]] = field(default_factory=dict)
    revisions: Counter[int] = field(default_factory=Counter)
    poison: list[bytes] = field(default_factory=list)
    _open: set[str] = field(default_factory=set)

    def new(self, count: int) -> list[dict[str, Any]]:
        """Status changes of so many further shipments."""
        first = len(self.revisions)
        return [self._revised(index) for index in range(first, first + count)]

    def corrected(self, index: int) -> dict[str, Any]:
        """The shipment once more, with another amount."""
        return self._revised(index)

    def poisonous(self) -> bytes:
        """Something that is no status change."""
        self.poison.append(f"no JSON {len(self.poison)}".encode())
        return self.poison[-1]

    def _revised(self, index: int) -> dict[str, Any]:
        self.revisions[index] += 1
        revision = self.revisions[index]
        amount = str(amount_of(index, revision))
        line = make_line(quantity="1", unit_price=amount, item_value=amount)
        shipment = make_shipment(invoice_number=f"INV-{index:06}", shipment_number=f"SHP-{index:06}", lines=[line])
        made = event(index, event_id=f"event-{index}-{revision}", revision=revision, shipment=shipment)
        self.events[made["event_id"]] = made
        self._open.add(made["event_id"])
        return made

    def unanswered(self, shown: Shown) -> set[str]:
        """What has no answer yet; cheap, because it is asked all the time."""
        self._open = {name for name in self._open if name not in shown.outcomes}
        return self._open | {letter.decode() for letter in self.poison if letter not in shown.letters}


def amount_of(index: int, revision: int) -> Decimal:
    """No two neighbours' are alike, nor two revisions'."""
    return Decimal(100 + index % 97) + Decimal(revision) / 4


@dataclass
class Verdict:
    """Counts of what must be zero, each with what was found; and of duplicates, which are allowed before dedupe."""

    events: int = 0
    lost: list[str] = field(default_factory=list)
    """Events without an answer."""
    doubled: list[str] = field(default_factory=list)
    """Numbers with more than one document, and events with two different answers."""
    wrong: list[str] = field(default_factory=list)
    """Documents with another amount or none, and answers that are not what was to be expected."""
    raw_outcomes: int = 0
    raw_requests: int = 0
    raw_letters: int = 0

    @property
    def is_clean(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.lost or self.doubled or self.wrong)


def judge(sent: Sent, shown: Shown, stack: Stack) -> Verdict:
    """At rest: one answer for each event, one document for each shipment, with the amount of its newest revision."""
    verdict = Verdict(events=len(sent.events) + len(sent.poison), lost=_unanswered(sent, shown))
    for name, answers in shown.outcomes.items():
        _judge_answers(verdict, sent, name, answers)
    book = stack.simulator.state.organisations[ORGANISATION].book("invoice")
    documents = [each for each in book if each.number.startswith("INV-0") and each.alive]
    counts = Counter(document.number for document in documents)
    verdict.doubled += [number for number, count in counts.items() if count > 1]
    totals = {document.number: document.sub_total for document in documents}
    expected = {f"INV-{index:06}": amount_of(index, revision) for index, revision in sent.revisions.items()}
    verdict.wrong += _differences(expected, totals)
    verdict.raw_requests = _beyond_one(shown.requests.values())
    verdict.raw_letters = _beyond_one(shown.letters.values())
    return verdict


def _unanswered(sent: Sent, shown: Shown) -> list[str]:
    unanswered = [name for name in sent.events if name not in shown.outcomes]
    return unanswered + [letter.decode() for letter in sent.poison if letter not in shown.letters]


def _judge_answers(verdict: Verdict, sent: Sent, name: str, answers: list[dict[str, Any]]) -> None:
    ids = {each["outcome_id"] for each in answers}
    verdict.raw_outcomes += len(answers) - len(ids)
    if len(ids) > 1:
        verdict.doubled.append(f"{name}: {sorted((each['status'], each['action']) for each in answers)}")
    made = sent.events.get(name)
    if made is None:
        verdict.wrong.append(f"{name} was never sent")
        return
    index = int(made["shipment_id"].removeprefix("SHP-"))
    replaced = made["revision"] < sent.revisions[index]
    allowed = {"PROCESSED", "SKIPPED"} if replaced else {"PROCESSED"}
    verdict.wrong += [f"{name}: {each['status']} {each['errors']}" for each in answers if each["status"] not in allowed]


def _differences(expected: dict[str, Decimal], found: dict[str, Decimal]) -> list[str]:
    names = sorted(expected.keys() | found.keys())
    return [
        f"{name}: {found.get(name)} in Xero, {expected.get(name)} sent"
        for name in names
        if found.get(name) != expected.get(name)
    ]


def _beyond_one(counts: Iterable[int]) -> int:
    return sum(count - 1 for count in counts)
