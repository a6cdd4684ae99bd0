"""One call from grant to JSON: token, thread, reply, limits noted, error named, time observed."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final, TypeVar

from xero_client.accounting.requests import Call
from xero_client.accounting.responses import classify_in_steps, content_of, lacks_scope, lost
from xero_client.accounting.turns import one_by_one
from xero_client.collaborators import CallObserver, Governor, Monotonic, Tokens, UtcClock
from xero_client.errors import IdempotencyMismatchError, XeroError
from xero_client.port import Grant
from xero_client.timeouts import Timeouts
from xero_client.transport import (
    CallClient,
    CallThreads,
    ExactTransport,
    InFlightCall,
    LostError,
    Reply,
    accounting_api,
)
from xero_client.vocabulary import CallResult

Value = TypeVar("Value")

REMEMBERED_KEYS: Final = 1000
"""Keys of unknown effect; Xero itself forgets them after six minutes."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where Xero is and how long we wait for it.

    `base_url` is the root of the API host, `user_agent` like `shipledger/0.1.0`. `secrets` are the process's own: where
    a reply repeats one, nobody gets to read it.
    """

    base_url: str
    user_agent: str
    timeouts: Timeouts = field(default_factory=Timeouts)
    secrets: tuple[str, ...] = field(default=(), repr=False)


class KeyTokens:
    """Under which token each write went out, so that it is never repeated under another one.

    Xero keeps keys by app (its page "Idempotency"); another page says by token, and nobody has measured it. If it is by
    token, a repeat under a newer one is executed beside the first write where that is slow. Xero refuses the second of
    two equal invoices for its number; of a quote it may make a twin, since nothing says whether PUT refuses a taken
    QuoteNumber; and an update that comes late undoes what was written in the meantime.
    """

    def __init__(self) -> None:
        self._first: OrderedDict[str, bytes] = OrderedDict()

    def begin(self, key: str, token: str) -> bool:
        """Note that the key goes out; true where it is the first time.

        Raises IdempotencyMismatchError, nothing sent, where it went out under another token.
        """
        digest = hashlib.sha256(token.encode()).digest()
        is_new = key not in self._first
        if self._first.setdefault(key, digest) != digest:
            raise IdempotencyMismatchError("The key went out under another token; nothing was sent")
        while len(self._first) > REMEMBERED_KEYS:
            self._first.popitem(last=False)
        return is_new

    def forget(self, key: str) -> None:
        """What the key did is known: it may be used under any token."""
        self._first.pop(key, None)


@dataclass(frozen=True, slots=True)
class ApiExchange:
    """Makes calls under grants. Every collaborator is given; see `client.XeroClient` for what they are."""

    endpoint: Endpoint
    tokens: Tokens
    governor: Governor
    observer: CallObserver
    clock: UtcClock
    monotonic: Monotonic
    transport: ExactTransport
    threads: CallThreads
    keys: KeyTokens = field(default_factory=KeyTokens)

    async def call(self, grant: Grant, call: Call, *, start_before: float | None = None) -> dict[str, Any]:
        """Make the call once and return the reply's JSON object. Raises the errors of `xero_client.errors`."""

        async def read(reply: Reply, began: float) -> dict[str, Any]:
            return await self._read(grant, call, reply, began)

        return await self._made(grant, call, start_before, read)

    async def content(self, grant: Grant, call: Call) -> bytes:
        """The same of a read whose reply is a file."""

        async def read(reply: Reply, _began: float) -> bytes:
            return content_of(call.method, reply, self.clock())

        return await self._made(grant, call, None, read)

    async def _made(
        self,
        grant: Grant,
        call: Call,
        start_before: float | None,
        read: Callable[[Reply, float], Awaitable[Value]],
    ) -> Value:
        began = self.monotonic()
        try:
            reply = await self._with_token(grant, call, start_before)
            value = await read(reply, began)
        except XeroError as error:
            self.observer.observe(call.operation, error.result, self.monotonic() - began, grant.organisation)
            raise
        self._unbind(call)
        self.observer.observe(call.operation, CallResult.OK, self.monotonic() - began, grant.organisation)
        return value

    async def _read(self, grant: Grant, call: Call, reply: Reply, began: float) -> dict[str, Any]:
        """The reply's JSON object; others have their turn while a large one is read."""
        try:
            return await one_by_one(classify_in_steps(call.method, reply, self.clock()))
        except asyncio.CancelledError:
            # As below: what Xero answered is lost with this task.
            self.observer.observe(call.operation, CallResult.ABANDONED, self.monotonic() - began, grant.organisation)
            raise

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
        in_flight = InFlightCall(
            self.monotonic, deadline=began + self.endpoint.timeouts.call, start_before=start_before
        )
        client = CallClient(self.transport, in_flight, token=token, user_agent=self.endpoint.user_agent)
        api = accounting_api(client, self.endpoint.base_url)
        self.governor.used(grant)
        try:
            reply = await self.threads.run(grant.organisation, in_flight, lambda: call.invoke(api, grant.organisation))
        except LostError as error:
            raise lost(call.method, error) from error
        except asyncio.CancelledError:
            # Nobody will read this reply: the ledger still says `sending`, and whoever takes over looks it up.
            result = CallResult.ABANDONED if in_flight.sent else CallResult.CANCELLED
            self.observer.observe(call.operation, result, self.monotonic() - began, grant.organisation)
            raise
        self.governor.observe(grant.organisation, reply.headers, reply.status)
        return reply
