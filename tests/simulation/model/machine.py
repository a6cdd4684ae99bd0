"""The state machine of the dispatcher's own tests, in virtual time, with everything else that happens to it."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import rule

from mappers.model.company import Company
from mappers.model.document import ExistingDocument
from mappers.model.master_data import Contact, Item
from mappers.model.outcome import Outcome
from streams.dispatch.ownership.partition import Partition
from tests.builders import COMPANY_ID, ORGANISATION, make_company
from tests.fakes.accounting import Fault
from tests.fakes.references import contact, item, reference_data
from tests.properties.dispatch.test_dispatch_model import REVISIONS, SHIPMENTS, DispatcherModel
from tests.simulation.machine import START, VirtualLoop
from tests.unit.streams.dispatch.harness import Clock, Harness, Record
from xero_client.errors import DisconnectedError, OutOfQuotaError
from xero_client.port import Operation

PROFILES: dict[str, Company] = {
    "as it was": make_company(),
    "other reference": make_company(reference_from=("shipment_number",)),
    "refuses others": make_company(on_existing="refuse"),
    "voided anew": make_company(on_voided="new_suffix"),
}
CALLS = ("find", "read", Operation.CREATE, Operation.UPDATE)
EDITED = "edited by hand"
LOOK_EVERY = 0.5


class VirtualClock(Clock):
    """Both clocks are the loop's, and what a test adds."""

    def utc(self) -> datetime:
        """Now."""
        return START + timedelta(seconds=asyncio.get_running_loop().time()) + self.ahead


class VirtualHarness(Harness):
    """A harness on that clock, whose work takes no time."""

    def __init__(self) -> None:
        super().__init__(PROFILES["as it was"])
        self.clock = VirtualClock()
        self.accounting._clock = self.clock.utc
        self.accounting._monotonic = self.clock.monotonic
        self.cpu = lambda: 0.0

    async def until(self, condition: Callable[[], Any], seconds: float = 60.0) -> None:
        """Virtual seconds cost nothing, looks do."""
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110  # See the harness.
                await asyncio.sleep(LOOK_EVERY)


