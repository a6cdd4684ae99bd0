"""The token endpoint of Xero's identity server (RFC 6749; developer.xero.com, "OAuth 2.0").

The request is our own, not xero-python's: that one puts the secret in the form, forgets when the token of a custom
connection expires, and has its address in class attributes. aiohttp's hidden second try of a dropped connection is
harmless here: asking for a token creates nothing, and a rotated refresh token may be repeated for half an hour.
"""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote_plus

import orjson
from pydantic import SecretStr

from xero_client.auth.tokens_http import IdentityHttp
from xero_client.auth.tokens_reply import TokenReply, read_token, refusal_of
from xero_client.collaborators import CallObserver, Monotonic, Sleep
from xero_client.errors import DisconnectedError, UnavailableError, XeroError

TRIES = 3
FIRST_PAUSE = 0.5


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """Who we are to Xero: one registered app. `name` is the connection's, for messages."""

    name: str
    client_id: str
    client_secret: SecretStr


class TokenEndpoint:
    """Asks for tokens. `random` gives numbers from 0 to 1; `ca_file` replaces Mozilla's root certificates."""

    def __init__(
        self,
        url: str,
        *,
        observer: CallObserver,
        monotonic: Monotonic,
        sleep: Sleep,
        random: Callable[[], float],
        ca_file: str | None = None,
    ) -> None:
        self._url = url
        self._observer = observer
        self._monotonic = monotonic
        self._sleep = sleep
        self._random = random
        self._http = IdentityHttp(ca_file)

    async def ask(self, client: ClientCredentials, form: Mapping[str, str]) -> TokenReply:
        """The reply to a grant request, tried up to three times while the server is not available.

        Raises DisconnectedError (the credentials or the consent are refused: a human acts) or UnavailableError.
        """
        pause = FIRST_PAUSE
        for _ in range(TRIES - 1):
            try:
                return await self._observed(client, form)
            except UnavailableError:
                await self._sleep(pause * (0.5 + self._random()))
                pause *= 2
        return await self._observed(client, form)

    async def _observed(self, client: ClientCredentials, form: Mapping[str, str]) -> TokenReply:
        began = self._monotonic()
        try:
            reply = await self._once(client, form)
        except XeroError as error:
            result = "disconnected" if isinstance(error, DisconnectedError) else "unavailable"
            self._observer.observe("token", result, self._monotonic() - began)
            raise
        self._observer.observe("token", "ok", self._monotonic() - began)
        return reply

    async def _once(self, client: ClientCredentials, form: Mapping[str, str]) -> TokenReply:
        status, body = await self._http.exchange("POST", self._url, {"Authorization": _basic(client)}, form)
        return _answer(client, status, body)


def _answer(client: ClientCredentials, status: int, body: bytes) -> TokenReply:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        value = None
    fields = value if isinstance(value, dict) else {}
    if status == HTTPStatus.OK and (token := read_token(fields)):
        return token
    if status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        raise DisconnectedError(refusal_of(client.name, status, fields))
    raise UnavailableError(f"Xero's identity server answered HTTP {status} without a token")


def _basic(client: ClientCredentials) -> str:
    """HTTP Basic with both parts form-encoded first (RFC 6749, section 2.3.1)."""
    pair = f"{quote_plus(client.client_id)}:{quote_plus(client.client_secret.get_secret_value())}"
    return "Basic " + base64.b64encode(pair.encode()).decode()
