"""A bounded number of connections is open: whoever waits longest gives way, and health always finds a place."""

import asyncio
import errno
import resource
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send
from structlog.testing import capture_logs

from streams.web.app import WebParts, build_app
from streams.web.http.limits import HttpLimits, connections_within
from streams.web.http.server import WebServer
from tests.unit.streams.web.conftest import API, TOKEN
from tests.unit.streams.web.http.test_refused_requests import check_shape
from tests.unit.streams.web.raw_caller import RawCaller, calling, exchange

PLACES = 8
HEALTH = b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"
PATIENCE = 20.0


@pytest.fixture
def limits() -> HttpLimits:
    return HttpLimits(connections=PLACES, head=PATIENCE, idle=PATIENCE)


async def half_open(stack: AsyncExitStack, server: WebServer, count: int) -> list[RawCaller]:
    callers = [await stack.enter_async_context(calling(server.port)) for _ in range(count)]
    for each in callers:
        each.send(b"GET /livez HT")
    return callers


async def test_many_half_open_connections_take_no_place_from_a_caller(server: WebServer) -> None:
    async with AsyncExitStack() as stack:
        callers = await half_open(stack, server, 10 * PLACES)
        for _ in range(5):
            assert (await exchange(server.port, HEALTH)).status == 200
            assert server.connections <= PLACES
        # The oldest gave way; the youngest are still there.
        assert await callers[0].ended() == b""
        callers[-1].send(b"TP/1.1\r\nHost: a\r\n\r\n")
        assert (await callers[-1].answer()).status == 200


async def test_calls_that_were_refused_take_no_place(server: WebServer) -> None:
    """Without the token: a body announced and never sent, a connection kept, an answer not taken."""
    call = f"POST {API}/send-to-accounting HTTP/1.1\r\nHost: a\r\nContent-Length: 9999\r\n\r\n".encode()
    async with AsyncExitStack() as stack:
        for data in (call, f"GET {API}/attention HTTP/1.1\r\nHost: a\r\n\r\n".encode(), b"nonsense\r\n\r\n"):
            for _ in range(PLACES):
                caller = await stack.enter_async_context(calling(server.port))
                caller.send(data)
                assert (await caller.answer()).status in {400, 401}
            assert (await exchange(server.port, HEALTH)).status == 200


class Slow:
    """Answers when it is told to."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.begun = 0
        self.go = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] != "/livez":
            self.begun += 1
            await self.go.wait()
        await self._app(scope, receive, send)


async def test_where_every_place_is_at_work_a_new_caller_waits_and_none_is_cut_off(
    app: ASGIApp, limits: HttpLimits
) -> None:
    slow = Slow(app)
    server = WebServer(slow, host="127.0.0.1", port=0, limits=limits)
    await server.start()
    call = f"GET {API}/attention HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {TOKEN}\r\n\r\n".encode()
    calls = [asyncio.create_task(exchange(server.port, call)) for _ in range(PLACES)]
    async with asyncio.timeout(PATIENCE):
        while slow.begun < PLACES:  # noqa: ASYNC110  # It counts calls of the server.
            await asyncio.sleep(0.01)
    late = asyncio.create_task(exchange(server.port, HEALTH))
    _, waits = await asyncio.wait([late], timeout=0.3)
    assert waits
    slow.go.set()
    assert {each.status for each in await asyncio.gather(*calls)} == {200}
    assert (await late).status == 200
    await server.stop()


@pytest.fixture
async def busy(parts: WebParts) -> AsyncIterator[WebServer]:
    """A server whose calls wait for a publisher that does not answer."""
    server = WebServer(build_app(parts, most_calls=2), host="127.0.0.1", port=0)
    await server.start()
    yield server
    await server.stop()


async def test_calls_with_the_token_leave_room_for_health(busy: WebServer) -> None:
    """A body that is announced and does not come holds a call; the third is told to come again."""
    call = f"POST {API}/send-to-accounting HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {TOKEN}\r\n".encode()
    async with AsyncExitStack() as stack:
        for _ in range(2):
            caller = await stack.enter_async_context(calling(busy.port))
            caller.send(call + b"Content-Length: 10\r\nExpect: 100-continue\r\n\r\n")
            assert (await caller.reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 100")
        refused = await exchange(busy.port, call + b"Content-Length: 2\r\n\r\n{}")
        assert (refused.status, refused.json()["code"], refused.headers["retry-after"]) == (503, "busy", "1")
        check_shape(refused)
        assert (await exchange(busy.port, HEALTH)).status == 200
    async with asyncio.timeout(PATIENCE):
        while (await exchange(busy.port, call + b"Content-Length: 2\r\n\r\n{}")).status == 503:  # noqa: ASYNC110  # As above.
            await asyncio.sleep(0.01)


@pytest.fixture
def few_descriptors() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.usefixtures("few_descriptors")
async def test_a_process_without_descriptors_logs_once_a_second_and_accepts_again(server: WebServer) -> None:
    callers = [socket.socket() for _ in range(4)]
    spare = socket.socket()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (spare.fileno() + 1, hard))
    loop = asyncio.get_running_loop()
    with capture_logs() as logged:
        for each in callers:
            each.setblocking(False)
            await loop.sock_connect(each, ("127.0.0.1", server.port))
        await asyncio.sleep(0.6)
    spare.close()
    soft = hard if hard != resource.RLIM_INFINITY else 4096
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    failures = [each for each in logged if each["event"] == "http_accept_failed"]
    assert len(failures) == 1
    assert f"[Errno {errno.EMFILE}]" in failures[0]["error"]
    async with asyncio.timeout(PATIENCE):
        for each in callers:
            await loop.sock_sendall(each, HEALTH)
            assert (await loop.sock_recv(each, 12)) == b"HTTP/1.1 200"
            each.close()


@pytest.mark.parametrize(("descriptors", "places"), [(1_000_000, 256), (1_024, 256), (256, 64), (3, 1)])
def test_places_are_a_part_of_the_descriptors(descriptors: int, places: int) -> None:
    assert connections_within(descriptors) == places
