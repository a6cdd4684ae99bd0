"""OAuth 2.0: authorise, token, revocation; and the list of connections."""

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import parse_qsl, unquote_plus, urlencode

from deploy.simulator.http import accounting_api, fault_stages
from deploy.simulator.http.login import openid
from deploy.simulator.seed import AppSeed
from deploy.simulator.state import (
    CODE_LIFE,
    Code,
    Connection,
    Issued,
    OAuthError,
    Request,
    SimulatorState,
    base_url,
)
from deploy.simulator.wire import JsonObject, Refusal, Reply, json_reply, not_found, plain


async def token(state: SimulatorState, request: Request) -> Reply:
    """POST /connect/token: client_credentials, authorization_code or refresh_token."""
    request.operation = "POST token"
    form = dict(parse_qsl(request.body.decode(errors="replace")))

    async def run() -> Reply:
        try:
            return _issued(state, request, _grant(state, request, form))
        except OAuthError as error:
            return json_reply({"error": error.code}, error.status)

    return await _served(state, request, run)


async def revocation(state: SimulatorState, request: Request) -> Reply:
    """POST /connect/revocation: ends a refresh token and with it the app's connections (RFC 7009)."""
    request.operation = "POST revocation"
    form = dict(parse_qsl(request.body.decode(errors="replace")))

    async def run() -> Reply:
        try:
            app = _client(state, request, form)
        except OAuthError as error:
            return json_reply({"error": error.code}, error.status)
        state.tokens.revoke_token(app.client_id, form.get("token", ""))
        return Reply(200)

    return await _served(state, request, run)


async def authorize(state: SimulatorState, request: Request) -> Reply:
    """GET /identity/connect/authorize: consents by itself (or refuses, by a switch) and redirects."""
    request.operation = "GET authorize"
    query = request.query
    app = state.tokens.apps.get(query.get("client_id", ""))
    address = query.get("redirect_uri", "")
    if app is None or not address or (app.redirect_uris and address not in app.redirect_uris):
        return plain(400, "Unknown client or redirect_uri")
    return Reply(302, headers={"Location": f"{address}?{urlencode(_consent(state, app, query))}"})


async def connections(state: SimulatorState, request: Request) -> Reply:
    """GET /connections and DELETE /connections/{id}, for the app of the token."""
    request.operation = f"{request.method} connections"

    async def run() -> Reply:
        access = accounting_api.bearer(state, request)
        if access is None:
            raise accounting_api.unauthorised(state)
        request.client_id = access.client_id
        event = request.query.get("authEventId")
        own = [each for each in state.tokens.of_client(access.client_id) if event in (None, each.event_id)]
        if request.method == "GET":
            return json_reply([_connection(state, each) for each in own])
        named = request.path.rpartition("/")[2]
        if named not in {each.connection_id for each in own}:
            raise not_found()
        del state.tokens.connections[named]
        return Reply(204)

    return await _served(state, request, run)


async def _served(state: SimulatorState, request: Request, run: fault_stages.Run) -> Reply:
    """OAuth calls meet faults, but neither limits nor idempotency keys."""
    met = fault_stages.on_the_wire(state, request, request.client_id)
    if met:
        return met
    try:
        reply = await fault_stages.in_execution(state, request, run)
    except Refusal as refusal:
        reply = refusal.reply
    return await fault_stages.in_delivery(state, request, reply)


def _grant(state: SimulatorState, request: Request, form: Mapping[str, str]) -> Issued:
    app = _client(state, request, form)
    request.client_id = app.client_id
    now, grant = state.clock.now(), form.get("grant_type")
    if grant == "client_credentials":
        if not app.custom_connection:
            raise OAuthError("unauthorized_client")
        scopes = state.tokens.scopes(app, form.get("scope", ""))
        return state.tokens.issue(app.client_id, scopes, now, refreshable=False)
    if grant == "refresh_token":
        return state.tokens.refresh(app.client_id, form.get("refresh_token", ""), now)
    if grant == "authorization_code":
        code, address = form.get("code", ""), form.get("redirect_uri", "")
        return state.tokens.redeem(app.client_id, code, address, form.get("code_verifier", ""), now)
    raise OAuthError("unsupported_grant_type")


def _client(state: SimulatorState, request: Request, form: Mapping[str, str]) -> AppSeed:
    """HTTP Basic, or credentials in the form."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return state.tokens.authenticate(form.get("client_id", ""), form.get("client_secret", ""))
    try:
        name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise OAuthError("invalid_client", 401) from None
    return state.tokens.authenticate(unquote_plus(name), unquote_plus(secret))


def _issued(state: SimulatorState, request: Request, issued: Issued) -> Reply:
    body: JsonObject = {"access_token": issued.access.token, "expires_in": 1800, "token_type": "Bearer"}
    body |= {"scope": " ".join(sorted(issued.access.scopes))}
    if issued.refresh_token:
        body["refresh_token"] = issued.refresh_token
    if "openid" in issued.access.scopes and issued.by_consent:
        access, now = issued.access, state.clock.now()
        body["id_token"] = openid.id_token(base_url(request), access.client_id, access.token, now, issued.nonce)
    return json_reply(body).with_headers({"Cache-Control": "no-store"})


def _consent(state: SimulatorState, app: AppSeed, query: Mapping[str, str]) -> dict[str, str]:
    echoed = {"state": query["state"]} if "state" in query else {}
    if state.switches.consent == "deny":
        return {"error": "access_denied"} | echoed
    if query.get("code_challenge") and query.get("code_challenge_method") != "S256":
        return {"error": "invalid_request"} | echoed
    try:
        scopes = state.tokens.scopes(app, query.get("scope", ""))
    except OAuthError as error:
        return {"error": error.code} | echoed
    expires_at = state.clock.now() + CODE_LIFE
    challenge, nonce = query.get("code_challenge", ""), query.get("nonce", "")
    code = Code(app.client_id, scopes, query["redirect_uri"], challenge, expires_at, nonce)
    return {"code": state.tokens.grant_code(code)} | echoed


def _connection(state: SimulatorState, each: Connection) -> JsonObject:
    name = state.organisations[each.tenant_id].name
    row = {"id": each.connection_id, "authEventId": each.event_id, "tenantId": each.tenant_id}
    row |= {"tenantType": "ORGANISATION", "tenantName": name}
    return row | {"createdDateUtc": _stamp(each.created_at), "updatedDateUtc": _stamp(each.created_at)}


def _stamp(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%S.%f}0"