class WholeModel(DispatcherModel):
    """What it adds: throttling, a lost consent, edits, master data, pauses, profiles, retention, time, and owners that
    do not know that they are none any more.
    """

    make_runner = staticmethod(lambda: asyncio.Runner(loop_factory=VirtualLoop))
    make_harness = staticmethod(VirtualHarness)

    def __init__(self) -> None:
        self.zombies: list[asyncio.Task[None]] = []
        self.forgotten: set[UUID] = set()
        super().__init__()

    # -- Xero ----------------------------------------------------------------------------------------------------------

    @rule(seconds=st.integers(min_value=1, max_value=90), call=st.sampled_from(CALLS))
    def throttle(self, seconds: int, call: str) -> None:
        """Xero takes no more calls for a while."""
        self.runner.run(self._throttle(seconds, call))

    async def _throttle(self, seconds: int, call: str) -> None:
        until = self.harness.clock.utc() + timedelta(seconds=seconds)
        error = OutOfQuotaError("too many", limit="minute", resume_at=until)
        self.harness.accounting.fault(Fault(call, before=error))

    @rule(call=st.sampled_from(CALLS))
    def disconnect(self, call: str) -> None:
        """The consent is gone for one call; somebody gives it anew later."""
        self.harness.accounting.fault(Fault(call, before=DisconnectedError("consent was withdrawn")))

    @rule()
    def connect(self) -> None:
        """Somebody consents anew."""
        self._tell(lambda partition: partition.connected(ORGANISATION))

    @rule(shipment=SHIPMENTS)
    def edit(self, shipment: int) -> None:
        """A person writes into a document of ours."""
        for document in self._live(shipment):
            changed = document.model_copy(update={"reference": EDITED})
            self.harness.accounting.put(ORGANISATION, changed)

    @rule(archived=st.booleans(), sold=st.booleans())
    def change_master_data(self, archived: bool, sold: bool) -> None:  # Drawn.
        """The customer is archived or restored, the product is there or not."""
        people = [contact("ALOK", archived=archived), contact("OTHER")]
        self._put(people, [item("BEEF-01")] if sold else [])

    def _put(self, people: list[Contact], goods: list[Item]) -> None:
        data = reference_data(contacts=people, items=goods)
        self.harness.references.put(ORGANISATION, data)
        self._tell(lambda partition: partition.master_data_changed(ORGANISATION))

    @rule(shipment=SHIPMENTS, revision=REVISIONS)
    def lose_track(self, shipment: int, revision: int) -> None:
        """A write is done and its reply lost, the customer is archived, and the owner dies."""
        for operation in Operation:
            self.fault("lost", operation)
        self.arrive(shipment, revision)
        self.runner.run(asyncio.sleep(0.1))
        self.change_master_data(archived=True, sold=True)
        self.crash()

    # -- people --------------------------------------------------------------------------------------------------------

    @rule(name=st.sampled_from(sorted(PROFILES)))
    def change_profile(self, name: str) -> None:
        """The profile is another one."""
        self.harness.companies[COMPANY_ID] = PROFILES[name]
        self._tell(lambda partition: partition.steered(by_profile=True))

    @rule(is_paused=st.booleans())
    def pause(self, is_paused: bool) -> None:  # Drawn.
        """The company is paused, or goes on."""
        (self.harness.pauses.pause if is_paused else self.harness.pauses.resume)(COMPANY_ID)
        self._tell(lambda partition: partition.steered(by_profile=False))

    # -- machines ------------------------------------------------------------------------------------------------------

    @rule()
    def fence(self) -> None:
        """Another owner takes over, and this one does not know it yet."""
        assert self.owner_task is not None
        self.runner.run(self._bury())
        self.zombies.append(self.owner_task)
        self.runner.run(self._begin())

    @rule()
    def replay(self) -> None:
        """Everything is read again from the beginning."""
        for value in dict.fromkeys(each.value for each in self.harness.sent):
            again = Record(value, len(self.harness.sent))
            self.harness.sent.append(again)
            self.runner.run(self._take([again]))

    @rule(seconds=st.integers(min_value=1, max_value=120))
    def pass_time(self, seconds: int) -> None:
        """Minutes pass."""
        self.runner.run(asyncio.sleep(seconds))

    @rule(days=st.integers(min_value=1, max_value=3))
    def forget(self, days: int) -> None:
        """The retention is lowered, days pass, and a new owner forgets what ended before."""
        self.harness.settings = replace(self.harness.settings, retention=3600.0)
        self.harness.clock.ahead += timedelta(days=days)
        later = self.runner.run(self._now())
        self.crash()
        # An answer that was on its way to the broker is forgotten with those that were there.
        self.forgotten |= {each.request_id for each in self.harness.ended() if each.occurred_at < later}
        self.runner.run(asyncio.sleep(1))

    async def _now(self) -> datetime:
        return self.harness.clock.utc()

    def _tell(self, tell: Callable[[Partition], None]) -> None:
        async def told() -> None:
            assert self.partition is not None
            tell(self.partition)
            await asyncio.sleep(0)

        self.runner.run(told())

    # -- what must have come of it -------------------------------------------------------------------------------------

    async def _finish(self) -> None:
        """All is well again: nobody is paused, the profile and the master data are those of the beginning."""
        self.harness.accounting._faults.clear()
        self.harness.pauses.resume(COMPANY_ID)
        self.harness.companies[COMPANY_ID] = PROFILES["as it was"]
        self.harness.references.put(
            ORGANISATION, reference_data(contacts=[contact("ALOK"), contact("OTHER")], items=[item("BEEF-01")])
        )
        assert self.partition is not None
        self.partition.steered(by_profile=True)
        self.partition.master_data_changed(ORGANISATION)
        self.partition.connected(ORGANISATION)
        await self.harness.until(self._is_quiet, 100_000)

    def _is_quiet(self) -> bool:
        assert self.partition is not None
        answered = {each.request_id for each in self.harness.ended()}
        return answered >= self.given and self.harness.topic.offset >= len(self.harness.sent)

    def _check_outcomes(self) -> None:
        """One answer for each request, but for those that were forgotten and asked again."""
        ends: dict[UUID, set[UUID]] = {}
        for outcome in self.harness.ended():
            ends.setdefault(outcome.request_id, set()).add(outcome.outcome_id)
            self._check_is_witnessed(outcome)
        assert self.given <= set(ends)
        assert [each for each, ids in ends.items() if len(ids) > 1 and each not in self.forgotten] == []
        assert self.harness.accounting.without_intent == []

    def _check_document(self, shipment: int, request_id: UUID) -> None:
        """A document that a person has edited stays as they left it, and somebody is told."""
        live = self._live(shipment)
        answers = [each for each in self.harness.ended() if each.request_id == request_id]
        if self._is_about_people(answers[-1]):
            assert any(each.reference == EDITED for each in live) or not live or self._are_forgotten(live)
            return
        super()._check_document(shipment, request_id)

    def _are_forgotten(self, live: list[ExistingDocument]) -> bool:
        """Whether they took a voided one's place and were forgotten: nobody looks for them under another profile."""
        forgotten = [each.document for each in self.harness.ended() if each.request_id in self.forgotten]
        ids = {each.xero_id for each in forgotten if each is not None}
        return all(each.xero_id in ids and "-R" in each.number for each in live)

    @staticmethod
    def _is_about_people(outcome: Outcome) -> bool:
        codes = {each.code for each in outcome.errors}
        return outcome.status == "REJECTED" and codes <= {"document_edited_by_hand", "document_voided"}

    async def _end(self) -> None:
        await super()._end()
        await self._bury()

    async def _bury(self) -> None:
        """One at a time is enough."""
        zombies, self.zombies = self.zombies, []
        for each in zombies:
            each.cancel()
        await asyncio.gather(*zombies, return_exceptions=True)
