"""Whatever the parser refuses is answered in our shape and with our headers, and never read in a second way."""

import pytest

from streams.web.http.limits import HttpLimits
from streams.web.http.server import WebServer
from tests.unit.streams.web.conftest import API, TOKEN
from tests.unit.streams.web.raw_caller import RawAnswer, calling, exchange

AUTHORISED = f"Host: a\r\nAuthorization: Bearer {TOKEN}\r\n".encode()
SEND = f"POST {API}/send-to-accounting HTTP/1.1\r\n".encode() + AUTHORISED
GET = f"GET {API}/attention HTTP/1.1\r\n".encode() + AUTHORISED
SMUGGLED = b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"


def check_shape(answer: RawAnswer) -> None:
    """RFC 9457's members and ours; the headers of every answer, and none that says what the server is made of."""
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert (body["type"], body["status"], body["detail"]) == ("about:blank", answer.status, body["message"])
    assert body["title"]
    assert body["code"]
    assert body["hint"]
    check_headers(answer)


def check_headers(answer: RawAnswer) -> None:
    assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["server"] == "shipledger"
    assert answer.headers["date"].endswith("GMT")
    assert not any(name.startswith(("access-control-", "x-powered")) for name in answer.headers)
    assert "uvicorn" not in str(answer.headers).lower()


