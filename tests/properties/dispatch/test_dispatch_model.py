"""A model of the dispatcher: requests, repeats, reorderings, crashes and faults of Xero in any order."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from mappers.model.sync_request import SyncRequest
from streams.dispatch.ledger.group_commit import PartitionLostError
from streams.dispatch.ownership.partition import Partition
from tests.builders import OCCURRED_AT, make_request, make_shipment
from tests.fakes.accounting import Fault, lost_reply, never_arrived
from tests.unit.streams.dispatch.harness import Harness, Record
from xero_client.errors import IntentExpiredError, UnavailableError
from xero_client.port import Operation

SHIPMENTS = st.integers(min_value=0, max_value=4)
REVISIONS = st.integers(min_value=1, max_value=6)
FAULTS: dict[str, Callable[[Operation], Fault]] = {
    "lost": lost_reply,
    "never": never_arrived,
    "unavailable": lambda operation: Fault(operation, before=UnavailableError("connection refused", retry_after=0.01)),
    "too late": lambda operation: Fault(operation, before=IntentExpiredError("slept")),
}


def request(shipment: int, revision: int) -> SyncRequest:
    """Revision `revision` of a shipment; the reference tells the revision."""
    return make_request(
        event_id=f"{shipment}-{revision}",
        shipment_id=f"S{shipment}",
        revision=revision,
        occurred_at=OCCURRED_AT + timedelta(seconds=revision),
        shipment=make_shipment(invoice_number=f"INV-{shipment}", exporter_reference=f"R{revision}"),
    )


class DispatcherModel(RuleBasedStateMachine):
    """After any history: one document a number, one terminal outcome a request, the newest revision in the books."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.harness = Harness()
        self.newest: dict[int, int] = {}
        self.given: set[UUID] = set()
        self.owner_task: asyncio.Task[None] | None = None
        self.partition: Partition | None = None
        self.runner.run(self._begin())

    @rule(shipment=SHIPMENTS, revision=REVISIONS)
    def arrive(self, shipment: int, revision: int) -> None:
        """A request arrives, new or old."""
        made = request(shipment, revision)
        self.newest[shipment] = max(revision, self.newest.get(shipment, 0))
        self.given.add(made.request_id)
        record = self.harness.record(made)
        self.runner.run(self._take([record]))

    @rule(count=st.integers(min_value=1, max_value=5))
    def repeat(self, count: int) -> None:
        """The gate repeats its last requests."""
        for old in self.harness.sent[-count:]:
            again = type(old)(old.value, len(self.harness.sent))
            self.harness.sent.append(again)
            self.runner.run(self._take([again]))

    @rule(name=st.sampled_from(sorted(FAULTS)), operation=st.sampled_from(Operation))
    def fault(self, name: str, operation: Operation) -> None:
        """Xero's next write goes wrong."""
        self.harness.accounting.fault(FAULTS[name](operation))

    @rule()
    def crash(self) -> None:
        """The owner dies; another reads the topic."""
        self.runner.run(self._crash())

    @rule(milliseconds=st.integers(min_value=1, max_value=30))
    def wait(self, milliseconds: int) -> None:
        """Time passes."""
        self.runner.run(asyncio.sleep(milliseconds / 1000))

    def teardown(self) -> None:
        """The faults stop, the work ends, and everything is checked."""
        try:
            self.runner.run(self._finish())
            self._check()
        finally:
            self.runner.run(self._end())
            self.runner.close()

    def _check(self) -> None:
        terminal: dict[UUID, set[UUID]] = defaultdict(set)
        for outcome in self.harness.ended():
            terminal[outcome.request_id].add(outcome.outcome_id)
        assert set(terminal) == self.given
        assert all(len(ids) == 1 for ids in terminal.values())
        assert Counter(self.harness.numbers()) == Counter({f"INV-{shipment}": 1 for shipment in self.newest})
        assert self.harness.accounting.without_intent == []
        (organisation,) = {each.organisation for each in self.harness.companies.values()}
        for document in self.harness.accounting.documents(organisation):
            newest = self.newest[int(document.number.removeprefix("INV-"))]
            assert document.reference is not None
            assert document.reference.startswith(f"R{newest} ")

    async def _begin(self) -> None:
        self.partition = self.harness.own()
        self.owner_task = asyncio.create_task(self.partition.run())
        await asyncio.sleep(0)
        rest = [each for each in self.harness.sent if each.offset >= self.harness.topic.offset]
        await self._take(rest)

    async def _take(self, records: list[Record]) -> None:
        assert self.partition is not None
        try:
            if records:
                self.partition.take(records)
        except PartitionLostError:
            await self._crash()
        await asyncio.sleep(0)

    async def _end(self) -> None:
        assert self.owner_task is not None
        self.owner_task.cancel()
        await asyncio.gather(self.owner_task, return_exceptions=True)

    async def _crash(self) -> None:
        await self._end()
        await self._begin()

    async def _finish(self) -> None:
        await self.harness.until(lambda: {each.request_id for each in self.harness.ended()} >= self.given, 20)


DispatcherModel.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestDispatcherModel = DispatcherModel.TestCase
