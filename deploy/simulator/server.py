"""The simulator as an HTTP server: for a block of code, or until it is told to stop."""

import asyncio
import random
import signal
import socket
import struct
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from deploy.simulator.control import endpoints, pages
from deploy.simulator.control.webhooks import WebhookSender, webhook_routes
from deploy.simulator.http import accounting_api
from deploy.simulator.http.login import oauth, openid
from deploy.simulator.seed import DEMO, Seed
from deploy.simulator.state import Request, SimulatorState
from deploy.simulator.wire import Refusal, Reply, SimClock, not_found, read_facts

LARGEST_BODY = 10_000_000
LOWEST_PORT, HIGHEST_PORT = 20_000, 32_767
_SHUTDOWN_SECONDS = 0.2
Responder = Callable[[SimulatorState, Request], Awaitable[Reply]]
_LOGIN: dict[str, Responder] = {
    "POST /connect/token": oauth.token,
    "POST /connect/revocation": oauth.revocation,
    "GET /identity/connect/authorize": oauth.authorize,
    "GET /connections": oauth.connections,
    "GET /.well-known/openid-configuration": openid.configuration,
    f"GET {openid.KEYS_PATH}": openid.keys,
}


def create_app(state: SimulatorState) -> web.Application:
    """The application that serves this state: the API, the OAuth endpoints, the control interface and the pages."""
    app = web.Application(client_max_size=LARGEST_BODY)
    app.add_routes(endpoints.routes(state))
    app.add_routes(pages.routes(state))
    app.add_routes(webhook_routes(WebhookSender(state)))
    app.add_routes([web.route("*", "/{tail:.*}", _endpoint(state, _respond))])
    return app


async def _respond(state: SimulatorState, request: Request) -> Reply:
    """Whoever answers at this address; its case does not matter, as it does not to Xero."""
    path = request.path.casefold().rstrip("/")
    if path.startswith(accounting_api.PREFIX):
        return await accounting_api.answer(state, request)
    if request.method == "DELETE" and path.startswith("/connections/"):
        return await oauth.connections(state, request)
    responder = _LOGIN.get(f"{request.method} {path}")
    if responder is None:
        raise not_found()
    return await responder(state, request)


class Simulator:
    """A running simulator. `state` may be read and changed from the same event loop."""

    def __init__(self, state: SimulatorState, host: str, port: int) -> None:
        self.state = state
        self.host = host
        self.port = port

    @property
    def base_url(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def token_url(self) -> str:
        return f"{self.base_url}/connect/token"

    @classmethod
    @asynccontextmanager
    async def started(
        cls,
        seed: Seed | Path | None = None,
        port: int = 0,
        host: str = "127.0.0.1",
        clock: SimClock | None = None,
        source: random.Random | None = None,
        request_log_path: Path | None = None,
    ) -> AsyncIterator["Simulator"]:
        """Serve until the block ends. `port` 0: a free one below 32768. `seed` None: the demonstration's."""
        read = Seed.read(seed) if isinstance(seed, Path) else seed or Seed.demo()
        state = SimulatorState(read, clock, source, request_log_path)
        runner = web.AppRunner(create_app(state), access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS)
        await runner.setup()
        try:
            yield cls(state, host, await _listen(runner, host, port))
        finally:
            state.faults.clear()
            await runner.cleanup()


def serve(
    host: str, port: int, seed_path: Path | None, request_log_path: Path | None = None, facts_path: Path | None = None
) -> None:
    """Serve until SIGINT or SIGTERM. `seed_path` None: the demonstration's seed; `facts_path`: what Xero answered.

    Raises `OSError` for a port or file that cannot be had, `ValueError` for a seed or facts with a fault.
    """
    seed = Seed.read(seed_path or DEMO).answering(read_facts(facts_path) if facts_path else {})
    asyncio.run(_serve(host, port, seed, request_log_path))


async def _serve(host: str, port: int, seed: Seed, request_log_path: Path | None) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    async with Simulator.started(seed, port, host, request_log_path=request_log_path) as simulator:
        base = simulator.base_url
        print(f"Xero simulator on {base}, pages {base}{pages.PAGES}, control under {base}/_sim/", flush=True)
        await stopped.wait()


async def _listen(runner: web.AppRunner, host: str, port: int) -> int:
    """Listen on the port, or on the first free one of a random walk."""
    if port:
        await web.TCPSite(runner, host, port).start()
        return port
    walk = random.SystemRandom().sample(range(LOWEST_PORT, HIGHEST_PORT), 50)
    for candidate in walk:
        try:
            await web.TCPSite(runner, host, candidate).start()
        except OSError:
            continue
        return candidate
    raise OSError(f"no free port from {LOWEST_PORT} to {HIGHEST_PORT} was found in 50 trials")


async def answered(state: SimulatorState, request: Request) -> Reply:
    """The reply to one request, however it came; counted and logged."""
    began = time.perf_counter()
    return await _answered(state, request, _respond, began)


def _endpoint(state: SimulatorState, respond: Responder) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(arrived: web.Request) -> web.StreamResponse:
        began = time.perf_counter()
        return await _sent(arrived, await _answered(state, await _read(arrived), respond, began))

    return handle


async def _answered(state: SimulatorState, request: Request, respond: Responder, began: float) -> Reply:
    try:
        reply = await respond(state, request)
    except Refusal as refusal:
        reply = refusal.reply
    except Exception:
        # A fault of the simulator's own must not pass for one of Xero's.
        state.counts.simulator_errors += 1
        raise
    reply = reply.with_headers({"Xero-Correlation-Id": state.ids.uuid()})
    state.counts.call(request.operation or f"{request.method} ?", request.tenant, reply.status)
    state.counts.largest_body = max(state.counts.largest_body, len(request.body))
    state.request_log.add(state.clock.now(), request, reply, (time.perf_counter() - began) * 1000)
    return reply


async def _read(arrived: web.Request) -> Request:
    return Request(
        method=arrived.method,
        path=arrived.raw_path.partition("?")[0],
        query_string=arrived.rel_url.raw_query_string,
        query=dict(arrived.query),
        headers={name.lower(): value for name, value in arrived.headers.items()},
        body=await arrived.read(),
    )


async def _sent(arrived: web.Request, reply: Reply) -> web.StreamResponse:
    if reply.delivery != "whole":
        return await _broken(arrived, reply)
    response = web.Response(status=reply.status, body=reply.body, headers=reply.headers)
    response.headers["Content-Type"] = reply.content_type
    return response


async def _broken(arrived: web.Request, reply: Reply) -> web.StreamResponse:
    """End the connection before the reply, or in its middle."""
    response = web.StreamResponse(status=reply.status or 200, headers=reply.headers)
    if reply.delivery == "cut":
        response.headers["Content-Type"] = reply.content_type
        response.content_length = len(reply.body)
        await response.prepare(arrived)
        await response.write(reply.body[: len(reply.body) // 2])
        await asyncio.sleep(0)
    if arrived.transport:
        _end(arrived.transport, abruptly=reply.delivery == "reset")
    return response


def _end(transport: asyncio.Transport, *, abruptly: bool) -> None:
    """Close the connection in order, or with a reset (a linger of zero makes the kernel send RST)."""
    connected: socket.socket | None = transport.get_extra_info("socket")
    if abruptly and connected is not None:
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    else:
        transport.close()
