"""Whoever is slow is not waited for: a head, a body, an answer that is not taken, an end that is not taken."""

import asyncio
import socket
import struct
import time
from collections.abc import AsyncIterator

import pytest
from starlette.types import Receive, Scope, Send

from streams.web.http.limits import HttpLimits
from streams.web.http.server import WebServer
from tests.unit.streams.web.conftest import API, TOKEN
from tests.unit.streams.web.http.test_refused_requests import check_shape
from tests.unit.streams.web.raw_caller import calling, exchange

SOON = 0.3
LATER = 30.0
HEALTH = b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"
SEND = f"POST {API}/send-to-accounting HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {TOKEN}\r\n".encode()


@pytest.fixture
def limits(request: pytest.FixtureRequest) -> HttpLimits:
    """Everything is patient but what the test names."""
    patient = dict.fromkeys(("idle", "head", "body", "answer", "end"), LATER)
    return HttpLimits(**{**patient, **getattr(request, "param", {})})


@pytest.mark.parametrize("limits", [{"head": SOON}], indirect=True)
async def test_a_connection_without_a_request_is_closed(server: WebServer) -> None:
    began = time.monotonic()
    async with calling(server.port) as caller:
        assert await caller.ended() == b""
    assert SOON * 0.9 <= time.monotonic() - began < LATER


@pytest.mark.parametrize("limits", [{"head": SOON}], indirect=True)
async def test_a_head_that_drips_is_answered_408_by_the_time_of_its_first_byte(server: WebServer) -> None:
    """No byte that comes moves the deadline."""
    async with calling(server.port) as caller:
        dripping = asyncio.create_task(drip(caller.writer, b"GET /livez HTTP/1.1\r\nX: " + b"x" * 1_000))
        answer = await caller.answer()
        dripping.cancel()
    assert (answer.status, answer.json()["code"]) == (408, "request_too_slow")
    check_shape(answer)


@pytest.mark.parametrize("limits", [{"head": SOON}], indirect=True)
async def test_the_second_head_of_a_connection_has_the_same_deadline(server: WebServer) -> None:
    async with calling(server.port) as caller:
        caller.send(HEALTH)
        assert (await caller.answer()).status == 200
        await asyncio.sleep(2 * SOON)  # Between two calls the longer patience of `idle` holds.
        caller.send(HEALTH + b"GET /livez HT")
        assert (await caller.answer()).status == 200
        assert (await caller.answer()).status == 408
        assert await caller.ended() == b""


@pytest.mark.parametrize("limits", [{"idle": 1}], indirect=True)
async def test_a_connection_that_makes_no_more_calls_is_closed(server: WebServer) -> None:
    async with calling(server.port) as caller:
        caller.send(HEALTH)
        assert (await caller.answer()).status == 200
        assert await caller.ended() == b""


@pytest.mark.parametrize("limits", [{"body": SOON}], indirect=True)
@pytest.mark.parametrize("framing", [b"Content-Length: 5000\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n1388\r\n"])
async def test_a_body_that_drips_is_answered_408(server: WebServer, framing: bytes) -> None:
    async with calling(server.port) as caller:
        caller.send(SEND + framing)
        dripping = asyncio.create_task(drip(caller.writer, b" " * 4_000))
        answer = await caller.answer()
        dripping.cancel()
    assert (answer.status, answer.json()["code"]) == (408, "request_too_slow")
    check_shape(answer)


@pytest.mark.parametrize("limits", [{"end": SOON}], indirect=True)
async def test_a_body_that_nobody_wants_is_not_waited_for(server: WebServer) -> None:
    async with calling(server.port) as caller:
        caller.send(f"POST {API}/send-to-accounting HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n".encode())
        assert (await caller.answer()).status == 401
        assert await caller.ended() == b""


async def test_after_a_body_that_nobody_wanted_the_connection_goes_on(server: WebServer) -> None:
    async with calling(server.port) as caller:
        caller.send(f"POST {API}/send-to-accounting HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n".encode())
        assert (await caller.answer()).status == 401
        caller.send(b" " * 5_000 + HEALTH)
        assert (await caller.answer()).status == 200


async def drip(writer: asyncio.StreamWriter, data: bytes) -> None:
    """A byte at a time, without hurry."""
    for position in range(len(data)):
        writer.write(data[position : position + 1])
        await writer.drain()
        await asyncio.sleep(0.01)


