"""Xero's webhook: a status and nothing else, within Xero's rules, and no way to anything but a look."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.types import Message

from mappers.model.changes import LOOKS_AT_MOST, LookAt
from streams.ops.labels import WebhookResult
from streams.web.app import WebParts, build_app
from streams.web.envelope import FOUND
from streams.web.http.server import WebServer
from streams.web.ports import PublishError
from streams.web.webhook.receiver import (
    AT_ONCE,
    LARGEST_BODY,
    READ_AT_ONCE,
    REMEMBERED,
    WEBHOOK_PATH,
    WebhookParts,
    XeroWebhook,
    looks,
)
from tests.builders import COMPANY_ID, ORGANISATION, make_company
from tests.unit.streams.web.conftest import TOKEN, Client, calling_with
from tests.unit.streams.web.raw_caller import calling
from tests.unit.xero_client.auth.test_webhook import INVOICE, KEY, body, event
from xero_client.auth.webhook import InvoiceEvent, signature

NZ_KEY = "a-key-of-the-connection-nz"
NZ_ORGANISATION = "5d2f7c61-93b4-4e0c-8a6d-7b0e4c52f3a8"


@dataclass
class Looks:
    """A publisher that remembers. `away` that many times Kafka does not answer; `waits` holds one call back."""

    published: list[LookAt] = field(default_factory=list)
    away: int = 0
    waits: asyncio.Event | None = None
    waiting: int = 0
    counted: list[WebhookResult] = field(default_factory=list)

    async def publish(self, look: LookAt) -> None:
        if self.waits is not None:
            self.waiting += 1
            await self.waits.wait()
        if self.away:
            self.away -= 1
            raise PublishError("Kafka did not take it.")
        self.published.append(look)


@pytest.fixture
def heard() -> Looks:
    return Looks()


@pytest.fixture
def seconds() -> float:
    """How long Kafka may take."""
    return 600.0


@pytest.fixture
async def xero(parts: WebParts, heard: Looks, seconds: float) -> AsyncIterator[Client]:
    """Xero, which has no token of ours."""
    companies = (make_company(), make_company(id="nz", connection="nz", organisation=NZ_ORGANISATION))
    webhook = WebhookParts(
        {"default": KEY, "nz": NZ_KEY}, {each.id: each for each in companies}, heard, heard.counted.append, seconds
    )
    server = WebServer(build_app(replace(parts, webhook=webhook)), host="127.0.0.1", port=0)
    await server.start()
    async with calling_with(server.port) as client:
        yield client
    await server.stop()


async def post(xero: Client, posted: bytes, key: str = KEY, **headers: str) -> int:
    """The status; every answer is without a body and without a cookie, whatever it says."""
    signed = {"x-xero-signature": signature(key, posted), "Content-Type": "application/json", **headers}
    async with xero.post(WEBHOOK_PATH, data=posted, headers=signed) as answer:
        assert await answer.read() == b""
        assert "Set-Cookie" not in answer.headers
        return answer.status


async def test_an_intent_to_receive_is_answered_by_whether_it_is_signed(xero: Client, heard: Looks) -> None:
    asked = b'{"events":[],"firstEventSequence":0,"lastEventSequence":0,"entropy":"S0m3r4Nd0mt3xt"}'
    assert await post(xero, asked) == 200
    assert await post(xero, asked, **{"x-xero-signature": "bm90IHNpZ25lZA=="}) == 401
    assert await post(xero, asked, key="a-key-that-is-not-ours") == 401
    async with xero.post(WEBHOOK_PATH, data=asked) as unsigned:
        assert (unsigned.status, await unsigned.read()) == (401, b"")
    assert heard.published == []
    assert heard.counted == [WebhookResult.NOTHING_TO_LOOK_AT, *[WebhookResult.NOT_SIGNED] * 3]


async def test_an_event_says_which_document_to_look_at(xero: Client, heard: Looks) -> None:
    assert await post(xero, body(event(), event(eventDateUtc="2026-11-26T01:16:00"))) == 200
    (look,) = heard.published
    assert look.organisation == ORGANISATION
    assert [(each.xero_id, each.at) for each in look.invoices] == [(INVOICE, datetime(2026, 11, 26, 1, 16, tzinfo=UTC))]


async def test_a_key_speaks_for_the_organisations_of_its_connection_alone(xero: Client, heard: Looks) -> None:
    posted = body(event(), event(tenantId=NZ_ORGANISATION))
    assert await post(xero, posted, key=NZ_KEY) == 200
    assert [each.organisation for each in heard.published] == [NZ_ORGANISATION]


async def test_a_body_that_is_posted_again_is_passed_on_once(xero: Client, heard: Looks) -> None:
    for _ in range(3):
        assert await post(xero, body(event())) == 200
    assert len(heard.published) == 1
    assert heard.counted == [WebhookResult.PASSED_ON, WebhookResult.REPEATED, WebhookResult.REPEATED]


async def test_what_kafka_did_not_take_is_asked_for_again(xero: Client, heard: Looks) -> None:
    heard.away = 1
    assert await post(xero, body(event())) == 503
    assert await post(xero, body(event())) == 200
    assert len(heard.published) == 1


@pytest.mark.parametrize("seconds", [0.05])
async def test_a_kafka_that_hangs_is_not_waited_for_longer_than_xero_waits(xero: Client, heard: Looks) -> None:
    heard.waits = asyncio.Event()
    assert await post(xero, body(event())) == 503
    assert heard.counted == [WebhookResult.NOT_PASSED_ON]


@pytest.mark.parametrize("declared", [{"content-length": str(LARGEST_BODY + 1)}, {}], ids=["declared", "not declared"])
async def test_a_body_that_is_too_long_is_not_read_to_its_end(
    declared: dict[str, str], parts: WebParts, heard: Looks
) -> None:
    webhook = XeroWebhook(WebhookParts({"default": KEY}, parts.companies, heard, heard.counted.append))
    read, sent = [0], list[Message]()

    async def receive() -> Message:
        read[0] += 100_000
        return {"type": "http.request", "body": b" " * 100_000, "more_body": True}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(name.encode(), value.encode()) for name, value in declared.items()]
    scope = {"type": "http", "method": "POST", "path": WEBHOOK_PATH, "headers": headers, FOUND: {}}
    await webhook(scope, receive, send)
    assert [each.get("status") for each in sent] == [413, None]
    assert sent[1].get("body", b"") == b""
    assert read[0] <= LARGEST_BODY + 100_000
    assert heard.counted == [WebhookResult.TOO_LARGE]


async def test_what_is_signed_and_illegible_is_taken_and_told(xero: Client, heard: Looks) -> None:
    """Xero would post it for a day, and then turn the webhook off for everything."""
    assert await post(xero, b"{") == 200
    assert heard.counted == [WebhookResult.UNREADABLE]


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
async def test_nothing_but_a_post_is_taken(xero: Client, method: str) -> None:
    async with xero.request(method, WEBHOOK_PATH) as answer:
        assert (answer.status, await answer.read()) == (405, b"")


@pytest.mark.parametrize("path", [f"/api/v1/companies/{COMPANY_ID}/attention", f"{WEBHOOK_PATH}/x", "/webhooks"])
async def test_a_signature_opens_nothing_else(xero: Client, path: str) -> None:
    posted = body(event())
    async with xero.post(path, data=posted, headers={"x-xero-signature": signature(KEY, posted)}) as answer:
        assert answer.status in {401, 403, 404, 405}


async def test_without_a_key_there_is_no_webhook(anonymous: Client) -> None:
    posted = body(event())
    async with anonymous.post(WEBHOOK_PATH, data=posted, headers={"x-xero-signature": signature("", posted)}) as answer:
        assert answer.status in {401, 403, 404, 405}


async def test_the_token_of_the_api_does_not_stand_for_a_signature(xero: Client, heard: Looks) -> None:
    assert await post(xero, body(event()), key="wrong", Authorization=f"Bearer {TOKEN}") == 401
    assert heard.published == []


async def test_more_calls_at_once_than_there_are_places_are_sent_away(xero: Client, heard: Looks) -> None:
    heard.waits = asyncio.Event()
    held = [asyncio.create_task(post(xero, body(event(sequence=number)))) for number in range(AT_ONCE)]
    async with asyncio.timeout(120):
        while heard.waiting < AT_ONCE:  # noqa: ASYNC110  # The server's tasks count.
            await asyncio.sleep(0.001)
    assert await post(xero, body(event(sequence="more"))) == 503
    assert heard.counted == [WebhookResult.BUSY]
    heard.waits.set()
    assert await asyncio.gather(*held) == [200] * AT_ONCE


def test_many_invoices_are_several_records_and_each_is_in_them_once() -> None:
    events = [InvoiceEvent(ORGANISATION, str(number % (LOOKS_AT_MOST + 1)), None) for number in range(500)]
    made = looks(events)
    assert [len(each.invoices) for each in made] == [LOOKS_AT_MOST, 1]


def test_the_latest_that_happened_counts_and_an_unknown_time_is_the_latest() -> None:
    early, late = datetime(2026, 11, 26, 1, tzinfo=UTC), datetime(2026, 11, 26, 2, tzinfo=UTC)

    def latest(*times: datetime | None) -> Any:
        return looks([InvoiceEvent(ORGANISATION, INVOICE, at) for at in times])[0].invoices[0].at

    assert latest(late, early) == latest(early, late) == late
    assert latest(None, late) is latest(late, None) is None


async def test_memory_of_what_was_passed_on_is_bounded(parts: WebParts, heard: Looks) -> None:
    webhook = XeroWebhook(WebhookParts({"default": KEY}, parts.companies, heard, heard.counted.append))
    for number in range(REMEMBERED + 5):
        webhook._remember(json.dumps(number).encode())
    assert len(webhook._passed_on) == REMEMBERED


@pytest.mark.parametrize("count", [AT_ONCE, READ_AT_ONCE])
async def test_whoever_sends_half_a_body_takes_no_place_of_xeros_for_long(
    parts: WebParts, heard: Looks, count: int
) -> None:
    """Nothing is known of them, and Xero turns a webhook off that does not answer."""
    webhook = WebhookParts({"default": KEY}, parts.companies, heard, heard.counted.append, read_seconds=0.3)
    server = WebServer(build_app(replace(parts, webhook=webhook)), host="127.0.0.1", port=0)
    await server.start()
    async with AsyncExitStack() as stack, calling_with(server.port) as xero:
        callers = [await stack.enter_async_context(calling(server.port)) for _ in range(count)]
        for caller in callers:
            caller.send(f"POST {WEBHOOK_PATH} HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{{".encode())
        async with asyncio.timeout(10):
            while await post(xero, body(event())) != 200:  # noqa: ASYNC110  # Only a call tells.
                await asyncio.sleep(0.01)
        assert {(await caller.answer()).status for caller in callers} == {408}
    assert heard.counted.count(WebhookResult.TOO_SLOW) == count
    await server.stop()