REFUSED = {
    "no request line": (b"hello\r\n\r\n", 400, "bad_request"),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400, "bad_request"),
    "HTTP/0.9": (b"GET /livez\r\n\r\n", 400, "bad_request"),
    "HTTP/2 preface": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "http_version_unknown"),
    "unknown version": (b"GET /livez HTTP/1.9\r\nHost: a\r\n\r\n", 505, "http_version_unknown"),
    "no host": (b"GET /livez HTTP/1.1\r\n\r\n", 400, "bad_request"),
    "two hosts": (b"GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "bad_request"),
    "raw bytes in the path": ("GET /livéz HTTP/1.1\r\nHost: a\r\n\r\n".encode(), 400, "bad_request"),
    "blank in the path": (b"GET /livez x HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bad_request"),
    "NUL in a header": (b"GET /livez HTTP/1.1\r\nHost: a\r\nX: \x00\r\n\r\n", 400, "bad_request"),
    "blank before the colon": (b"GET /livez HTTP/1.1\r\nHost : a\r\n\r\n", 400, "bad_request"),
    "header without a name": (b"GET /livez HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n", 400, "bad_request"),
    "folded first line": (b"GET /livez HTTP/1.1\r\n folded\r\nHost: a\r\n\r\n", 400, "bad_request"),
    "relative target": (b"GET livez HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bad_request"),
    "target of another scheme": (b"GET ftp://a/livez HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bad_request"),
    "long target": (b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 431, "head_too_large"),
    "endless line": (b"GET /" + b"a" * 40_000, 431, "head_too_large"),
    "many headers": (b"GET /livez HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 200 + b"\r\n", 431, "head_too_large"),
    "gzip as a coding": (SEND + b"Transfer-Encoding: gzip\r\n\r\n", 501, "transfer_coding_unknown"),
    "chunked twice": (SEND + b"Transfer-Encoding: chunked, chunked\r\n\r\n", 501, "transfer_coding_unknown"),
    "two codings": (
        SEND + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n",
        501,
        "transfer_coding_unknown",
    ),
    "length and coding": (
        SEND + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
        400,
        "bad_request",
    ),
    "coding and length": (
        SEND + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + SMUGGLED,
        400,
        "bad_request",
    ),
    "coding in HTTP/1.0": (
        SEND.replace(b"HTTP/1.1", b"HTTP/1.0") + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        400,
        "bad_request",
    ),
    "two lengths": (SEND + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n" + SMUGGLED, 400, "bad_request"),
    "lengths in one": (SEND + b"Content-Length: 5, 6\r\n\r\n" + SMUGGLED, 400, "bad_request"),
    "negative length": (SEND + b"Content-Length: -1\r\n\r\n" + SMUGGLED, 400, "bad_request"),
    "signed length": (SEND + b"Content-Length: +5\r\n\r\nhello" + SMUGGLED, 400, "bad_request"),
    "hexadecimal length": (SEND + b"Content-Length: 0x5\r\n\r\nhello" + SMUGGLED, 400, "bad_request"),
    "long length": (SEND + b"Content-Length: " + b"9" * 40 + b"\r\n\r\n", 400, "bad_request"),
    "bad chunk size": (SEND + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n" + SMUGGLED, 400, "bad_request"),
    "negative chunk size": (SEND + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n" + SMUGGLED, 400, "bad_request"),
    "chunk longer than said": (
        SEND + b"Transfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n0\r\n\r\n" + SMUGGLED,
        400,
        "bad_request",
    ),
    "many small chunks": (
        SEND + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\n \r\n" * 5_000,
        413,
        "body_too_large",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_what_cannot_be_read_is_refused_in_our_shape_and_is_the_end(server: WebServer, case: str) -> None:
    data, status, code = REFUSED[case]
    async with calling(server.port) as caller:
        caller.send(data)
        answer = await caller.answer()
        assert (answer.status, answer.json()["code"]) == (status, code)
        check_shape(answer)
        assert answer.headers["connection"] == "close"
        # What was behind it is not taken for a request of its own.
        assert await caller.ended() == b""


async def test_a_refusal_leaves_the_server_as_it_was(server: WebServer) -> None:
    for data, _, _ in REFUSED.values():
        await exchange(server.port, data)
    assert (await exchange(server.port, SMUGGLED)).status == 200


@pytest.mark.parametrize(
    "data",
    [
        b"GET /livez HTTP/1.0\r\n\r\n",
        b"GET /livez HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        b"GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    ],
)
async def test_an_older_probe_is_answered_and_ended(server: WebServer, data: bytes) -> None:
    async with calling(server.port) as caller:
        caller.send(data)
        answer = await caller.answer()
        assert answer.status == 200
        check_headers(answer)
        assert await caller.ended() == b""


@pytest.mark.parametrize("target", [b"http://a/livez", b"HTTPS://elsewhere:99/livez", b"/livez?x=http://b/"])
async def test_an_absolute_target_is_its_path(server: WebServer, target: bytes) -> None:
    """RFC 9112 §3.2.2: a server must take it."""
    answer = await exchange(server.port, b"GET " + target + b" HTTP/1.1\r\nHost: a\r\n\r\n")
    assert answer.status == 200
    assert answer.json()["alive"] is True


async def test_an_absolute_target_does_not_get_past_the_token(server: WebServer) -> None:
    target = f"http://a{API}/attention"
    answer = await exchange(server.port, f"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
    assert answer.status == 401
    check_shape(answer)


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "PUT", "PATCH", "DELETE", "CONNECT", "FOO", "get"])
@pytest.mark.parametrize("path", ["/livez", f"{API}/attention"])
async def test_other_methods_are_refused_with_and_without_the_token(server: WebServer, method: str, path: str) -> None:
    anonymous = await exchange(server.port, f"{method} {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
    assert anonymous.status == (405 if path == "/livez" else 401)
    check_shape(anonymous)
    known = await exchange(server.port, f"{method} {path} HTTP/1.1\r\n".encode() + AUTHORISED + b"\r\n")
    assert known.status == 405
    check_shape(known)
    assert known.headers.get("allow", "GET, HEAD") == "GET, HEAD"


@pytest.mark.parametrize("headers", [b"Host: a\r\n", AUTHORISED])
@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "PUT", "PATCH", "DELETE", "CONNECT", "FOO", "get"])
async def test_what_is_no_path_of_the_api_belongs_to_the_pages_whatever_token_comes(
    server: WebServer, method: str, headers: bytes
) -> None:
    """They let nobody in by a token, and take no form of others."""
    answer = await exchange(server.port, f"{method} /nothing HTTP/1.1\r\n".encode() + headers + b"\r\n")
    if answer.status == 303:
        assert answer.headers["location"] == "/sign-in"
    else:
        assert answer.status == 403
        check_shape(answer)


@pytest.mark.parametrize("target", ["*", "a:443"])
async def test_targets_that_are_no_paths_reveal_nothing(server: WebServer, target: str) -> None:
    method = "OPTIONS" if target == "*" else "CONNECT"
    answer = await exchange(server.port, f"{method} {target} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
    assert (answer.status, answer.headers.get("location")) in [(303, "/sign-in"), (403, None)]


async def test_an_upgrade_is_not_made(server: WebServer) -> None:
    upgrade = b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n\r\n"
    assert (await exchange(server.port, GET + upgrade)).status == 200


async def test_head_has_the_headers_of_get_and_no_body(server: WebServer) -> None:
    async with calling(server.port) as caller:
        caller.send(b"HEAD /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        head, _, body = (await caller.ended()).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert b"content-length: " in head.lower()
    assert body == b""


async def test_requests_behind_each_other_are_answered_in_order(server: WebServer) -> None:
    async with calling(server.port) as caller:
        caller.send(SMUGGLED * 3 + GET + b"\r\n" + SMUGGLED)
        answers = [await caller.answer() for _ in range(5)]
    assert [each.status for each in answers] == [200] * 5
    assert "causes" in answers[3].json()


async def test_a_body_too_large_is_refused_by_its_declared_length_before_it_is_sent(server: WebServer) -> None:
    async with calling(server.port) as caller:
        caller.send(SEND + b"Content-Length: 10000000000\r\nExpect: 100-continue\r\n\r\n")
        answer = await caller.answer()
    assert (answer.status, answer.json()["code"]) == (413, "body_too_large")
    check_shape(answer)


async def test_a_body_too_large_is_refused_when_it_has_become_so(server: WebServer) -> None:
    chunk = b"4000\r\n" + b" " * 0x4000 + b"\r\n"
    answer = await exchange(server.port, SEND + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 5)
    assert (answer.status, answer.json()["code"]) == (413, "body_too_large")


async def test_a_caller_that_waits_to_send_its_body_is_told_to_go_on(server: WebServer) -> None:
    async with calling(server.port) as caller:
        caller.send(SEND + b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        assert (await caller.reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 100")
        caller.send(b"{}")
        assert (await caller.answer()).status == 422


async def test_without_the_token_no_body_is_asked_for_nor_read_for_long(server: WebServer) -> None:
    """It is discarded up to a bound, so that whoever sends it hears the answer, and then the connection ends."""
    async with calling(server.port) as caller:
        caller.send(f"POST {API}/send-to-accounting HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n".encode())
        assert (await caller.answer()).status == 401
        caller.send(b" " * (HttpLimits().discarded + 300_000))
        assert await caller.ended() == b""
