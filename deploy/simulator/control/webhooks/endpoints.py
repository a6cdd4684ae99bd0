"""The control interface of webhooks: subscribe an address, and have what happened posted to it."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from deploy.simulator.control.webhooks.sender import WebhookSender
from deploy.simulator.wire import JsonObject, json_codec

_Run = Callable[[WebhookSender, JsonObject], Awaitable[list[Any]]]


def webhook_routes(sender: WebhookSender) -> list[web.RouteDef]:
    """`POST /_sim/webhooks` `{url, key}` and `POST /_sim/webhooks/deliver`, with the arguments of `deliver`."""
    return [
        web.post("/_sim/webhooks", _handler(sender, lambda each, body: each.subscribe(body["url"], body["key"]))),
        web.post("/_sim/webhooks/deliver", _handler(sender, lambda each, body: each.deliver(**body))),
    ]


def _handler(sender: WebhookSender, run: _Run) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        body = await request.read()
        try:
            answers = await run(sender, json_codec.loads(body) if body else {})
            value: Any = {
                "active": sender.webhook is not None and sender.webhook.is_active,
                "deliveries": [each.as_json() for each in answers],
            }
            status = 200
        except (ValueError, KeyError, TypeError) as error:
            value, status = {"error": f"{type(error).__name__}: {error}"}, 422
        return web.Response(body=json_codec.encode(value), status=status, content_type="application/json")

    return handle
