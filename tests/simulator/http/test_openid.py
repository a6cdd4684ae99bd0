"""Signed tokens, and what a client needs to check them."""

import base64
from typing import Any

import aiohttp
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from yarl import URL

from deploy.simulator.wire import json_codec
from tests.simulator.client import Caller

RETURN_TO = "https://app.example/callback"


def decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


async def fetched(xero: Caller, path: str) -> Any:
    async with xero.session.get(f"{xero.base_url}{path}") as reply:
        return await reply.json()


async def verified(xero: Caller, token: str) -> Any:
    """What the token says, once the simulator's published key has confirmed its signature."""
    told = await fetched(xero, "/.well-known/openid-configuration")
    (key,) = (await fetched(xero, URL(told["jwks_uri"]).path))["keys"]
    modulus, exponent = (int.from_bytes(decoded(key[name]), "big") for name in ("n", "e"))
    head, body, signature = token.split(".")
    public = rsa.RSAPublicNumbers(exponent, modulus).public_key()
    public.verify(decoded(signature), f"{head}.{body}".encode(), padding.PKCS1v15(), hashes.SHA256())
    assert json_codec.loads(decoded(head))["kid"] == key["kid"]
    return json_codec.loads(decoded(body))


async def consented(xero: Caller, scope: str) -> Any:
    query = {"client_id": "demo-code-client", "redirect_uri": RETURN_TO, "scope": scope, "nonce": "once"}
    url = URL(f"{xero.base_url}/identity/connect/authorize").with_query(query)
    async with xero.session.get(url, allow_redirects=False) as reply:
        code = URL(reply.headers["Location"]).query["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": RETURN_TO}
    return await exchanged(xero, form)


async def exchanged(xero: Caller, form: dict[str, str]) -> Any:
    basic = {"Authorization": aiohttp.encode_basic_auth("demo-code-client", "demo-code-secret")}
    async with xero.session.post(f"{xero.base_url}/connect/token", data=form, headers=basic) as reply:
        return await reply.json()


async def test_an_access_token_is_a_jwt_of_its_app(xero: Caller) -> None:
    claims = await verified(xero, xero.token)
    assert (claims["client_id"], claims["exp"] - claims["nbf"]) == ("demo-client", 1800)
    assert "accounting.invoices" in claims["scope"]


async def test_an_id_token_names_the_user_the_app_and_the_simulator(xero: Caller) -> None:
    tokens = await consented(xero, "openid email offline_access accounting.invoices")
    claims = await verified(xero, tokens["id_token"])
    assert (claims["iss"], claims["aud"], claims["nonce"]) == (xero.base_url, "demo-code-client", "once")
    assert claims["email"] == "user@simulator.example"
    renewed = await exchanged(xero, {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]})
    assert "nonce" not in await verified(xero, renewed["id_token"])


async def test_who_does_not_ask_who_it_is_gets_no_id_token(xero: Caller) -> None:
    assert "id_token" not in await consented(xero, "accounting.invoices")


async def test_one_consent_is_one_event_of_all_its_connections(xero: Caller) -> None:
    event = (await verified(xero, xero.token))["authentication_event_id"]
    headers = {"Authorization": f"Bearer {xero.token}"}
    for asked, count in ((event, 2), ("another", 0)):
        async with xero.session.get(f"{xero.base_url}/connections?authEventId={asked}", headers=headers) as reply:
            assert len(await reply.json()) == count
