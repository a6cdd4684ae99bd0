"""A person's consent, without a browser and without the command: what a bench begins with, in milliseconds."""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
from pydantic import SecretStr

from config.settings import Settings
from deploy.simulator import Simulator
from xero_client.auth.newest_seen import NewestSeen
from xero_client.auth.refresh import consent_of
from xero_client.auth.token_endpoint import TokenReply
from xero_client.auth.token_store import ConsentStore


async def sign_in(simulator: Simulator, environ: Mapping[str, str], key: SecretStr) -> None:
    """Ask for a code as Xero's page gives it, redeem it, and keep the tokens where the worker of `environ` looks."""
    settings = Settings.load(environ)
    client = settings.xero.credentials()["default"]
    redirect = environ["SHIPLEDGER_XERO__REDIRECT_URI"]
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    query = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": redirect,
        "scope": " ".join((*settings.xero.scopes_of(client), "offline_access")),
        "state": "a-state",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    async with aiohttp.ClientSession() as person:
        page = f"{simulator.base_url}/identity/connect/authorize?{urlencode(query)}"
        async with person.get(page, allow_redirects=False) as reply:
            (code,) = parse_qs(urlsplit(reply.headers["Location"]).query)["code"]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect, "code_verifier": verifier}
        form |= {"client_id": client.client_id, "client_secret": client.client_secret.get_secret_value()}
        async with person.post(simulator.token_url, data=form) as reply:
            given = await reply.json()
    told = TokenReply(SecretStr(given["access_token"]), given["expires_in"], SecretStr(given["refresh_token"]))
    file, seen = settings.consent_file("default"), settings.consent_seen_file("default")
    for folder in (file.parent, seen.parent):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    ConsentStore(file, key, "default", NewestSeen(seen)).write(consent_of(told, datetime.now(UTC), None))
