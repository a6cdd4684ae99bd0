"""The two adapters of the port Accounting that the contract is tested on: the fake, and the client on the simulator."""

import dataclasses
import itertools
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Protocol

import aiohttp

from deploy.simulator.books.documents import Attachment
from deploy.simulator.control.edits import edit
from deploy.simulator.server import Simulator
from deploy.simulator.state.faults import Fault as SimFault
from deploy.simulator.wire.clock import SimClock
from mappers.model.company import DocumentType
from tests.fakes.accounting import FakeAccounting, Fault, lost_reply, never_arrived
from tests.fakes.document_changes import FakeChanges
from tests.fakes.document_files import FakeFiles
from tests.fakes.xero_collaborators import FakeTokens, OpenGovernor, RecordingObserver
from tests.simulator import openapi
from xero_client.accounting.client import XeroClient
from xero_client.accounting.exchange import Endpoint
from xero_client.port import Accounting, DocumentChanges, DocumentFiles, Operation

NOW = datetime(2026, 11, 20, 3, 15, tzinfo=UTC)
ORGANISATION = "8a1c0a3e-0f6b-4a57-9c3b-2f1f6b1d9e11"
OTHER = "5d2f7c61-93b4-4e0c-8a6d-7b0e4c52f3a8"
PLURAL = {DocumentType.INVOICE: "Invoices", DocumentType.QUOTE: "Quotes"}
METHOD = {Operation.CREATE: "PUT", Operation.UPDATE: "POST"}


class Adapter(Protocol):
    """An implementation of the port, and what a test may do to Xero behind it."""

    accounting: Accounting
    changes: DocumentChanges
    files: DocumentFiles

    def contact_id(self) -> str:
        """A customer of ORGANISATION."""
        ...

    def lose_reply(self, kind: DocumentType, operation: Operation) -> None:
        """The next such write takes effect, and its reply is lost."""
        ...

    def lose_request(self, kind: DocumentType, operation: Operation) -> None:
        """The next such write is lost on its way, after its first byte."""
        ...

    def omit(self, kind: DocumentType, operation: Operation, numbers: tuple[str, ...], position: int) -> None:
        """The reply of the next such write, which has these numbers, lacks the one at the position."""
        ...

    def lose_file_reply(self) -> None:
        """The next file is put on its document, and the reply is lost."""
        ...

    def place_file(self, kind: DocumentType, xero_id: str, file_name: str, content: bytes) -> None:
        """A person puts a file on a document."""
        ...

    def set_status(self, kind: DocumentType, xero_id: str, status: str) -> None:
        """A person changes the status of a document."""
        ...

    def pay(self, xero_id: str, amount: Decimal) -> None:
        """A customer pays a part of an invoice."""
        ...

    def advance(self, seconds: float) -> None:
        """Time passes."""
        ...


class FakeAdapter:
    """The fake."""

    def __init__(self) -> None:
        self._now = NOW
        self.fake = FakeAccounting(clock=lambda: self._now, monotonic=time.monotonic)
        self.accounting: Accounting = self.fake
        self.changes: DocumentChanges = FakeChanges(self.fake.documents, lambda: self._now)
        self.fake_files = FakeFiles(self.fake.documents, lambda: self._now, time.monotonic)
        self.files: DocumentFiles = self.fake_files

    def contact_id(self) -> str:
        return "1f0c0b52-2c1e-4a0c-9d57-6f2f35b60a01"

    def lose_reply(self, kind: DocumentType, operation: Operation) -> None:
        self.fake.fault(lost_reply(operation, kind))

    def lose_request(self, kind: DocumentType, operation: Operation) -> None:
        self.fake.fault(never_arrived(operation, kind))

    def omit(self, kind: DocumentType, operation: Operation, numbers: tuple[str, ...], position: int) -> None:
        self.fake.fault(Fault(operation, kind, missing=frozenset({numbers[position]})))

    def lose_file_reply(self) -> None:
        self.fake_files.lost += 1

    def place_file(self, kind: DocumentType, xero_id: str, file_name: str, content: bytes) -> None:
        del kind
        self.fake_files.place(xero_id, file_name, content)

    def set_status(self, kind: DocumentType, xero_id: str, status: str) -> None:
        del kind
        self._change(xero_id, {"status": status})

    def pay(self, xero_id: str, amount: Decimal) -> None:
        self._change(xero_id, {"amount_paid": amount})

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)

    def _change(self, xero_id: str, change: dict[str, object]) -> None:
        (present,) = (each for each in self.fake.documents(ORGANISATION) if each.xero_id == xero_id)
        later = max(self._now, (present.updated_at or self._now) + timedelta(milliseconds=1))
        self.fake.put(ORGANISATION, present.model_copy(update={"updated_at": later, **change}))