async def large_answer(_scope: Scope, _receive: Receive, send: Send) -> None:
    """More than the kernel's buffers hold."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for _ in range(64):
        await send({"type": "http.response.body", "body": b"x" * 1_000_000, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


@pytest.fixture
async def large(limits: HttpLimits) -> AsyncIterator[WebServer]:
    server = WebServer(large_answer, host="127.0.0.1", port=0, limits=limits)
    await server.start()
    yield server
    await server.stop()


@pytest.mark.parametrize("limits", [{"answer": SOON}], indirect=True)
async def test_an_answer_that_is_not_taken_is_given_up(large: WebServer) -> None:
    """And the application with it: a call that hangs in its answer would be a call that never ends."""
    with socket.create_connection(("127.0.0.1", large.port)) as caller:
        caller.setblocking(False)
        await asyncio.get_running_loop().sock_sendall(caller, HEALTH)
        async with asyncio.timeout(LATER):
            while large.calls_under_way or large.connections:  # noqa: ASYNC110  # The server has no event for it.
                await asyncio.sleep(0.01)


async def test_a_caller_that_goes_away_leaves_nothing_behind(large: WebServer) -> None:
    with socket.create_connection(("127.0.0.1", large.port)) as caller:
        caller.setblocking(False)
        await asyncio.get_running_loop().sock_sendall(caller, HEALTH)
        async with asyncio.timeout(LATER):
            while not large.calls_under_way:  # noqa: ASYNC110  # As above.
                await asyncio.sleep(0.01)
        caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    async with asyncio.timeout(LATER):
        while large.calls_under_way or large.connections:  # noqa: ASYNC110  # As above.
            await asyncio.sleep(0.01)


async def test_a_refused_caller_sees_the_end_at_once_and_is_read_until_its_own(server: WebServer) -> None:
    """Our side ends with the answer, not with the deadline. Theirs stays open: bytes that come to a closed socket, or
    lie in it unread, would make the kernel take the answer back before it is read (RFC 9112 §9.6).
    """
    async with calling(server.port) as caller:
        caller.send(b"hello\r\n\r\n")
        caller.send(b"x" * 100_000)
        assert (await caller.answer()).status == 400
        async with asyncio.timeout(LATER / 2):
            assert await caller.reader.read() == b"", "an end, and no reset"
        caller.send(b"x" * 100_000)
        await caller.writer.drain()
        assert server.connections == 1
        await caller.close()
        async with asyncio.timeout(LATER / 2):
            while server.connections:  # noqa: ASYNC110  # As above.
                await asyncio.sleep(0.01)


async def waiting(_scope: Scope, _receive: Receive, send: Send) -> None:
    """Answers after a while."""
    await asyncio.sleep(SOON)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


async def test_a_stop_answers_the_calls_under_way_and_closes_the_others(limits: HttpLimits) -> None:
    server = WebServer(waiting, host="127.0.0.1", port=0, limits=limits)
    await server.start()
    async with calling(server.port) as idle, calling(server.port) as half_open:
        half_open.send(b"GET /")
        call = asyncio.create_task(exchange(server.port, HEALTH))
        async with asyncio.timeout(LATER):
            while not server.calls_under_way:  # noqa: ASYNC110  # As above.
                await asyncio.sleep(0.01)
        began = time.monotonic()
        stopping = asyncio.create_task(server.stop())
        assert await idle.ended() == b""
        assert await half_open.ended() == b""
        assert (await call).body == b"ok"
        await stopping
        assert time.monotonic() - began < LATER
        await server.serve()


async def never(_scope: Scope, _receive: Receive, _send: Send) -> None:
    await asyncio.Event().wait()


async def test_a_stop_does_not_wait_for_a_call_that_does_not_end(limits: HttpLimits) -> None:
    server = WebServer(never, host="127.0.0.1", port=0, limits=limits)
    await server.start()
    async with calling(server.port) as caller:
        caller.send(HEALTH)
        async with asyncio.timeout(LATER):
            while not server.calls_under_way:  # noqa: ASYNC110  # As above.
                await asyncio.sleep(0.01)
        began = time.monotonic()
        await server.stop()
        assert 1.5 < time.monotonic() - began < LATER
        assert server.connections == 0
