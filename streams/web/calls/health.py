"""`/livez`, `/readyz`, `/metrics`: open to everybody, as nothing in them is worth hiding."""

import asyncio
import time
from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from streams.ops import Check, Liveness, Readiness
from streams.web.access import METRICS_PATH, Token
from streams.web.calls.answers import answer
from streams.web.calls.models import Alive, Ready


class HealthCalls:
    """The names of the checks are open; their reasons are for callers with the token."""

    def __init__(self, liveness: Liveness, readiness: Readiness, token: Token) -> None:
        self._liveness = liveness
        self._readiness = readiness
        self._token = token

    def router(self) -> APIRouter:
        """The calls."""
        router = APIRouter(tags=["health"])
        for path, call, model, word in (
            ("/livez", self.livez, Alive, "a part is stuck"),
            ("/readyz", self.readyz, Ready, "not ready"),
        ):
            router.add_api_route(
                path, call, response_model=model, responses={503: {"model": model, "description": word.capitalize()}}
            )
        return router

    async def livez(self, request: Request) -> Response:
        """200 while every part makes progress or has nothing to do, else 503."""
        return self._answer(request, "alive", self._liveness.report())

    async def readyz(self, request: Request) -> Response:
        """200 when every check passes, else 503."""
        return self._answer(request, "ready", self._readiness.report())

    def _answer(self, request: Request, word: str, checks: tuple[Check, ...]) -> Response:
        authorised = self._token.is_in(request.scope)
        ok = all(check.ok for check in checks)
        shown = [
            {"name": check.name, "ok": check.ok} | ({"reason": check.reason} if authorised else {}) for check in checks
        ]
        return answer({word: ok, "checks": shown}, status=200 if ok else 503)


class MetricsCall:
    """Prometheus' text format. Who asks while a text is made shares the next one: none is older than its question."""

    def __init__(self, registry: CollectorRegistry, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._registry = registry
        self._monotonic = monotonic
        self._text = b""
        self._begun_at = float("-inf")
        self._making = asyncio.Lock()

    def router(self) -> APIRouter:
        """The call."""
        router = APIRouter(tags=["health"])
        router.add_api_route(
            METRICS_PATH,
            self.metrics,
            response_class=Response,
            responses={200: {"content": {"text/plain": {}}, "description": "Prometheus' text format"}},
        )
        return router

    async def metrics(self) -> Response:
        """Prometheus' text format."""
        asked_at = self._monotonic()
        async with self._making:
            if self._begun_at < asked_at:
                self._begun_at = self._monotonic()
                # In a thread: with many organisations it takes longer than one turn of the event loop may last.
                self._text = await asyncio.to_thread(generate_latest, self._registry)
        return Response(self._text, headers={"content-type": CONTENT_TYPE_LATEST})
