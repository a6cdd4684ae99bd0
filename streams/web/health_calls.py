"""`/livez`, `/readyz`, `/metrics`: open to everybody, as nothing in them is worth hiding."""

import asyncio

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from streams.ops import Check, Liveness, Readiness
from streams.web.answers import answer
from streams.web.middleware import is_authorised


class HealthCalls:
    """The names of the checks are open; their reasons are for callers with the token."""

    def __init__(self, liveness: Liveness, readiness: Readiness, registry: CollectorRegistry, token: str) -> None:
        self._liveness = liveness
        self._readiness = readiness
        self._registry = registry
        self._token = token

    def routes(self) -> list[web.RouteDef]:
        """The calls."""
        return [web.get("/livez", self.livez), web.get("/readyz", self.readyz), web.get("/metrics", self.metrics)]

    async def livez(self, request: web.Request) -> web.Response:
        """200 while every part makes progress or has nothing to do, else 503."""
        return self._answer(request, "alive", self._liveness.report())

    async def readyz(self, request: web.Request) -> web.Response:
        """200 when every check passes, else 503."""
        return self._answer(request, "ready", self._readiness.report())

    async def metrics(self, _request: web.Request) -> web.Response:
        """Prometheus' text format, made in a thread: with many organisations it takes longer than a turn may."""
        body = await asyncio.to_thread(generate_latest, self._registry)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    def _answer(self, request: web.Request, word: str, checks: tuple[Check, ...]) -> web.Response:
        authorised = is_authorised(request, self._token)
        ok = all(check.ok for check in checks)
        shown = [
            {"name": check.name, "ok": check.ok} | ({"reason": check.reason} if authorised else {}) for check in checks
        ]
        return answer({word: ok, "checks": shown}, status=200 if ok else 503)
