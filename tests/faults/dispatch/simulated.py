"""A partition over the real client and governor, which call the simulator over HTTP, all on one fast clock."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from deploy.simulator.books.documents import Document
from deploy.simulator.books.organisation import Organisation
from deploy.simulator.control.edits import edit
from deploy.simulator.server import Simulator
from deploy.simulator.state.faults import Fault
from deploy.simulator.wire.clock import SimClock
from mappers.model.company import Company, DocumentType
from mappers.model.master_data import Account, Contact, Item, ReferenceData
from mappers.model.outcome import Outcome
from mappers.model.sync_request import SyncRequest
from streams.dispatch.context import LaneContext
from streams.dispatch.settings import DispatchSettings
from tests.builders import ORGANISATION
from tests.fakes.references import reference_data
from tests.fakes.xero_collaborators import RecordingObserver
from tests.faults.dispatch.driven_clock import DrivenClock
from tests.faults.dispatch.request_check import RequestCheck
from tests.faults.dispatch.xero_doubles import IntentCheckingClient, SimulatorTokens, durable_intents
from tests.unit.streams.dispatch.harness import Harness
from xero_client.accounting.exchange import Endpoint
from xero_client.collaborators import Tokens
from xero_client.port import Accounting, Operation
from xero_client.quota.governor import QuotaGovernor
from xero_client.quota.limits import QuotaLimits
from xero_client.timeouts import Timeouts

SCALE = 60.0
"""Seconds of the tests' clock in a real one. The dispatcher's settings are the shipped ones."""

PATIENT = 4.0
"""Real seconds that the client waits for a reply: a busy machine alone never makes a write one of unknown effect."""

IMPATIENT = 0.25
"""The same, for tests of late replies: half of the shortest time that a slow call takes."""

METHODS = {Operation.CREATE: "PUT", Operation.UPDATE: "POST"}
PLURAL = {DocumentType.INVOICE: "Invoices", DocumentType.QUOTE: "Quotes"}


class SimulatedHarness(Harness):
    """A harness whose Xero is a simulator. Everything waits on `clock`; the simulator's clock goes with it."""

    def __init__(
        self, simulator: Simulator, *companies: Company, scale: float = SCALE, read_timeout: float = PATIENT
    ) -> None:
        super().__init__(*companies, settings=DispatchSettings())
        # The total is of the tests' clock.
        timeouts = Timeouts(connect=2.0, read=read_timeout, total=300.0)
        self._endpoint = Endpoint(simulator.base_url, "shipledger/test", timeouts)
        self.driven = DrivenClock(scale)
        self.clock = self.driven
        self.simulator = simulator
        self.clients: list[IntentCheckingClient] = []
        self.new_process()
        self.read_references()

    def new_process(self) -> None:
        """Owners from now on have a client of their own, with another token; former owners keep theirs."""
        self.use(SimulatorTokens(self.simulator))

    def use(self, tokens: Tokens) -> None:
        """Owners from now on have a new client with these tokens."""
        self.governor = QuotaGovernor(QuotaLimits(), clock=self.driven, random=lambda: 0.0)
        self.client = IntentCheckingClient(
            self._endpoint,
            tokens=tokens,
            governor=self.governor,
            observer=RecordingObserver(),
            clock=self.driven.utc,
            monotonic=self.driven.monotonic,
        )
        self.client.topic, self.client.without_intent = self.topic, []
        self.client.expired = asyncio.Event()
        self.clients.append(self.client)

    def context(self, accounting: Accounting | None = None) -> LaneContext:
        """What lanes share: all of it real but for the reference cache."""
        return replace(
            super().context(), accounting=accounting or self.client, budget=self.governor, sleep=self.driven.sleep
        )

    @property
    def xero(self) -> Organisation:
        """The organisation of the tests, as the simulator holds it."""
        return self.simulator.state.organisations[ORGANISATION]

    def read_references(self) -> None:
        """Master data as the simulator has it now."""
        for name in {each.organisation for each in self.companies.values()}:
            self.references.put(name, references_of(self.simulator.state.organisations[name]))

    def advance(self, seconds: float) -> None:
        """Let time pass here and in Xero."""
        self.simulator.state.clock.advance(seconds)
        self.driven.advance(seconds)

    def unskipped(self) -> float:
        """Seconds of the clock, without those that `advance` skipped."""
        return self.driven.monotonic() - self.driven.ahead.total_seconds()

    def fault(self, kind: DocumentType, operation: Operation, fault: str, **settings: Any) -> Fault:
        """The next such write meets the fault."""
        return self.simulator.state.faults.add(Fault(f"{METHODS[operation]} {PLURAL[kind]}", fault, **settings))

    def switch(self, **answers: Any) -> None:
        """Answer questions that Xero's pages leave open."""
        self.simulator.state.set_switches(self.simulator.state.switches.changed(answers))

    def edit(self, kind: DocumentType, reference: str, **change: Any) -> Document:
        """A person changes a document in Xero: `set`, `status`, `payment`."""
        return edit(self.simulator.state, ORGANISATION, kind.value, reference, change)

    def called(self, pattern: str) -> int:
        """How many calls of an operation were answered."""
        return self.simulator.state.counts.calls[pattern]

    def in_flight(self) -> int:
        """Calls that Xero has not answered yet, even if nobody waits for the answer."""
        return sum(each.in_flight for each in self.simulator.state.limits._usage.values())

    def documents(self, kind: DocumentType) -> list[Document]:
        """All documents of the kind, dead ones too, but for those of the seed."""
        seeded = {row.get("InvoiceNumber") or row.get("QuoteNumber") for row in _seeded(self.simulator, kind)}
        return [each for each in self.xero.book(kind.value) if each.number not in seeded]

    async def drive(self, *groups: Iterable[SyncRequest], until: Callable[[], Any] | None = None) -> list[Outcome]:
        """Own the partition, give it group after group, and return when everything is answered."""
        async with self.owner() as partition:
            for group in groups:
                self.give(partition, group)
                await self.all_answered()
            if until is not None:
                await self.until(until, 20)
        return self.ended()

    async def all_answered(self, seconds: float = 100.0) -> None:
        """Wait until every request given so far is answered and nothing is under way."""
        given = len(self.given())

        def is_done() -> bool:
            # Of thousands of shipments the first comparison fails thousands of times: it has to cost nothing.
            few = len(self.topic.outcomes) < given
            return not few and len(self.terminal()) >= given and not durable_intents(self.topic)

        await self.until(is_done, seconds)

    def given(self) -> set[bytes]:
        """The distinct requests given."""
        return {each.value for each in self.sent if each.value is not None}

    def terminal(self) -> Counter[Any]:
        """How many terminal outcomes each request has."""
        return Counter(each.request_id for each in self.ended())


