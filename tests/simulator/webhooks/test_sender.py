"""The simulator posts as Xero does, and takes no answer that Xero would not take."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from deploy.simulator.control.edits import edit
from deploy.simulator.control.webhooks import WebhookSender
from deploy.simulator.server import Simulator
from tests.simulator.client import BEEF

KEY = "the-key-of-a-webhook"


@pytest.fixture
def webhooks(simulator: Simulator) -> WebhookSender:
    """Of the running simulator."""
    return WebhookSender(simulator.state)


class App:
    """An app that checks signatures; `answer` makes its answer to a request that is signed."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.answer: Callable[[], web.StreamResponse] = web.Response

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        expected = base64.b64encode(hmac.new(KEY.encode(), body, hashlib.sha256).digest()).decode()
        if request.headers["x-xero-signature"] != expected:
            return web.Response(status=401)
        self.bodies.append(json.loads(body))
        return self.answer()

    @property
    def events(self) -> list[list[str]]:
        """The ids in each request that had events."""
        return [[event["resourceId"] for event in each["events"]] for each in self.bodies if each["events"]]


@asynccontextmanager
async def listening(app: App) -> AsyncIterator[str]:
    served = web.Application()
    served.router.add_post("/hook", app.handle)
    runner = web.AppRunner(served)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    finally:
        await runner.cleanup()


def invoices(simulator: Simulator, count: int) -> list[str]:
    """Make some invoices, as a person does; their ids, oldest first."""
    state, made = simulator.state, []
    contact = next(iter(state.organisations[BEEF].contacts.by_id))
    for number in range(count):
        state.clock.advance(1)
        row = {
            "Contact": {"ContactID": contact},
            "InvoiceNumber": f"W-{number}",
            "LineItems": [{"Description": "Beef", "Quantity": 1, "UnitAmount": 1}],
        }
        made.append(state.write_as_person(BEEF, "invoice", row).document_id)
    return made


async def test_an_app_is_asked_for_its_intent_to_receive(webhooks: WebhookSender) -> None:
    app = App()
    async with listening(app) as url:
        answers = await webhooks.subscribe(url, KEY)
    assert [(each.status, each.fault) for each in answers] == [(200, ""), (401, ""), (401, ""), (200, "")]
    assert {(tuple(each["events"]), each["firstEventSequence"]) for each in app.bodies} == {((), 0)}
    assert webhooks.webhook is not None
    assert webhooks.webhook.is_active


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (lambda: web.Response(status=204), "204"),
        (lambda: web.Response(text="ok"), "a body"),
        (lambda: web.Response(headers={"Set-Cookie": "a=b"}), "a cookie"),
    ],
)
async def test_an_answer_that_xero_would_not_take_is_not_taken(
    webhooks: WebhookSender, answer: Callable[[], web.StreamResponse], fault: str
) -> None:
    app = App()
    app.answer = answer
    async with listening(app) as url:
        answers = await webhooks.subscribe(url, KEY)
        assert fault in answers[0].fault
        with pytest.raises(ValueError, match="intent"):
            await webhooks.deliver()


async def test_what_happened_is_posted_as_it_was_told_to(simulator: Simulator, webhooks: WebhookSender) -> None:
    app = App()
    async with listening(app) as url:
        await webhooks.subscribe(url, KEY)
        first, second, third = invoices(simulator, 3)
        answers = await webhooks.deliver(at_once=2, copies=2, backwards=True)
        assert app.events == [[third], [third], [first, second], [first, second]]
        assert [each.events for each in answers] == [1, 1, 2, 2]
        assert [each["firstEventSequence"] for each in app.bodies if each["events"]] == [3, 3, 1, 1]
        assert await webhooks.deliver() == []
        edit(simulator.state, BEEF, "invoice", second, {"status": "DELETED"})
        await webhooks.deliver()
        event = app.bodies[-1]["events"][0]
        assert (event["resourceId"], event["eventType"], event["eventCategory"]) == (second, "UPDATE", "INVOICE")
        assert event["tenantId"] == BEEF


async def test_what_is_not_taken_is_posted_again_a_few_times(simulator: Simulator, webhooks: WebhookSender) -> None:
    app = App()
    async with listening(app) as url:
        await webhooks.subscribe(url, KEY)
        (made,) = invoices(simulator, 1)
        assert [each.fault for each in await webhooks.deliver(lost_answers=1)] == ["", ""]
        app.answer = lambda: web.Response(status=503)
        edit(simulator.state, BEEF, "invoice", made, {"status": "DELETED"})
        assert len(await webhooks.deliver()) == 5
        with pytest.raises(ValueError, match="intent"):
            await webhooks.deliver()


async def test_it_is_driven_over_http_too(simulator: Simulator) -> None:
    app = App()
    async with listening(app) as url, aiohttp.ClientSession(f"{simulator.base_url}/_sim/") as control:
        async with control.post("webhooks", json={"url": url, "key": KEY}) as reply:
            assert (await reply.json())["active"]
        (made,) = invoices(simulator, 1)
        async with control.post("webhooks/deliver", json={"copies": 2}) as reply:
            assert [each["status"] for each in (await reply.json())["deliveries"]] == [200, 200]
        assert app.events == [[made], [made]]
        async with control.post("webhooks/deliver", json={"pigeons": 2}) as reply:
            assert reply.status == 422