class SimulatorAdapter:
    """The real client, over HTTP."""

    def __init__(self, simulator: Simulator, client: XeroClient) -> None:
        self.simulator = simulator
        self.accounting: Accounting = client
        self.changes: DocumentChanges = client
        self.files: DocumentFiles = client

    def contact_id(self) -> str:
        return "1f0c0b52-2c1e-4a0c-9d57-6f2f35b60a01"

    def lose_reply(self, kind: DocumentType, operation: Operation) -> None:
        self._fault(kind, operation, "apply_then_drop")

    def lose_request(self, kind: DocumentType, operation: Operation) -> None:
        self._fault(kind, operation, "drop_before")

    def omit(self, kind: DocumentType, operation: Operation, numbers: tuple[str, ...], position: int) -> None:
        del numbers
        self._fault(kind, operation, "missing_element", position)

    def lose_file_reply(self) -> None:
        self.simulator.state.faults.add(SimFault("* *Attachments*", "apply_then_drop"))

    def place_file(self, kind: DocumentType, xero_id: str, file_name: str, content: bytes) -> None:
        state = self.simulator.state
        made = Attachment(state.ids.uuid(), file_name, "application/pdf", content)
        book = state.organisations[ORGANISATION].book(kind.value)
        book.attachments.setdefault(xero_id, {})[made.attachment_id] = made

    def set_status(self, kind: DocumentType, xero_id: str, status: str) -> None:
        edit(self.simulator.state, ORGANISATION, kind.value, xero_id, {"status": status})

    def pay(self, xero_id: str, amount: Decimal) -> None:
        edit(self.simulator.state, ORGANISATION, "invoice", xero_id, {"payment": amount})

    def advance(self, seconds: float) -> None:
        self.simulator.state.clock.advance(seconds)

    def _fault(self, kind: DocumentType, operation: Operation, fault: str, element: int = 0) -> None:
        aim = f"{METHOD[operation]} {PLURAL[kind]}"
        self.simulator.state.faults.add(SimFault(aim, fault, element=element))


@asynccontextmanager
async def simulator_adapter() -> AsyncIterator[SimulatorAdapter]:
    """A simulator on a frozen clock and a client of it. At the end every request is checked against Xero's OpenAPI."""
    source = random.Random(7)  # noqa: S311  # Ids of a test should repeat, not surprise.
    async with Simulator.started(clock=SimClock(NOW, scale=0), source=source) as simulator:
        client = XeroClient(
            Endpoint(simulator.base_url, "shipledger/test"),
            tokens=FakeTokens(await _token(simulator)),
            governor=OpenGovernor(),
            observer=RecordingObserver(),
            clock=simulator.state.clock.now,
            monotonic=time.monotonic,
        )
        # 60 calls a minute are too few for a frozen clock.
        # The fake knows one answer to each of these questions, so the simulator gives the same.
        answers = {"deleted_invoice_number": "blocks", "where_backslash_quote": "escapes"}
        simulator.state.set_switches(simulator.state.switches.changed(answers))
        simulator.state.limits.default = dataclasses.replace(simulator.state.limits.default, per_minute=10_000)
        try:
            yield SimulatorAdapter(simulator, client)
        finally:
            client.close()
        _check_requests(simulator)


async def _token(simulator: Simulator) -> str:
    form = {"grant_type": "client_credentials", "client_id": "demo-client", "client_secret": "demo-secret"}
    async with aiohttp.ClientSession() as session, session.post(simulator.token_url, data=form) as reply:
        token: str = (await reply.json())["access_token"]
        return token


def _check_requests(simulator: Simulator) -> None:
    requests = (entry.request for entry in simulator.state.request_log.entries)
    api = (request for request in requests if request.path.startswith("/api.xro/2.0/"))
    for request in itertools.islice(api, 100):
        path = f"{request.path}?{request.query_string}".removeprefix("/api.xro/2.0")
        assert openapi.validate_url(request.method, path, request.headers, request.body) == []
    counts = simulator.state.counts
    assert counts.contacts_created_by_name == 0
    assert counts.contacts_edited_by_document == 0
    assert counts.writes_without_key == 0
    assert counts.summarised_writes == 0
    assert not counts.unknown_fields
