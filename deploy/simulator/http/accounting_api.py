"""The Accounting API: who may call, how often, and which function answers."""

import asyncio
from collections.abc import Callable
from urllib.parse import unquote

from deploy.simulator.http import document_lists, fault_stages, history_and_attachments, master_data_lists
from deploy.simulator.http.writes import write_many, write_one
from deploy.simulator.rules import INVOICE_SHAPE, QUOTE_SHAPE, write_invoice, write_quote
from deploy.simulator.state import Access, Call, Request, SimulatorState, operation
from deploy.simulator.wire import Refusal, Reply, not_found, problem

PREFIX = "/api.xro/2.0/"
LONGEST_QUERY = 2048
Handler = Callable[[SimulatorState, Call], Reply]
_HANDLERS: dict[str, Handler] = {
    "PUT Invoices": lambda state, call: write_many(state, call, INVOICE_SHAPE, write_invoice, "put"),
    "POST Invoices": lambda state, call: write_many(state, call, INVOICE_SHAPE, write_invoice, "post"),
    "POST Invoices/id": lambda state, call: write_one(state, call, INVOICE_SHAPE, write_invoice),
    "GET Invoices": document_lists.invoices,
    "GET Invoices/id": document_lists.invoice,
    "PUT Quotes": lambda state, call: write_many(state, call, QUOTE_SHAPE, write_quote, "put"),
    "POST Quotes": lambda state, call: write_many(state, call, QUOTE_SHAPE, write_quote, "post"),
    "POST Quotes/id": lambda state, call: write_one(state, call, QUOTE_SHAPE, write_quote),
    "GET Quotes": document_lists.quotes,
    "GET Quotes/id": document_lists.quote,
    "GET Contacts": master_data_lists.contacts,
    "GET Contacts/id": master_data_lists.contact,
    "GET Items": master_data_lists.items,
    "GET Items/id": master_data_lists.item,
    "GET Organisation": master_data_lists.organisation,
    "GET Organisation/Actions": master_data_lists.actions,
    "GET Currencies": master_data_lists.currencies,
    "GET Accounts": master_data_lists.accounts,
    "GET TaxRates": master_data_lists.tax_rates,
    "GET TrackingCategories": master_data_lists.tracking_categories,
    "GET BrandingThemes": master_data_lists.branding_themes,
    "GET Invoices/id/History": lambda state, call: history_and_attachments.history(state, call, "invoice"),
    "PUT Invoices/id/History": lambda state, call: history_and_attachments.add_notes(state, call, "invoice"),
    "GET Quotes/id/History": lambda state, call: history_and_attachments.history(state, call, "quote"),
    "PUT Quotes/id/History": lambda state, call: history_and_attachments.add_notes(state, call, "quote"),
    "GET Invoices/id/Attachments": lambda state, call: history_and_attachments.attachments(state, call, "invoice"),
    "PUT Invoices/id/Attachments": lambda state, call: history_and_attachments.attach(state, call, "invoice"),
    "POST Invoices/id/Attachments": lambda state, call: history_and_attachments.attach(state, call, "invoice"),
    "GET Quotes/id/Attachments": lambda state, call: history_and_attachments.attachments(state, call, "quote"),
    "PUT Quotes/id/Attachments": lambda state, call: history_and_attachments.attach(state, call, "quote"),
    "POST Quotes/id/Attachments": lambda state, call: history_and_attachments.attach(state, call, "quote"),
}
_SCOPES = {
    "Invoices": ("accounting.invoices",),
    "Quotes": ("accounting.invoices",),
    "Contacts": ("accounting.contacts",),
    "Items": ("accounting.settings", "accounting.invoices"),
}


async def answer(state: SimulatorState, request: Request) -> Reply:
    """The reply to one call below `/api.xro/2.0/`. Raises `Refusal`."""
    segments = tuple(unquote(part) for part in request.path.removeprefix(PREFIX).split("/") if part)
    if not segments:
        raise not_found()
    request.operation = operation(request.method, segments)
    request.tenant = request.headers.get("xero-tenant-id", "")
    access = bearer(state, request)
    request.client_id = access.client_id if access else ""
    met = fault_stages.on_the_wire(state, request, request.client_id)
    if met:
        return met
    call = _authorised(state, request, access, segments)
    return await _within_limits(state, call)


def bearer(state: SimulatorState, request: Request) -> Access | None:
    """The live access token of the call's `Authorization` header."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return state.tokens.access(token, state.clock.now()) if scheme.lower() == "bearer" else None


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
    scopes = ("accounting.attachments",) if attaches else _SCOPES.get(segments[0], ("accounting.settings",))
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
    if len(call.request.query_string) > LONGEST_QUERY:
        raise not_found()


def _handled(state: SimulatorState, call: Call) -> Reply:
    handler = _HANDLERS.get(call.request.operation)
    if handler is None:
        known = any(name.split()[1].split("/")[0] == call.segments[0] for name in _HANDLERS)
        raise Refusal(Reply(405 if known else 404, content_type="text/html; charset=utf-8"))
    return handler(state, call)