@asynccontextmanager
async def simulated(
    check: RequestCheck, *companies: Company, scale: float = SCALE, read_timeout: float = PATIENT
) -> AsyncIterator[SimulatedHarness]:
    """A simulator and a harness on it. At the end every request must pass Xero's OpenAPI, and the counts must be 0."""
    async with Simulator.started(clock=SimClock(scale=scale)) as simulator:
        harness = SimulatedHarness(simulator, *companies, scale=scale, read_timeout=read_timeout)
        try:
            yield harness
        finally:
            simulator.state.faults.clear()
            for client in harness.clients:
                client.close()
        assert check.problems(simulator.state.request_log) == []
        assert_clean(simulator)
        assert [client.without_intent for client in harness.clients] == [[]] * len(harness.clients)


def assert_clean(simulator: Simulator) -> None:
    """What must not have happened, whatever else did."""
    counts = simulator.state.counts
    assert counts.contacts_created_by_name == 0
    assert counts.contacts_edited_by_document == 0
    assert counts.unknown_fields == {}
    assert counts.simulator_errors == 0
    assert counts.writes_without_key == 0
    assert counts.summarised_writes == 0
    assert counts.numbers_generated == 0
    assert counts.tax_amounts_sent == 0
    assert counts.rates_on_base_currency == 0
    assert counts.largest_batch <= 50


def assert_one_document_each(harness: SimulatedHarness, kind: DocumentType, numbers: int) -> None:
    """One live document for each number, one terminal outcome for each request, nothing left under way."""
    live = Counter(each.number for each in harness.documents(kind) if each.alive)
    assert len(live) == numbers
    assert set(live.values()) <= {1}, live
    assert set(harness.terminal().values()) == {1}, harness.ended()
    assert len(harness.terminal()) == len(harness.given())
    assert harness.topic.read().intents == {}


def references_of(organisation: Organisation) -> ReferenceData:
    """The organisation's master data as the reference cache would show it."""
    codes = organisation.codes
    data = reference_data(
        contacts=[
            Contact(each.contact_id, each.name, each.account_number or None, archived=each.status == "ARCHIVED")
            for each in organisation.contacts.by_id.values()
        ],
        items=[
            Item(each.item_id, each.code, each.name, each.is_sold, each.account_code or None, each.tax_type or None)
            for each in organisation.items.by_code.values()
        ],
        currencies=organisation.currencies,
        base_currency=organisation.base_currency,
        accounts=[
            Account(each.code, each.name, each.status == "ACTIVE", each.tax_type) for each in codes.accounts.values()
        ],
        tax_types=codes.tax_rates,
    )
    facts = replace(
        data.organisation,
        organisation_id=organisation.tenant_id,
        name=organisation.name,
        period_lock_date=organisation.period_lock_date,
        end_of_year_lock_date=organisation.end_of_year_lock_date,
    )
    return replace(data, organisation=facts)


def _seeded(simulator: Simulator, kind: DocumentType) -> list[dict[str, Any]]:
    seeds = simulator.state.seed.organisations
    return [row for each in seeds for row in (each.invoices if kind is DocumentType.INVOICE else each.quotes)]
