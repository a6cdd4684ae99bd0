"""A model of the dispatcher: requests, repeats, reorderings, crashes, faults of Xero and people's acts in any order."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from mappers.model.document import ExistingDocument
from mappers.model.outcome import Outcome
from mappers.model.sync_request import SyncRequest, Trigger
from streams.dispatch.ledger.group_commit import PartitionLostError
from streams.dispatch.ownership.partition import Partition
from tests.builders import OCCURRED_AT, ORGANISATION, make_request, make_shipment
from tests.fakes.accounting import Fault, lost_reply, never_arrived
from tests.unit.streams.dispatch.harness import Harness, Record
from xero_client.errors import IntentExpiredError, UnavailableError
from xero_client.port import Operation

SHIPMENT_NUMBERS = range(5)
SHIPMENTS = st.sampled_from(SHIPMENT_NUMBERS)
REVISIONS = st.integers(min_value=1, max_value=6)
FAULTS: dict[str, Callable[[Operation], Fault]] = {
    "lost": lost_reply,
    "never": never_arrived,
    "unavailable": lambda operation: Fault(operation, before=UnavailableError("connection refused", retry_after=0.01)),
    "too late": lambda operation: Fault(operation, before=IntentExpiredError("slept")),
}


PERSONS_ACTS: dict[str, Callable[[ExistingDocument], dict[str, str]]] = {
    "delete": lambda _document: {"status": "DELETED"},
    "void": lambda _document: {"status": "VOIDED"},
    "renumber": lambda document: {"number": f"BY-HAND-{document.xero_id}"},
}
DEAD = frozenset({"VOIDED", "DELETED"})


def request(shipment: int, revision: int) -> SyncRequest:
    """Revision `revision` of a shipment; the reference tells the revision."""
    return make_request(
        event_id=f"{shipment}-{revision}",
        shipment_id=f"S{shipment}",
        revision=revision,
        occurred_at=OCCURRED_AT + timedelta(seconds=revision),
        shipment=make_shipment(invoice_number=f"INV-{shipment}", exporter_reference=f"R{revision}"),
    )


def sync_now(shipment: int, revision: int, press: int) -> SyncRequest:
    """Somebody presses Sync Now for a revision that came before."""
    fields = request(shipment, revision).model_dump() | {"event_id": f"press-{press}", "trigger": Trigger.SYNC_NOW}
    del fields["request_id"]
    return make_request(**fields)


class DispatcherModel(RuleBasedStateMachine):
    """After any history and a last Sync Now of each shipment: at most one live document a number, one terminal outcome
    a request, the newest revision in the books, no document of two shipments, no answer to a person from memory.
    """

    make_runner: Callable[[], asyncio.Runner] = staticmethod(asyncio.Runner)
    make_harness: Callable[[], Harness] = staticmethod(Harness)

    def __init__(self) -> None:
        super().__init__()
        self.runner = self.make_runner()
        self.harness = self.make_harness()
        self.harness.accounting.deleted_numbers_free = True
        self.looked_before: dict[UUID, int] = {}
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

    @rule(shipment=SHIPMENTS)
    def press(self, shipment: int) -> None:
        """Somebody presses Sync Now."""
        if shipment in self.newest:
            self._press(shipment)

    @rule(shipment=SHIPMENTS, act=st.sampled_from(sorted(PERSONS_ACTS)))
    def act_in_xero(self, shipment: int, act: str) -> None:
        """A person deletes, voids or renumbers a shipment's document in Xero."""
        for document in self._live(shipment):
            changed = document.model_copy(update=PERSONS_ACTS[act](document))
            self.harness.accounting.put(ORGANISATION, changed)

    @rule(shipment=SHIPMENTS, other=SHIPMENTS)
    def give_the_number_of_another(self, shipment: int, other: int) -> None:
        """A person gives a shipment's document the number of another shipment, where Xero lets them; that one comes."""
        number = f"INV-{other}"
        for document in self._live(shipment):
            if number not in self.harness.numbers():
                self.harness.accounting.put(ORGANISATION, document.model_copy(update={"number": number}))
                self.arrive(other, self.newest.get(other, 1))

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
            self.no_document_is_of_two_shipments()
            # More than once: one shipment may have to let go of the number that another one needs.
            for _ in SHIPMENT_NUMBERS:
                self._press_all()
            last = self._press_all()
            self._check_outcomes()
            for shipment, request_id in last.items():
                self._check_document(shipment, request_id)
            self.no_document_is_of_two_shipments()
        finally:
            self.runner.run(self._end())
            self.runner.close()

    def _press_all(self) -> dict[int, UUID]:
        pressed = {shipment: self._press(shipment) for shipment in self.newest}
        self.runner.run(self._finish())
        return pressed

    def _press(self, shipment: int) -> UUID:
        made = sync_now(shipment, self.newest[shipment], len(self.harness.sent))
        self.given.add(made.request_id)
        self.looked_before[made.request_id] = len(self.harness.accounting.reads)
        self.runner.run(self._take([self.harness.record(made)]))
        return made.request_id

    def _live(self, shipment: int) -> list[ExistingDocument]:
        """Under its number, or that with what a profile puts behind it in the place of a voided one."""
        number = f"INV-{shipment}"
        documents = [each for each in self.harness.accounting.documents(ORGANISATION) if each.status not in DEAD]
        return [each for each in documents if each.number == number or each.number.startswith(f"{number}-R")]

    def _check_outcomes(self) -> None:
        terminal: dict[UUID, set[UUID]] = defaultdict(set)
        for outcome in self.harness.ended():
            terminal[outcome.request_id].add(outcome.outcome_id)
            self._check_is_witnessed(outcome)
        assert set(terminal) == self.given
        assert all(len(ids) == 1 for ids in terminal.values())
        assert self.harness.accounting.without_intent == []

    def _check_is_witnessed(self, outcome: Outcome) -> None:
        """What a person is told of a document was looked at in Xero after the person asked."""
        before = self.looked_before.get(outcome.request_id)
        if before is None or outcome.action != "unchanged":
            return
        assert outcome.document is not None
        looked = {key for read in self.harness.accounting.reads[before:] for key in read[3]}
        assert looked & {outcome.document.xero_id, outcome.document.number}

    def _check_document(self, shipment: int, request_id: UUID) -> None:
        """The last Sync Now tells what is in Xero."""
        live = self._live(shipment)
        (outcome,) = {each.outcome_id: each for each in self.harness.ended() if each.request_id == request_id}.values()
        if outcome.status == "REJECTED":
            assert [each.code for each in outcome.errors] == ["document_voided"]
            assert live == []
            return
        assert outcome.document is not None
        assert [each.xero_id for each in live] == [outcome.document.xero_id]
        assert (live[0].reference or "").startswith(f"R{self.newest[shipment]} ")

    @invariant()
    def no_document_is_of_two_shipments(self) -> None:
        """At no time does the ledger give one document to two shipments."""
        rows = self.harness.topic.read().rows.values()
        ids = Counter(row.synced.ref.xero_id for row in rows if row.synced is not None)
        assert set(ids.values()) <= {1}

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
