"""Asking a person for consent (RFC 6749 section 4.1, PKCE: RFC 7636): the address to open, and where the answer comes.

Xero sends the browser back to a loopback address, at which we listen (RFC 8252, section 7.3).
"""

import asyncio
import base64
import hashlib
import hmac
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode, urlsplit

from aiohttp import web
from pydantic import SecretStr

from xero_client.auth.refresh import consent_of
from xero_client.auth.token_endpoint import ClientCredentials, TokenEndpoint
from xero_client.auth.token_store import StoredConsent
from xero_client.collaborators import UtcClock
from xero_client.errors import DisconnectedError
from xero_client.vocabulary import BROAD_SCOPES_ADVICE, SCOPES

AUTHORISE_URL = "https://login.xero.com/identity/connect/authorize"
OFFLINE = "offline_access"
"""Without it there is no refresh token, and the consent lasts half an hour."""
SECRET_BYTES = 32

THANKS = "Xero has answered. This window may be closed; go back to the terminal."
NOT_OURS = "This answer does not belong to the question that was asked; nothing was changed."


@dataclass(frozen=True, slots=True)
class ConsentRequest:
    """One question to one person. `state` ties the answer to it, `verifier` the code to whoever asked."""

    redirect_uri: str
    state: str
    verifier: SecretStr

    @classmethod
    def new(cls, redirect_uri: str, random_bytes: Callable[[int], bytes]) -> Self:
        """A question that nobody can guess; `random_bytes` such as `secrets.token_bytes`."""
        return cls(redirect_uri, _text(random_bytes(SECRET_BYTES)), SecretStr(_text(random_bytes(SECRET_BYTES))))

    def address(self, client_id: str, authorise_url: str = AUTHORISE_URL, scopes: Sequence[str] = SCOPES) -> str:
        """What the person opens in a browser."""
        query = {
            "response_type": "code",
            "client_id": client_id,
            "redirect_uri": self.redirect_uri,
            "scope": " ".join(dict.fromkeys((*scopes, OFFLINE))),
            "state": self.state,
            "code_challenge": challenge_of(self.verifier.get_secret_value()),
            "code_challenge_method": "S256",
        }
        return f"{authorise_url}?{urlencode(query)}"

    def is_answered_by(self, query: Mapping[str, str]) -> bool:
        """Whether a redirect's query belongs to this question."""
        return hmac.compare_digest(query.get("state", "").encode(), self.state.encode())

    def code_in(self, query: Mapping[str, str]) -> SecretStr:
        """The authorisation code of the answer. Raises DisconnectedError where the person, or Xero, said no."""
        code = query.get("code", "")
        if not code or query.get("error"):
            reason = query.get("error", "")
            shown = reason if re.fullmatch(r"[a-z_]{1,40}", reason) else "no code"
            advice = f"; {BROAD_SCOPES_ADVICE}; then" if shown == "invalid_scope" else ";"
            raise DisconnectedError(f"Xero gave no consent ({shown}){advice} run `shipledger connect` again")
        return SecretStr(code)


async def redeemed(
    request: ConsentRequest, code: SecretStr, client: ClientCredentials, endpoint: TokenEndpoint, utc: UtcClock
) -> StoredConsent:
    """The tokens for a code, which lives five minutes and works once. Raises as `TokenEndpoint.ask`."""
    form = {
        "grant_type": "authorization_code",
        "code": code.get_secret_value(),
        "redirect_uri": request.redirect_uri,
        "code_verifier": request.verifier.get_secret_value(),
    }
    return consent_of(await endpoint.ask(client, form), utc(), None)


class RedirectListener:
    """Waits for the one answer to a question. Any other request is answered that it does not belong here."""

    def __init__(self, request: ConsentRequest) -> None:
        self._request = request
        self._answer: asyncio.Future[Mapping[str, str]] = asyncio.get_running_loop().create_future()

    async def answer(self) -> Mapping[str, str]:
        """The query of the redirect; bound the wait with `asyncio.timeout`."""
        return await self._answer

    async def serve(self, request: web.Request) -> web.Response:
        """One request of a browser."""
        query = dict(request.query)
        if not self._request.is_answered_by(query):
            return web.Response(status=400, text=NOT_OURS)
        if not self._answer.done():
            self._answer.set_result(query)
        return web.Response(text=THANKS, headers={"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"})


@asynccontextmanager
async def listening(request: ConsentRequest) -> AsyncIterator[RedirectListener]:
    """Listen at the question's redirect address for the block. Raises ValueError unless it is http on loopback.

    The address must be registered with the app at developer.xero.com, such as http://localhost:8765/callback.
    """
    parts = urlsplit(request.redirect_uri)
    if parts.scheme != "http" or parts.hostname not in {"localhost", "127.0.0.1"} or parts.port is None:
        raise ValueError(f"{request.redirect_uri} is not http on localhost with a port")
    listener = RedirectListener(request)
    app = web.Application()
    app.router.add_get(parts.path or "/", listener.serve)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", parts.port).start()
        yield listener
    finally:
        await runner.cleanup()


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a verifier."""
    return _text(hashlib.sha256(verifier.encode("ascii")).digest())


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
