"""Tokens, consents and connections."""

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import pytest

from deploy.simulator.state.tokens import challenge
from tests.simulator.client import BEEF, SECRET, Caller, invoice

CODE_CLIENT, CODE_SECRET = "demo-code-client", "demo-code-secret"
REDIRECT = "http://127.0.0.1:8765/callback"
VERIFIER = "a-verifier-of-at-least-forty-three-characters-length"


async def token(xero: Caller, client_id: str = "demo-client", secret: str = SECRET, **form: str) -> tuple[int, Any]:
    headers = {"Authorization": aiohttp.encode_basic_auth(client_id, secret)}
    async with xero.session.post(f"{xero.base_url}/connect/token", data=form, headers=headers) as reply:
        return reply.status, await reply.json()


async def consent(xero: Caller, **changes: str) -> dict[str, list[str]]:
    """What the redirect back to us carries."""
    query = {"response_type": "code", "client_id": CODE_CLIENT, "redirect_uri": REDIRECT, "state": "s 1"}
    query |= {"scope": "accounting.invoices accounting.settings.read offline_access"}
    query |= {"code_challenge": challenge(VERIFIER), "code_challenge_method": "S256", **changes}
    url = f"{xero.base_url}/identity/connect/authorize?{urlencode(query)}"
    async with xero.session.get(url, allow_redirects=False) as reply:
        assert reply.status == 302
        assert reply.headers["Location"].startswith(REDIRECT)
        return parse_qs(urlsplit(reply.headers["Location"]).query)


async def redeem(xero: Caller, code: str, verifier: str = VERIFIER, redirect: str = REDIRECT) -> tuple[int, Any]:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect, "code_verifier": verifier}
    return await token(xero, CODE_CLIENT, CODE_SECRET, **form)


async def refresh(xero: Caller, text: str) -> tuple[int, Any]:
    return await token(xero, CODE_CLIENT, CODE_SECRET, grant_type="refresh_token", refresh_token=text)


async def consented(xero: Caller) -> Any:
    status, issued = await redeem(xero, (await consent(xero))["code"][0])
    assert status == 200
    return issued


async def test_a_custom_connection_gets_a_token_of_thirty_minutes_and_none_to_refresh(xero: Caller) -> None:
    status, issued = await token(xero, grant_type="client_credentials", scope="accounting.invoices")
    assert (status, issued["expires_in"], issued["scope"]) == (200, 1800, "accounting.invoices")
    assert "refresh_token" not in issued


async def test_credentials_may_stand_in_the_form(xero: Caller) -> None:
    form = {"grant_type": "client_credentials", "client_id": "demo-client", "client_secret": SECRET}
    async with xero.session.post(f"{xero.base_url}/connect/token", data=form) as reply:
        assert reply.status == 200


@pytest.mark.parametrize(
    ("secret", "form", "status", "error"),
    [
        ("wrong", {"grant_type": "client_credentials"}, 401, "invalid_client"),
        (SECRET, {"grant_type": "client_credentials", "scope": "accounting.transactions"}, 400, "invalid_scope"),
        (SECRET, {"grant_type": "password"}, 400, "unsupported_grant_type"),
        (SECRET, {"grant_type": "refresh_token", "refresh_token": "x"}, 400, "invalid_grant"),
    ],
)
async def test_what_the_token_endpoint_refuses(
    xero: Caller, secret: str, form: dict[str, str], status: int, error: str
) -> None:
    assert await token(xero, secret=secret, **form) == (status, {"error": error})


async def test_an_access_token_ends_after_thirty_minutes(xero: Caller) -> None:
    await xero.control("POST", "clock", {"advance": 1799})
    assert (await xero.get("Organisation")).status == 200
    await xero.control("POST", "clock", {"advance": 1})
    answer = await xero.get("Organisation")
    assert (answer.status, answer.json["Title"], answer.json["Detail"]) == (
        401,
        "Unauthorized",
        "AuthenticationUnsuccessful",
    )


async def test_a_token_opens_only_what_its_scopes_name(xero: Caller) -> None:
    _, issued = await token(xero, grant_type="client_credentials", scope="accounting.invoices.read")
    xero.token = issued["access_token"]
    assert (await xero.get("Invoices")).status == 200
    for answer in (await xero.get("Contacts"), await xero.put_invoices(invoice("INV-1"))):
        assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "insufficent_scope")


@pytest.mark.parametrize("tenant", ["", "11111111-0c0b-4a0c-9d57-6f2f35b60a01"])
async def test_an_organisation_that_is_not_connected_is_forbidden(xero: Caller, tenant: str) -> None:
    xero.tenant = tenant
    assert (await xero.call("GET", "Organisation", checked=False)).status == 403


