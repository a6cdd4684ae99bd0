"""How one signs in with a token (SASL OAUTHBEARER, RFC 7628). Whoever imports this loads Kafka's client."""

import asyncio
import base64
import ssl
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import quote_plus

import aiohttp
from aiokafka.abc import AbstractTokenProvider
from aiokafka.errors import KafkaError

_SECONDS = 15.0
_KEPT = 0.8
"""Of the time that a token is good for, how much it is used for new connections."""
_OK = 200


class NoTokenError(KafkaError):  # type: ignore[misc]  # aiokafka publishes no types, here and below.
    """There is no token to sign in with; the message says why."""


class TokenFile(AbstractTokenProvider):  # type: ignore[misc]
    """A token that somebody else keeps fresh in a file; it is read for each connection."""

    def __init__(self, path: Path, extensions: Mapping[str, str]) -> None:
        self._path = path
        self._extensions = dict(extensions)

    async def token(self) -> str:
        """As it is in the file now. Raises NoTokenError."""
        try:
            found = await asyncio.to_thread(self._path.read_text, encoding="ascii")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is no ASCII text"
            raise NoTokenError(f"the token file {self._path} cannot be read: {reason}") from error
        if not found.strip():
            raise NoTokenError(f"the token file {self._path} is empty")
        return found.strip()

    def extensions(self) -> dict[str, str]:
        """What the brokers want to know besides."""
        return self._extensions


class ClientCredentials(AbstractTokenProvider):  # type: ignore[misc]
    """A token for an id and a secret (RFC 6749, section 4.4), used again until it is nearly over."""

    def __init__(
        self,
        url: str,
        client: tuple[str, str],
        scope: str,
        extensions: Mapping[str, str],
        context: ssl.SSLContext,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`client`: id and secret."""
        self._url = url
        self._client = client
        self._form = {"grant_type": "client_credentials", **({"scope": scope} if scope else {})}
        self._extensions = dict(extensions)
        self._context = context
        self._monotonic = monotonic
        self._lock = asyncio.Lock()
        self._token = ""
        self._fresh_until = float("-inf")

    async def token(self) -> str:
        """One that is good for a while. Raises NoTokenError."""
        async with self._lock:
            if self._monotonic() >= self._fresh_until:
                self._token, seconds = await self._ask()
                self._fresh_until = self._monotonic() + _KEPT * seconds
            return self._token

    def extensions(self) -> dict[str, str]:
        """What the brokers want to know besides."""
        return self._extensions

    async def _ask(self) -> tuple[str, float]:
        """A new token, and for how long it is good: 0 where nobody says."""
        # Both parts form-encoded first (RFC 6749, section 2.3.1).
        pair = ":".join(map(quote_plus, self._client)).encode()
        headers = {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
        timeout = aiohttp.ClientTimeout(total=_SECONDS)
        try:
            async with (
                aiohttp.ClientSession(headers=headers, timeout=timeout) as session,
                session.post(self._url, data=self._form, ssl=self._context, allow_redirects=False) as reply,
            ):
                answer = await reply.json(content_type=None) if reply.status == _OK else None
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            raise NoTokenError(f"no token from {self._url}: {str(error) or type(error).__name__}") from error
        if answer is None:
            raise NoTokenError(
                f"no token from {self._url}: it answered HTTP {reply.status}; check id, secret and scope"
            )
        return _token_in(answer, self._url)


def _token_in(answer: object, url: str) -> tuple[str, float]:
    found = answer if isinstance(answer, dict) else {}
    token, seconds = found.get("access_token"), found.get("expires_in")
    if not isinstance(token, str) or not token:
        raise NoTokenError(f"no token from {url}: its answer has no access_token")
    return token, float(seconds) if isinstance(seconds, int | float) else 0.0
