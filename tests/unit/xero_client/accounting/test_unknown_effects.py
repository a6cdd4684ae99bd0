"""What the caller learns when a reply does not come back whole; nothing is ever sent twice."""

import asyncio
import gzip
import socket
import time
import tracemalloc

import pytest

from mappers.model.company import DocumentType
from tests.fakes.raw_http import Answer, cut, drip, late, raw, reply, reset, silence, unbounded
from tests.unit.xero_client.accounting.documents import ORGANISATION
from tests.unit.xero_client.conftest import OpenHarness
from xero_client.errors import EffectUnknownError, IntentExpiredError, UnavailableError
from xero_client.port import Priority
from xero_client.timeouts import Timeouts
from xero_client.transport.http import REPLY_LIMIT
from xero_client.transport.in_flight import IDLE_SECONDS

OK = b'{"Invoices":[{"InvoiceID":"0c9f8f6e-1111-4222-8333-444455556666","InvoiceNumber":"INV-2026-0042"}]}'
SHORT = Timeouts(connect=0.5, read=0.3, total=1.0)

UNREADABLE: dict[str, Answer] = {
    "cut in the middle": cut(200, OK[:40]),
    "cut without a length": unbounded(200, OK[:40]),
    "reset at once": reset(),
    "reset in the middle": reset(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + OK),
    "closed without a byte": raw(b"", close=True),
    "not HTTP": raw(b"SMTP ready\r\n\r\n", close=True),
    "empty": reply(200, b""),
    "HTML": reply(200, b"<html><body>Welcome to the hotel's network</body></html>"),
    "a list": reply(200, b"[]"),
    "not a number": reply(200, b'{"Total": NaN}'),
    "too deep": reply(200, b'{"a":' * 100_000),
    "chunks of nonsense": raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", close=True),
    "broken gzip": reply(200, b"\x1f\x8b\x08garbage", {"Content-Encoding": "gzip"}),
    "500": reply(500, b"<h1>Server Error</h1>"),
    "502": reply(502, b""),
    "503 offline": reply(503, b"The Organisation is offline"),
    "504": reply(504, b"gateway"),
    "408": reply(408, b""),
    "redirect": reply(302, b"", {"Location": "http://127.0.0.1:9/elsewhere"}),
    "permanent redirect": reply(308, b"", {"Location": "http://127.0.0.1:9/elsewhere"}),
}


@pytest.mark.parametrize("answer", UNREADABLE.values(), ids=UNREADABLE.keys())
@pytest.mark.parametrize("kind", list(DocumentType))
async def test_a_write_without_a_whole_reply_is_of_unknown_effect_and_is_sent_once(
    open_harness: OpenHarness, answer: Answer, kind: DocumentType
) -> None:
    harness = await open_harness(answer)

    with pytest.raises(EffectUnknownError):
        await harness.create(kind=kind)

    assert len(harness.server.requests) == 1
    assert harness.observer.calls == [(f"create_{kind}", "effect_unknown")]


@pytest.mark.parametrize("answer", UNREADABLE.values(), ids=UNREADABLE.keys())
async def test_a_read_without_a_whole_reply_is_unavailable_and_is_sent_once(
    open_harness: OpenHarness, answer: Answer
) -> None:
    harness = await open_harness(answer)

    with pytest.raises(UnavailableError):
        await harness.client.find(ORGANISATION, DocumentType.INVOICE, ["A"], Priority.PEOPLE)

    assert len(harness.server.requests) == 1


async def test_a_silent_server_costs_the_read_timeout_and_leaves_the_effect_unknown(open_harness: OpenHarness) -> None:
    harness = await open_harness(silence(asyncio.Event()), timeouts=SHORT)

    with pytest.raises(EffectUnknownError, match="ReadTimeoutError"):
        await harness.create()


@pytest.mark.parametrize("part", ["head", "body"])
async def test_a_reply_that_drips_for_ever_ends_at_the_total_cap(open_harness: OpenHarness, part: str) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" if part == "body" else b"HTTP/1.1 200 OK\r\n"
    harness = await open_harness(drip(head + b"X" * 100_000, pause=0.01), timeouts=SHORT)
    began = time.monotonic()

    with pytest.raises(EffectUnknownError):
        await harness.create()

    assert time.monotonic() - began < SHORT.call + 60


