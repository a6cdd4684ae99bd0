"""A form is read no further than one can be long, and whoever is not signed in takes nobody's place with one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from starlette.types import Message

from streams.web.access import CallsUnderWay, People, Sessions, SignInAttempts, Token
from streams.web.app import WebParts, build_app
from streams.web.http.server import WebServer
from streams.web.pages.door import Doors
from streams.web.pages.forms import FORMS_AT_ONCE, LONGEST_FORM, Forms
from streams.web.problems import ApiError
from tests.unit.streams.web.conftest import API, TOKEN, Client, calling_with
from tests.unit.streams.web.http.test_refused_requests import check_shape
from tests.unit.streams.web.pages.conftest import signed_in
from tests.unit.streams.web.raw_caller import RawCaller, calling, exchange

FORM = b"POST /sign-in HTTP/1.1\r\nHost: a\r\nSec-Fetch-Site: same-origin\r\n"
URLENCODED = FORM + b"Content-Type: application/x-www-form-urlencoded\r\n"
MULTIPART = FORM + b"Content-Type: multipart/form-data; boundary=b\r\n"
PART = b'--b\r\nContent-Disposition: form-data; name="token"; filename="f"\r\n\r\n'


@pytest.mark.parametrize("head", [URLENCODED, MULTIPART])
async def test_a_form_that_is_announced_too_long_is_refused_before_it_is_sent(server: WebServer, head: bytes) -> None:
    answer = await exchange(server.port, head + f"Content-Length: {LONGEST_FORM + 1}\r\n\r\n".encode())
    assert (answer.status, answer.json()["code"]) == (413, "body_too_large")
    check_shape(answer)


@pytest.mark.parametrize("start", [URLENCODED + b"|a=", MULTIPART + b"|" + PART])
async def test_a_form_that_becomes_too_long_is_refused_when_it_has(server: WebServer, start: bytes) -> None:
    """It would be kept in memory, or in a file, for somebody of whom nothing is known."""
    head, _, begin = start.partition(b"|")
    chunk = begin + b"x" * (LONGEST_FORM + 1)
    async with calling(server.port) as caller:
        caller.send(head + b"Transfer-Encoding: chunked\r\n\r\n" + f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")
        answer = await caller.answer()
    assert (answer.status, answer.json()["code"]) == (413, "body_too_large")


async def test_a_form_as_long_as_one_may_be_is_read(browser: Client) -> None:
    data = "token=wrong&next=%2F".ljust(LONGEST_FORM, "x")
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert (await browser.post("/sign-in", data=data, headers=headers)).status == 403


@pytest.fixture
async def crowded(parts: WebParts) -> AsyncIterator[WebServer]:
    """A server with room for two calls."""
    server = WebServer(build_app(parts, most_calls=2), host="127.0.0.1", port=0)
    await server.start()
    yield server
    await server.stop()


async def half_sent(stack: AsyncExitStack, server: WebServer, count: int) -> list[RawCaller]:
    """Callers that nobody knows, in the middle of their forms."""
    callers = []
    for _ in range(count):
        caller = await stack.enter_async_context(calling(server.port))
        caller.send(URLENCODED + b"Content-Length: 100\r\nExpect: 100-continue\r\n\r\n")
        assert (await caller.reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 100")
        callers.append(caller)
    return callers


async def test_forms_of_whom_nobody_knows_take_no_place_of_those_who_are_known(crowded: WebServer) -> None:
    call = f"GET {API}/attention HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {TOKEN}\r\n\r\n".encode()
    async with AsyncExitStack() as stack, calling_with(crowded.port, {"Sec-Fetch-Site": "same-origin"}) as browser:
        await signed_in(browser)
        await half_sent(stack, crowded, FORMS_AT_ONCE)
        refused = await exchange(crowded.port, URLENCODED + b"Content-Length: 0\r\n\r\n")
        assert (refused.status, refused.json()["code"]) == (503, "busy")
        assert (await exchange(crowded.port, call)).status == 200
        assert (await browser.get("/companies/southern-beef/attention")).status == 200
        assert (await browser.post("/sign-out", allow_redirects=False)).status == 303


async def test_a_form_that_drips_is_given_up_soon(parts: WebParts) -> None:
    async def never() -> Message:
        return await asyncio.Future()

    forms = Forms(doors_of(parts), seconds=0.05)
    scope = {"type": "http", "method": "POST", "path": "/sign-in", "headers": []}
    async with AsyncExitStack() as place:
        with pytest.raises(ApiError, match="did not come in time") as refused:
            await forms.let_in(place, scope, never)
    assert refused.value.status == 408


def doors_of(parts: WebParts) -> Doors:
    token = Token(TOKEN)
    people = People(token, parts.people)
    sessions = Sessions(token, people, lambda: parts.clock().timestamp())
    return Doors(people, sessions, None, CallsUnderWay(1), SignInAttempts(parts.monotonic))
