"""The signed webhook against a receiver on loopback: the library of Standard Webhooks verifies what arrives."""

import asyncio
import base64
import json
import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # It publishes no types.
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from mappers.outbound import AttentionNote, NoteData, NotedCause, attention_note_schema
from streams.notes import Delivery, Result, WebhookChannel
from streams.notes.channels.webhook import LONGEST_REST, rest_asked
from tests.brokers.certificates import Authority
from tests.builders import COMPANY_ID
from tests.fakes.raw_http import Answer, Request, drip, raw, raw_server, reply, silence

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
FORMER = "whsec_" + base64.b64encode(bytes(range(1, 33))).decode()
CAUSE = NotedCause(
    status="REJECTED",
    code="customer_not_found",
    value="ALÖK \u202e\U0001f600",
    message="Customer.Name(ALÖK) : not found in XERO(Customer.Name).",
    shipments=7,
    since="2026-11-20T03:15:22.123Z",
    who="accounting",
    where=("xero",),
    how="Add it.",
)
NOTE = AttentionNote(timestamp="2026-11-20T03:15:22.123Z", data=NoteData(company_id=COMPANY_ID, causes=(CAUSE,)))


def now() -> datetime:
    return datetime.now(UTC)


def channel(url: str, secrets: Sequence[str] = (SECRET,), tls: ssl.SSLContext | None = None) -> WebhookChannel:
    return WebhookChannel(url, secrets, "1.2.3", now, tls, seconds=5.0)


def verified(request: Request, secret: str = SECRET) -> dict[str, object]:
    """What the library makes of it."""
    found: dict[str, object] = Webhook(secret).verify(request.body, dict(request.headers))
    return found


async def test_what_arrives_is_verified_by_the_standard_library_of_webhooks() -> None:
    async with raw_server(reply(204, b"")) as server:
        assert await channel(f"{server.url}/hooks/notes").send("note_1", NOTE) == Delivery(Result.DELIVERED)
    (request,) = server.requests
    body = verified(request)
    Draft202012Validator(attention_note_schema()).validate(body)
    assert body == json.loads(request.body) == NOTE.model_dump(mode="json")
    assert (request.method, request.path) == ("POST", "/hooks/notes")
    assert (request.headers["webhook-id"], request.headers["content-type"]) == ("note_1", "application/json")
    assert request.headers["user-agent"] == "shipledger/1.2.3"
    with pytest.raises(WebhookVerificationError):
        verified(request, FORMER)


async def test_two_secrets_sign_while_receivers_change_to_the_other() -> None:
    async with raw_server(reply(200)) as server:
        await channel(server.url, (SECRET, FORMER)).send("note_1", NOTE)
    (request,) = server.requests
    assert verified(request, SECRET) == verified(request, FORMER)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
async def test_whatever_is_2xx_is_a_success(status: int) -> None:
    async with raw_server(reply(status, b"")) as server:
        assert (await channel(server.url).send("note_1", NOTE)).result is Result.DELIVERED


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
async def test_whatever_else_it_answers_is_tried_again(status: int) -> None:
    async with raw_server(reply(status, b"no " * 100_000)) as server:
        assert await channel(server.url).send("note_1", NOTE) == Delivery(Result.AWAY, f"HTTP {status}")


async def test_410_says_that_it_wants_no_more() -> None:
    async with raw_server(reply(410)) as server:
        assert (await channel(server.url).send("note_1", NOTE)).result is Result.GONE


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_no_redirect_is_followed(status: int) -> None:
    async with raw_server(reply(200)) as elsewhere:
        redirect = reply(status, headers={"Location": elsewhere.url})
        async with raw_server(redirect) as server:
            delivery = await channel(server.url).send("note_1", NOTE)
    assert (delivery.result, elsewhere.requests) == (Result.AWAY, [])
    assert "not followed" in delivery.reason


@pytest.mark.parametrize("answer", [silence(asyncio.Event()), drip(b"HTTP/1.1 200 OK\r\n" * 1000, 0.01)])
async def test_a_receiver_that_does_not_answer_costs_a_bounded_time(answer: Answer) -> None:
    async with raw_server(answer) as server:
        hurried = WebhookChannel(server.url, (SECRET,), "1", now, seconds=0.05)
        async with asyncio.timeout(20):
            assert await hurried.send("note_1", NOTE) == Delivery(Result.AWAY, "it did not answer in time")


async def test_one_that_is_not_there_or_talks_nonsense_is_away() -> None:
    async with raw_server(raw(b"\x00\xff nonsense\r\n\r\n", close=True)) as server:
        url = server.url
        assert (await channel(url).send("note_1", NOTE)).result is Result.AWAY
    delivery = await channel(url).send("note_1", NOTE)
    assert (delivery.result, bool(delivery.reason)) == (Result.AWAY, True)


async def test_a_header_without_end_is_not_read_to_its_end() -> None:
    async with raw_server(reply(200, headers={"X-Long": "x" * 500_000})) as server:
        assert (await channel(server.url).send("note_1", NOTE)).result is Result.AWAY


async def test_whoever_cannot_prove_who_it_is_gets_nothing(tmp_path: Path) -> None:
    ours, theirs = Authority.made(tmp_path / "ours"), Authority.made(tmp_path / "theirs")
    for authority, result, heard in ((ours, Result.DELIVERED, 1), (theirs, Result.AWAY, 0)):
        served = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        served.load_cert_chain(*authority.issue("receiver"))
        async with raw_server(reply(200), tls=served) as server:
            trusting = channel(server.url, tls=ssl.create_default_context(cafile=str(ours.file)))
            assert (await trusting.send("note_1", NOTE)).result is result
        assert len(server.requests) == heard


async def test_a_busy_receiver_says_for_how_long() -> None:
    async with raw_server(reply(429, headers={"Retry-After": "120"})) as server:
        assert await channel(server.url).send("note_1", NOTE) == Delivery(Result.AWAY, "HTTP 429", 120.0)


AT = datetime(2026, 11, 20, 3, 15, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("", 0.0),
        ("120", 120.0),
        (" 7 ", 7.0),
        ("-1", 0.0),
        ("99999999999999", LONGEST_REST),
        ("soon", 0.0),
        ("Fri, 20 Nov 2026 03:16:22 GMT", 60.0),
        ("Fri, 20 Nov 2026 03:14:22 GMT", 0.0),
        ("Fri, 20 Nov 2036 03:14:22 GMT", LONGEST_REST),
        (f"Fri, 20 Nov {10**20} 03:14:22 GMT", 0.0),
        (f"Fri, 20 Nov 2026 03:14:22 +{10**20}", 0.0),
    ],
)
def test_the_rest_that_is_asked_for_is_bounded(said: str, seconds: float) -> None:
    assert rest_asked(said, AT) == seconds


@given(st.text(max_size=40))
def test_whatever_a_receiver_says_there_is_a_rest(said: str) -> None:
    assert 0.0 <= rest_asked(said, AT + timedelta(0)) <= LONGEST_REST
