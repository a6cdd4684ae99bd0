"""Idempotency keys: six minutes from the first call, per app. Source: developer.xero.com, "Idempotency".

The same key with the same request gets the first reply again, errors included; with another address, body or method it
is refused; a repeat that comes while the first runs waits for it.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from deploy.simulator.state.request import Request
from deploy.simulator.wire import Counts, Refusal, Reply, problem

LIFE = timedelta(minutes=6)
LONGEST = 128
METHODS = frozenset({"POST", "PUT", "PATCH"})
_OFFLINE = 503


@dataclass(frozen=True)
class _Entry:
    fingerprint: str
    first_at: datetime
    reply: "asyncio.Future[Reply]"


@dataclass
class IdempotencyStore:
    """Replies by (scope, key)."""

    counts: Counts
    _entries: dict[tuple[str, str], _Entry] = field(default_factory=dict)

    async def once(
        self,
        scope: str,
        request: Request,
        now: datetime,
        run: Callable[[], Awaitable[Reply]],
        *,
        cache_503: bool,
    ) -> Reply:
        """Run the request, or answer it from the store. Raises a 400 refusal for a key misused."""
        key = request.headers.get("idempotency-key")
        if request.method not in METHODS or not key:
            self.counts.writes_without_key += request.method in METHODS
            return await run()
        if len(key) > LONGEST:
            raise _refused(f"Idempotency Key: {key} has {len(key)} characters; at most {LONGEST} are allowed.")
        held = self._live(scope, key, now)
        if held is None:
            return await self._first((scope, key), _Entry(_fingerprint(request), now, _future()), run, cache_503)
        if held.fingerprint != _fingerprint(request):
            self.counts.key_conflicts += 1
            raise _refused(f"Idempotency Key: {key} is used with a different request.")
        self.counts.key_replays += 1
        return await asyncio.shield(held.reply)

    def _live(self, scope: str, key: str, now: datetime) -> _Entry | None:
        held = self._entries.get((scope, key))
        return held if held and now - held.first_at < LIFE else None

    async def _first(
        self, name: tuple[str, str], entry: _Entry, run: Callable[[], Awaitable[Reply]], cache_503: bool
    ) -> Reply:
        self._entries[name] = entry
        try:
            reply = await run()
        except BaseException:
            self._entries.pop(name, None)
            entry.reply.cancel()
            raise
        if reply.status == _OFFLINE and not cache_503:
            self._entries.pop(name, None)
        entry.reply.set_result(reply)
        return reply


def _future() -> "asyncio.Future[Reply]":
    return asyncio.get_running_loop().create_future()


def _fingerprint(request: Request) -> str:
    text = f"{request.method}\n{request.path}?{request.query_string}\n".encode()
    return hashlib.sha256(text + request.body).hexdigest()


def _refused(detail: str) -> Refusal:
    return Refusal(problem(400, "BadRequest", detail, ""))
