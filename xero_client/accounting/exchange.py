"""One call from grant to JSON: token, thread, reply, limits learnt, error named, time observed."""

import asyncio
import re
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from xero_client.accounting.key_tokens import KeyTokens
from xero_client.accounting.requests import Call
from xero_client.accounting.responses import decipher, lacks_scope, lost
from xero_client.collaborators import CallObserver, Governor, Monotonic, Tokens, UtcClock
from xero_client.errors import XeroError
from xero_client.port import Grant
from xero_client.transport import (
    CallClient,
    Crew,
    ExactTransport,
    Flight,
    LostError,
    Reply,
    Timeouts,
    accounting_api,
    fresh_configuration,
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where Xero is and how long we wait for it.

    `base_url` is the root of the API host, `user_agent` like `shipledger/0.1.0`. `ca_file` replaces Mozilla's root
    certificates, for a proxy that re-signs.
    """

    base_url: str
    user_agent: str
    timeouts: Timeouts = field(default_factory=Timeouts)
    ca_file: str | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """Makes calls under grants. Every collaborator is given; see `client.XeroClient` for what they are."""

    endpoint: Endpoint
    tokens: Tokens
    governor: Governor
    observer: CallObserver
    clock: UtcClock
    monotonic: Monotonic
    transport: ExactTransport
    crew: Crew
    keys: KeyTokens = field(default_factory=KeyTokens)

    async def call(self, grant: Grant, call: Call, *, start_before: float | None = None) -> dict[str, Any]:
        """Make the call once and return the reply's JSON object. Raises the errors of `xero_client.errors`."""
        began = self.monotonic()
        try:
            reply = await self._with_token(grant, call, start_before)
            value = decipher(call.method, reply, self.clock())
        except XeroError as error:
            self.observer.observe(call.operation, result_of(error), self.monotonic() - began)
            raise
        self._unbind(call)
        self.observer.observe(call.operation, "ok", self.monotonic() - began)
        return value

    async def _with_token(self, grant: Grant, call: Call, start_before: float | None) -> Reply:
        """A 401 wrote nothing, so after one renewal the same bytes go out again; a second 401 is the answer."""
        token = await self.tokens.access_token(grant.organisation)
        is_first = self._bind(call, token)
        reply = await self._exchange(grant, call, token, start_before)
        if reply.status != HTTPStatus.UNAUTHORIZED or lacks_scope(reply):
            return reply
        newer = await self.tokens.renew(grant.organisation, token)
        if is_first:
            self._unbind(call)
        self._bind(call, newer)
        return await self._exchange(grant, call, newer, start_before)

    def _bind(self, call: Call, token: str) -> bool:
        return call.bound_key is not None and self.keys.begin(call.bound_key, token)

    def _unbind(self, call: Call) -> None:
        if call.bound_key is not None:
            self.keys.forget(call.bound_key)

    async def _exchange(self, grant: Grant, call: Call, token: str, start_before: float | None) -> Reply:
        began = self.monotonic()
        flight = Flight(self.monotonic, deadline=began + self.endpoint.timeouts.total, start_before=start_before)
        client = CallClient(self.transport, flight, token=token, user_agent=self.endpoint.user_agent)
        api = accounting_api(client, self.endpoint.base_url)
        self.governor.used(grant)
        try:
            reply = await self.crew.run(grant.organisation, flight, lambda: call.invoke(api, grant.organisation))
        except LostError as error:
            raise lost(call.method, error) from error
        except asyncio.CancelledError:
            # Nobody will read this reply: the ledger still says `sending`, and whoever takes over looks it up.
            result = "abandoned" if flight.sent else "cancelled"
            self.observer.observe(call.operation, result, self.monotonic() - began)
            raise
        self.governor.learn(grant.organisation, reply.headers, reply.status)
        return reply


def result_of(error: XeroError) -> str:
    """The error's name as a metric label: EffectUnknownError is effect_unknown."""
    name = type(error).__name__.removesuffix("Error")
    return re.sub(r"(?<=[a-z])([A-Z])", r"_\1", name).lower()


def new_transport(endpoint: Endpoint) -> ExactTransport:
    """A transport with a configuration of its own."""
    configuration = fresh_configuration()
    configuration.ssl_ca_cert = endpoint.ca_file
    return ExactTransport(configuration, endpoint.timeouts)
