"""The Accounting API: who may call, how often, and which function answers."""

import asyncio
from urllib.parse import unquote

from deploy.simulator.http import fault_stages
from deploy.simulator.http.handlers import HANDLERS, SCOPES, spelt
from deploy.simulator.state import Access, Call, Request, SimulatorState, operation
from deploy.simulator.wire import Refusal, Reply, not_found, problem

PREFIX = "/api.xro/2.0/"
LONGEST_QUERY = 2048


async def answer(state: SimulatorState, request: Request) -> Reply:
    """The reply to one call below `/api.xro/2.0/`. Raises `Refusal`."""
    segments = spelt(tuple(unquote(part) for part in request.path[len(PREFIX) :].split("/") if part))
    if not segments:
        raise not_found()
    request.operation = operation(request.method, segments)
    access = bearer(state, request)
    request.client_id = access.client_id if access else ""
    request.tenant = request.headers.get("xero-tenant-id") or _only_tenant(state, request.client_id)
    met = fault_stages.on_the_wire(state, request, request.client_id)
    if met:
        return met
    call = _authorised(state, request, access, segments)
    return await _within_limits(state, call)


def bearer(state: SimulatorState, request: Request) -> Access | None:
    """The live access token of the call's `Authorization` header."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return state.tokens.access(token, state.clock.now()) if scheme.lower() == "bearer" else None


def _only_tenant(state: SimulatorState, client_id: str) -> str:
    """A custom connection belongs to one organisation and need not name it (Xero's page on client credentials)."""
    app = state.tokens.apps.get(client_id)
    own = state.tokens.of_client(client_id)
    alone = app is not None and app.custom_connection and len(own) == 1
    return own[0].tenant_id if alone and state.switches.custom_connection_tenant == "optional" else ""


def unauthorised(state: SimulatorState) -> Refusal:
    return Refusal(problem(401, "Unauthorized", "AuthenticationUnsuccessful", state.ids.uuid()))


def _authorised(state: SimulatorState, request: Request, access: Access | None, segments: tuple[str, ...]) -> Call:
    if access is None:
        raise unauthorised(state)
    organisation = state.organisations.get(request.tenant)
    if organisation is None or not state.tokens.connected(access.client_id, request.tenant):
        raise Refusal(problem(403, "Forbidden", "AuthenticationUnsuccessful", state.ids.uuid()))
    if not _in_scope(access, request.method, segments):
        refused = problem(401, "Unauthorized", "AuthorizationUnsuccessful", state.ids.uuid())
        raise Refusal(refused.with_headers({"WWW-Authenticate": "insufficent_scope"}))
    return Call(request, organisation, access.client_id, segments)


def _in_scope(access: Access, method: str, segments: tuple[str, ...]) -> bool:
    attaches = segments[2:3] == ("Attachments",)
    scopes = ("accounting.attachments",) if attaches else SCOPES.get(segments[0], ("accounting.settings",))
    readable = {f"{scope}.read" for scope in scopes} if method == "GET" else set()
    return bool(access.scopes & (readable | set(scopes)))


async def _within_limits(state: SimulatorState, call: Call) -> Reply:
    """Limits come first: what they refuse is neither executed nor remembered under a key."""
    request, tenant = call.request, call.organisation.tenant_id
    limits = state.limits  # A reset while the call runs replaces them.
    refused = fault_stages.at_the_limits(state, request)
    refused = refused or limits.admit(call.client_id, tenant, state.clock.now())
    if refused is None:
        try:
            reply = await fault_stages.in_delivery(state, request, await _executed(state, call))
        finally:
            limits.release(call.client_id, tenant)
    else:
        reply = refused
    if not state.switches.limit_headers:
        return reply
    return reply.with_headers(limits.headers(call.client_id, tenant, state.clock.now()))


async def _executed(state: SimulatorState, call: Call) -> Reply:
    async def run() -> Reply:
        return await fault_stages.in_execution(state, call.request, handle)

    async def handle() -> Reply:
        if state.switches.latency_seconds:
            await asyncio.sleep(state.switches.latency_seconds)
        try:
            return _handled(state, call)
        except Refusal as refusal:
            return refusal.reply

    token = call.request.headers.get("authorization", "")
    scope = call.client_id if state.switches.key_scope == "app" else token
    try:
        _check_form(state, call)
        return await state.idempotency.once(
            scope, call.request, state.clock.now(), run, cache_503=state.switches.cache_503
        )
    except Refusal as refusal:
        return refusal.reply


def _check_form(state: SimulatorState, call: Call) -> None:
    """Without `Accept: application/json` Xero speaks XML, which no caller of this simulator wants."""
    accept = call.request.headers.get("accept", "")
    sends_file = call.segments[2:3] == ("Attachments",)
    if "json" not in accept and not sends_file:
        state.counts.not_json_accepted += 1
        xml = (
            b'<?xml version="1.0"?><ApiException><Message>Accept: application/json is missing</Message></ApiException>'
        )
        raise Refusal(Reply(406, xml, "text/xml; charset=utf-8"))
    sent_type = call.request.headers.get("content-type", "")
    if not sends_file and call.body and ("xml" in sent_type or call.body.lstrip().startswith(b"<")):
        raise Refusal(_unsupported(state))
    if len(call.request.query_string) > LONGEST_QUERY:
        raise not_found()


def _unsupported(state: SimulatorState) -> Reply:
    """Xero itself reads XML too; who sends it here is told so instead of being misunderstood."""
    words = "This simulator reads JSON only. Send the body as JSON, with Content-Type: application/json."
    return problem(415, "UnsupportedMediaType", words, state.ids.uuid())


def _handled(state: SimulatorState, call: Call) -> Reply:
    handler = HANDLERS.get(call.request.operation)
    if handler is None:
        known = any(name.split()[1].split("/")[0] == call.segments[0] for name in HANDLERS)
        raise Refusal(Reply(405 if known else 404, content_type="text/html; charset=utf-8"))
    return handler(state, call)
