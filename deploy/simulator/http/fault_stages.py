"""What each fault does at its stage."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from deploy.simulator.state import Fault, Request, SimulatorState, Stage
from deploy.simulator.wire import Delivery, JsonObject, Reply, json_codec, json_reply, plain, problem

Run = Callable[[], Awaitable[Reply]]
DAY_WAIT = 71_468
MINUTE_WAIT = 30
_HTML = "<!DOCTYPE html><html><head><title>Error</title></head><body><h1>Something went wrong</h1></body></html>"
_STUMBLED = (
    "An error occurred in Xero. Check the API Status page http://status.developer.xero.com for current service status."
)
_DELIVERIES: dict[str, Delivery] = {"apply_then_drop": "drop", "apply_then_reset": "reset", "cut_json": "cut"}
_LIMITS = {"day_limit": ("day", DAY_WAIT), "minute_429": ("minute", MINUTE_WAIT)}


def _take(state: SimulatorState, request: Request, stage: Stage) -> Fault | None:
    return state.faults.take(stage, request.operation, request.tenant, request.body)


def on_the_wire(state: SimulatorState, request: Request, client_id: str) -> Reply | None:
    """Faults that meet a call before anybody reads it."""
    fault = _take(state, request, "wire")
    if fault is None:
        return None
    if fault.kind == "revoked":
        state.tokens.disconnect(client_id, request.tenant)
        return None
    if fault.kind == "html_body":
        return _html(fault)
    return {
        "drop_before": Reply(0, delivery="drop"),
        "reset_before": Reply(0, delivery="reset"),
        "401": problem(401, "Unauthorized", fault.body or "AuthenticationUnsuccessful", state.ids.uuid()),
        "403": problem(403, "Forbidden", fault.body or "AuthenticationUnsuccessful", state.ids.uuid()),
        "invalid_grant": json_reply({"error": "invalid_grant"}, 400),
    }[fault.kind]


def at_the_limits(state: SimulatorState, request: Request) -> Reply | None:
    """A 429 as of a limit that was reached."""
    fault = _take(state, request, "limit")
    if fault is None:
        return None
    name, wait = _LIMITS.get(fault.kind, (fault.kind.removesuffix("_429"), None))
    return state.limits.breach(name, fault.retry_after if fault.retry_after is not None else wait)


async def in_execution(state: SimulatorState, request: Request, run: Run) -> Reply:
    """Run the call, or fail in its midst; what comes of it is what an idempotency key remembers."""
    fault = _take(state, request, "execution")
    if fault is None:
        return await run()
    if fault.kind in ("slow", "hold"):
        await _wait(fault)
        return await run()
    if fault.kind == "500_before":
        return _internal_error(state, fault)
    if fault.kind == "503_plain":
        _ = await run() if fault.apply else None
        return plain(503, fault.body or "The Organisation is offline")
    reply = await run()
    if fault.kind == "apply_then_500":
        return _internal_error(state, fault)
    return _without_fields(reply, fault.fields) if fault.fields else _without_element(reply, fault.element)


async def in_delivery(state: SimulatorState, request: Request, reply: Reply) -> Reply:
    """What happens to a reply on its way back."""
    fault = _take(state, request, "delivery")
    if fault is None:
        return reply
    if fault.kind == "html_body":
        return _html(fault)
    if fault.kind in ("slow", "hold"):
        await _wait(fault)
        return reply
    return replace(reply, delivery=_DELIVERIES[fault.kind])


async def _wait(fault: Fault) -> None:
    if fault.kind == "hold":
        await fault.released.wait()
    else:
        await asyncio.sleep(fault.seconds)


def _internal_error(state: SimulatorState, fault: Fault) -> Reply:
    """As recorded: a title and a detail, and no word on which element it was."""
    body: JsonObject = {"Title": "An error occurred", "Detail": fault.body or _STUMBLED, "Status": 500}
    return json_reply(body | {"Instance": state.ids.uuid()}, 500)


def _html(fault: Fault) -> Reply:
    return Reply(fault.status, (fault.body or _HTML).encode(), "text/html; charset=utf-8")


def _without_fields(reply: Reply, fields: Sequence[str]) -> Reply:
    """The reply whose elements lack these fields."""
    body = json_codec.loads(reply.body)
    for name, rows in body.items():
        if isinstance(rows, list):
            body[name] = [{key: value for key, value in row.items() if key not in fields} for row in rows]
    return replace(reply, body=json_codec.encode(body))


def _without_element(reply: Reply, position: int) -> Reply:
    """The reply with one element of its list left out."""
    body = json_codec.loads(reply.body)
    name = next((key for key, value in body.items() if isinstance(value, list)), None)
    if name is None or position >= len(body[name]):
        return reply
    body[name].pop(position)
    return replace(reply, body=json_codec.encode(body))
