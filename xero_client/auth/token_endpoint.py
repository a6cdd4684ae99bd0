"""The token endpoint of Xero's identity server (RFC 6749; developer.xero.com, "OAuth 2.0").

The request is our own, not xero-python's: that one puts the secret in the form, forgets when the token of a custom
connection expires, and has its address in class attributes. aiohttp's hidden second try of a dropped connection is
harmless here: asking for a token creates nothing, and a rotated refresh token may be repeated for half an hour.
"""

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote_plus

import orjson
from pydantic import SecretStr

from xero_client.auth.identity_http import Exchanges, IdentityHttp
from xero_client.collaborators import CallObserver, Monotonic, Sleep
from xero_client.errors import DisconnectedError, UnavailableError, XeroError
from xero_client.vocabulary import BROAD_SCOPES_ADVICE, SCOPES, CallOperation, CallResult

TRIES = 3
FIRST_PAUSE = 0.5

USUAL_LIFE = 1_800.0
"""Xero's access tokens live 30 minutes; a reply that does not say so must not be taken as valid for ever."""
LONGEST_LIFE = 86_400.0
ERROR_CODE = re.compile(r"[a-z_]{1,40}")


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """Who we are to Xero: one registered app, and what it asks to be allowed. `name` is the connection's."""

    name: str
    client_id: str
    client_secret: SecretStr
    scopes: tuple[str, ...] = SCOPES


@dataclass(frozen=True, slots=True)
class TokenReply:
    """A token, how many seconds it lives, and the next refresh token where the grant has one."""

    access_token: SecretStr
    expires_in: float
    refresh_token: SecretStr | None = None


class ScopesRefusedError(DisconnectedError):
    """The scopes that were asked for are not granted (`invalid_scope`); fewer may be."""


class TokenEndpoint:
    """Asks for tokens. `random` gives numbers from 0 to 1."""

    def __init__(
        self,
        url: str,
        *,
        observer: CallObserver,
        monotonic: Monotonic,
        sleep: Sleep,
        random: Callable[[], float],
        http: Exchanges | None = None,
    ) -> None:
        """`http` makes the exchanges; None: over the network."""
        self._url = url
        self._observer = observer
        self._monotonic = monotonic
        self._sleep = sleep
        self._random = random
        self._http = http or IdentityHttp()

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
            self._observer.observe(CallOperation.TOKEN, error.result, self._monotonic() - began)
            raise
        self._observer.observe(CallOperation.TOKEN, CallResult.OK, self._monotonic() - began)
        return reply

    async def _once(self, client: ClientCredentials, form: Mapping[str, str]) -> TokenReply:
        status, body = await self._http.exchange(
            "POST",
            self._url,
            {"Authorization": basic_authorization(client.client_id, client.client_secret.get_secret_value())},
            form,
        )
        return _answer(client, status, body)


def _answer(client: ClientCredentials, status: int, body: bytes) -> TokenReply:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        value = None
    fields = value if isinstance(value, dict) else {}
    if status == HTTPStatus.OK and (token := _token_in(fields)):
        return token
    if status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        is_about_scopes = _refusal_code(client, fields) == "invalid_scope"
        raise (ScopesRefusedError if is_about_scopes else DisconnectedError)(_refusal(client, status, fields))
    raise UnavailableError(f"Xero's identity server answered HTTP {status} without a token")


def basic_authorization(client_id: str, client_secret: str) -> str:
    """The header of HTTP Basic with both parts form-encoded first (RFC 6749, section 2.3.1)."""
    pair = f"{quote_plus(client_id)}:{quote_plus(client_secret)}"
    return "Basic " + base64.b64encode(pair.encode()).decode()


def _token_in(fields: Mapping[str, Any]) -> TokenReply | None:
    """The token of a good reply; None where it has none."""
    token, refresh, life = (fields.get(name) for name in ("access_token", "refresh_token", "expires_in"))
    if not isinstance(token, str) or not token:
        return None
    seconds = float(life) if isinstance(life, int | float) and not isinstance(life, bool) else USUAL_LIFE
    return TokenReply(
        SecretStr(token),
        min(max(seconds, 0.0), LONGEST_LIFE),
        SecretStr(refresh) if isinstance(refresh, str) and refresh else None,
    )


def _refusal_code(client: ClientCredentials, fields: Mapping[str, Any]) -> str:
    """The error code of RFC 6749, section 5.2; empty for anything else, so that no reply can speak in our messages."""
    code = fields.get("error")
    is_code = isinstance(code, str) and ERROR_CODE.fullmatch(code) and code != client.client_secret.get_secret_value()
    return str(code) if is_code else ""


def _refusal(client: ClientCredentials, status: int, fields: Mapping[str, Any]) -> str:
    """What was refused, and who does what about it."""
    code = _refusal_code(client, fields)
    words = {
        "invalid_client": "does not accept the client id and secret; an administrator compares them with the app's "
        "page at developer.xero.com",
        "invalid_grant": "no longer accepts the consent (withdrawn, or unused for 60 days); an administrator runs "
        "`shipledger connect` again",
        "unauthorized_client": "does not allow this kind of sign-in to the app; an administrator makes the app a "
        "custom connection, or signs in by `shipledger connect`",
        "invalid_scope": f"does not grant the scopes {' '.join(client.scopes)}; {BROAD_SCOPES_ADVICE}",
    }
    refusal = words.get(code, "refuses the sign-in; an administrator checks the app at developer.xero.com")
    return f"Xero {refusal} (connection {client.name}, {code or f'HTTP {status}'})"