async def test_a_reply_beyond_sixteen_megabytes_is_not_read_to_its_end(open_harness: OpenHarness) -> None:
    harness = await open_harness(reply(200, b" " * (REPLY_LIMIT + 1_000_000)))

    with pytest.raises(EffectUnknownError, match="cut off"):
        await harness.create()


async def test_a_refused_connection_wrote_nothing(open_harness: OpenHarness) -> None:
    with socket.socket() as listener:
        # Bound but not listening: nobody else can take the port, and a connection is refused.
        listener.bind(("127.0.0.1", 0))
        harness = await open_harness(reply(200), base_url=f"http://127.0.0.1:{listener.getsockname()[1]}")

        with pytest.raises(UnavailableError, match="NewConnectionError"):
            await harness.create()

    assert harness.observer.calls == [("create_invoice", "unavailable")]


async def test_a_failed_handshake_wrote_nothing(open_harness: OpenHarness) -> None:
    """The scripted server speaks no TLS, so not a byte of the request gets out."""
    plain = await open_harness(raw(b"this is no TLS at all, not even nearly\r\n\r\n", close=True))
    harness = await open_harness(reply(200), base_url=plain.server.url.replace("http:", "https:"), timeouts=SHORT)

    with pytest.raises(UnavailableError):
        await harness.create()

    assert not plain.server.requests


async def test_an_expired_intent_sends_nothing_at_all(open_harness: OpenHarness) -> None:
    harness = await open_harness(reply(200, OK))

    with pytest.raises(IntentExpiredError):
        await harness.create(start_before=time.monotonic() - 0.001)

    assert not harness.server.requests
    assert harness.observer.calls == [("create_invoice", "intent_expired")]


async def test_the_intent_is_judged_at_the_first_byte_of_the_resent_write_too(open_harness: OpenHarness) -> None:
    """The first answer is a 401 that comes after the intent's time, so the renewed token sends nothing."""
    arrive = asyncio.Event()
    harness = await open_harness(late(arrive, reply(401)))
    before = time.monotonic() + 0.5
    asyncio.get_running_loop().call_at(before + 0.1, arrive.set)

    with pytest.raises(IntentExpiredError):
        await harness.create(start_before=before)

    assert len(harness.server.requests) == 1


async def test_a_cancelled_write_that_was_sent_is_reported_to_the_observer(open_harness: OpenHarness) -> None:
    harness = await open_harness(silence(asyncio.Event()))
    writing = asyncio.create_task(harness.create())
    await harness.server.until(1)

    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing

    assert harness.observer.calls == [("create_invoice", "abandoned")]


async def test_a_connection_that_died_while_idle_is_replaced_and_the_write_goes_through(
    open_harness: OpenHarness,
) -> None:
    harness = await open_harness(
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(OK) + OK, close=True), reply(200, OK)
    )
    await harness.create()
    await asyncio.wait_for(harness.server.ended.wait(), 10)

    replies = await harness.create()

    assert [each.number for each in replies] == ["INV-2026-0042"]
    assert len(harness.server.requests) == 2


async def test_a_connection_that_was_idle_too_long_is_not_trusted_with_a_write(open_harness: OpenHarness) -> None:
    """A proxy may have dropped it silently, and the write would be lost in it."""
    moment = 1000.0
    harness = await open_harness(reply(200, OK), monotonic=lambda: moment)
    await harness.create(start_before=float("inf"))
    await harness.create(start_before=float("inf"))
    kept = harness.server.connections

    moment += IDLE_SECONDS
    await harness.create(start_before=float("inf"))

    assert (kept, harness.server.connections) == (1, 2)


@pytest.mark.parametrize("times", [1, 2], ids=["packed", "packed twice"])
async def test_a_reply_that_inflates_without_end_takes_little_memory(open_harness: OpenHarness, times: int) -> None:
    """A megabyte of zeros in a kilobyte, three hundred times over."""
    bomb = bytes(300_000_000)
    for _ in range(times):
        bomb = gzip.compress(bomb, 1)
    harness = await open_harness(reply(200, bomb, {"Content-Encoding": ", ".join(["gzip"] * times)}))
    tracemalloc.start()
    try:
        with pytest.raises(EffectUnknownError):
            await harness.create()
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 4 * REPLY_LIMIT
