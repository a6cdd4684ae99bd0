"""A request keeps its trace through whatever it goes through: waiting, a new owner, a newer request."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from mappers.model import Outcome, SyncRequest
from streams.dispatch.ledger.ledger_transaction import LedgerTransaction
from streams.dispatch.ledger.transactions import _wire
from streams.topics import SYNC_OUTCOMES, TopicNames
from streams.tracing import PASS_ON, TRACEPARENT, TracedCall
from streams.tracing.pass_on import PassOn
from tests.builders import ORGANISATION
from tests.unit.streams.dispatch.harness import Harness
from tests.unit.streams.dispatch.requests import numbered
from xero_client.errors import DisconnectedError

WITHDRAWN = DisconnectedError("an administrator runs `shipledger connect` again")


class Recorded(PassOn):
    """What is told of requests on their way."""

    def __init__(self) -> None:
        self.calls: list[list[str | None]] = []
        self.ends: list[tuple[str, str | None]] = []

    @contextmanager
    def _noted(self, served: Sequence[SyncRequest]) -> Iterator[None]:
        self.calls.append([each.traceparent for each in served])
        yield

    def call(self, call: TracedCall) -> Any:
        return self._noted(call.served)

    def ended(self, outcome: Outcome, traceparent: str | None, asked_at: datetime) -> None:
        del asked_at
        self.ends.append((outcome.status.value, traceparent))


def trace(index: int) -> str:
    return f"00-{index:032x}-{index:016x}-01"


def asked(index: int, **fields: Any) -> SyncRequest:
    request = numbered(index, **fields)
    return request.model_copy(update={"traceparent": trace(index), "asked_at": request.occurred_at})


async def test_a_request_that_waits_over_a_new_owner_keeps_its_trace() -> None:
    harness = Harness()
    harness.tracing = told = Recorded()
    harness.accounting.fail_slots(ORGANISATION, WITHDRAWN)
    async with harness.owner() as partition:
        harness.give(partition, [asked(1), asked(2)])
        await harness.until(lambda: len(harness.topic.outcomes) == 2)
    assert told.ends == [], "it waits"
    harness.accounting.fail_slots(ORGANISATION, None)
    async with harness.owner():
        await harness.until(lambda: len(told.ends) == 2)
    assert sorted(told.ends) == [("PROCESSED", trace(1)), ("PROCESSED", trace(2))]
    assert sorted(each for call in told.calls for each in call if each) == [trace(1), trace(2)]


async def test_a_request_that_a_newer_one_replaces_ends_in_its_own_trace() -> None:
    harness = Harness()
    harness.tracing = told = Recorded()
    harness.accounting.fail_slots(ORGANISATION, WITHDRAWN)
    newer = asked(1, revision=2).model_copy(update={"traceparent": trace(9)})
    async with harness.owner() as partition:
        harness.give(partition, [asked(1)])
        await harness.until(lambda: len(harness.topic.outcomes) == 1)
        harness.give(partition, [newer])
        await harness.until(lambda: len(told.ends) == 1)
        harness.accounting.fail_slots(ORGANISATION, None)
        partition.connected(ORGANISATION)
        await harness.until(lambda: len(told.ends) == 2)
    assert told.ends == [("SKIPPED", trace(1)), ("PROCESSED", trace(9))]


async def test_the_outcome_carries_the_trace_in_its_header_and_only_there() -> None:
    harness = Harness()
    written: list[LedgerTransaction] = []
    async with harness.owner() as partition:
        harness.fence.after = written.append
        harness.give(partition, [asked(1), numbered(2)])
        await harness.answered(2)
    sent = (each for transaction in written for each in _wire(transaction, 0, TopicNames(), PASS_ON))
    wires = [wire for topic, wire in sent if topic == SYNC_OUTCOMES]
    carried = {wire["key"].decode(): dict(wire["headers"]).get(TRACEPARENT) for wire in wires}
    assert {key.rpartition("/")[2]: value for key, value in carried.items()} == {
        "SHP-00001": trace(1).encode(),
        "SHP-00002": None,
    }
    assert all(b"traceparent" not in wire["value"] for wire in wires)