async def test_connections_are_listed_and_ended_by_id(xero: Caller) -> None:
    headers = {"Authorization": f"Bearer {xero.token}"}
    async with xero.session.get(f"{xero.base_url}/connections", headers=headers) as reply:
        listed = await reply.json()
    assert (listed[0]["tenantName"], listed[0]["tenantType"]) == ("Southern Beef Exports", "ORGANISATION")
    async with xero.session.delete(f"{xero.base_url}/connections/{listed[0]['id']}", headers=headers) as reply:
        assert reply.status == 204
    assert (await xero.get("Organisation")).status == 403


async def test_a_consent_leads_to_tokens_and_a_connection(xero: Caller) -> None:
    back = await consent(xero)
    assert back["state"] == ["s 1"]
    status, issued = await redeem(xero, back["code"][0])
    assert (status, issued["token_type"]) == (200, "Bearer")
    xero.token, xero.tenant = issued["access_token"], BEEF
    assert (await xero.get("Organisation")).status == 200


async def test_a_code_works_once_with_its_verifier_and_address_for_five_minutes(xero: Caller) -> None:
    for attempt in ({"verifier": "another"}, {"redirect": "http://127.0.0.1:1/other"}):
        code = (await consent(xero))["code"][0]
        assert await redeem(xero, code, **attempt) == (400, {"error": "invalid_grant"})
        assert await redeem(xero, code) == (400, {"error": "invalid_grant"}), "a code that was tried is spent"
    code = (await consent(xero))["code"][0]
    await xero.control("POST", "clock", {"advance": 300})
    assert await redeem(xero, code) == (400, {"error": "invalid_grant"})


async def test_a_person_may_refuse(xero: Caller) -> None:
    await xero.control("POST", "switches", {"consent": "deny"})
    assert (await consent(xero))["error"] == ["access_denied"]


async def test_a_broad_scope_is_no_longer_known(xero: Caller) -> None:
    assert (await consent(xero, scope="accounting.transactions"))["error"] == ["invalid_scope"]


async def test_a_refresh_token_rotates_and_answers_again_for_thirty_minutes(xero: Caller) -> None:
    first = (await consented(xero))["refresh_token"]
    _, second = await refresh(xero, first)
    assert second["refresh_token"] != first
    await xero.control("POST", "clock", {"advance": 1800})
    status, again = await refresh(xero, first)
    assert (status, again["refresh_token"] not in (first, second["refresh_token"])) == (200, True)
    await xero.control("POST", "clock", {"advance": 1})
    assert await refresh(xero, first) == (400, {"error": "invalid_grant"})
    assert (await refresh(xero, second["refresh_token"]))[0] == 200


async def test_a_refresh_whose_reply_is_lost_can_be_repeated(xero: Caller) -> None:
    first = (await consented(xero))["refresh_token"]
    await xero.control("POST", "faults", {"operation": "POST token", "kind": "apply_then_drop"})
    with pytest.raises(aiohttp.ClientError):
        await refresh(xero, first)
    assert (await refresh(xero, first))[0] == 200


async def test_a_refresh_token_lives_sixty_days(xero: Caller) -> None:
    first = (await consented(xero))["refresh_token"]
    await xero.control("POST", "clock", {"advance": 60 * 86_400})
    assert await refresh(xero, first) == (400, {"error": "invalid_grant"})


async def test_a_withdrawn_consent_ends_tokens_and_connections(xero: Caller) -> None:
    issued = await consented(xero)
    await xero.control("POST", "connections", {"client_id": CODE_CLIENT, "action": "revoke"})
    assert await refresh(xero, issued["refresh_token"]) == (400, {"error": "invalid_grant"})
    xero.token = issued["access_token"]
    assert (await xero.get("Organisation")).status == 401


async def test_revocation_by_the_app_does_the_same(xero: Caller) -> None:
    issued = await consented(xero)
    headers = {"Authorization": aiohttp.encode_basic_auth(CODE_CLIENT, CODE_SECRET)}
    form = {"token": issued["refresh_token"]}
    async with xero.session.post(f"{xero.base_url}/connect/revocation", data=form, headers=headers) as reply:
        assert reply.status == 200
    assert await refresh(xero, issued["refresh_token"]) == (400, {"error": "invalid_grant"})


async def test_an_app_for_consents_gets_nothing_for_its_credentials_alone(xero: Caller) -> None:
    refused = await token(xero, CODE_CLIENT, CODE_SECRET, grant_type="client_credentials")
    assert refused == (400, {"error": "unauthorized_client"})
