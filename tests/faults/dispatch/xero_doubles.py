"""The client of Xero in the tests of faults: the real one, with a check of its writes, and the tokens it uses."""

import asyncio

from deploy.simulator.server import Simulator
from mappers.model.company import DocumentType
from streams.dispatch.ledger.codec import decode
from streams.dispatch.ledger.records import Intent
from tests.unit.streams.dispatch.harness import Topic
from xero_client.accounting.client import XeroClient
from xero_client.errors import IntentExpiredError
from xero_client.port import ElementReply, Grant, Operation

CLIENT_ID = "demo-client"


class SimulatorTokens:
    """Tokens straight from the simulator's book, new ones when the old are refused, as for a custom connection."""

    def __init__(self, simulator: Simulator) -> None:
        self._book = simulator.state.tokens
        self._clock = simulator.state.clock
        self._current = self._issue()
        self.renewals = 0

    async def access_token(self, organisation: str) -> str:
        """The token in use, whatever the organisation."""
        del organisation
        return self._current

    async def renew(self, organisation: str, rejected: str) -> str:
        """Another token than `rejected`."""
        del organisation
        if rejected == self._current:
            self.renewals += 1
            self._current = self._issue()
        return self._current

    def _issue(self) -> str:
        app = self._book.apps[CLIENT_ID]
        issued = self._book.issue(CLIENT_ID, self._book.scopes(app, ""), self._clock.now(), refreshable=False)
        return issued.access.token


class IntentCheckingClient(XeroClient):
    """The client; notes every write whose intent is not durable at that very moment (invariant 4).

    While `asleep` is not None, a write stops before its first byte until the event is set: a paused process.
    """

    topic: Topic
    without_intent: list[str]
    asleep: asyncio.Event | None = None
    slept: int = 0
    expired: asyncio.Event

    async def write(
        self,
        grant: Grant,
        kind: DocumentType,
        operation: Operation,
        body: bytes,
        *,
        idempotency_key: str,
        start_before: float,
    ) -> tuple[ElementReply, ...]:
        """As the port says, after the check."""
        intent = durable_intents(self.topic).get(idempotency_key)
        if intent is None or intent.body.encode() != body:
            self.without_intent.append(idempotency_key)
        if self.asleep is not None:
            await self._sleep(self.asleep)
        try:
            return await super().write(
                grant, kind, operation, body, idempotency_key=idempotency_key, start_before=start_before
            )
        except IntentExpiredError:
            self.expired.set()
            raise

    async def _sleep(self, wake: asyncio.Event) -> None:
        self.slept += 1
        await wake.wait()


def durable_intents(topic: Topic) -> dict[str, Intent]:
    """The batches that may be on their way, as the topic says. Rows are not read: there may be thousands."""
    records = [decode(key, value) for key, value in topic.ledger.items() if value and key.startswith(b'["intent"')]
    return {record.key: record for _, record in records if isinstance(record, Intent)}
