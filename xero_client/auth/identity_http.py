"""One small HTTP exchange outside the Accounting API: short timeouts, no redirects, a bounded reply."""

import ssl
from collections.abc import Mapping
from functools import cached_property
from typing import Protocol

import aiohttp
import certifi

from xero_client.errors import UnavailableError

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 15.0
LARGEST_REPLY = 262_144


class Exchanges(Protocol):
    """Makes such exchanges."""

    async def exchange(
        self, method: str, url: str, headers: Mapping[str, str], form: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Status and body. Raises UnavailableError where nobody answers."""
        ...


class IdentityHttp:
    """Makes exchanges, each on a connection of its own: they are half an hour apart."""

    async def exchange(
        self, method: str, url: str, headers: Mapping[str, str], form: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Status and body, cut off where it is absurdly long. Raises UnavailableError where nobody answers."""
        try:
            return await self._exchange(method, url, headers, form)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            # The error is raised outside this block: what aiohttp raises may carry the request with its headers.
            reason = type(error).__name__
        raise UnavailableError(f"Xero's identity service cannot be reached ({reason})")

    async def _exchange(
        self, method: str, url: str, headers: Mapping[str, str], form: Mapping[str, str] | None
    ) -> tuple[int, bytes]:
        timeout = aiohttp.ClientTimeout(total=TOTAL_SECONDS, sock_connect=CONNECT_SECONDS)
        accepting = {"Accept": "application/json", **headers}
        async with (
            aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(ssl=self._certificates)) as session,
            # A redirect would carry the secret to another host.
            session.request(method, url, data=form, headers=accepting, allow_redirects=False) as reply,
        ):
            return reply.status, await _body_of(reply)

    @cached_property
    def _certificates(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=certifi.where())


async def _body_of(reply: aiohttp.ClientResponse) -> bytes:
    """The body; one that was cut off is not readable as JSON."""
    body = bytearray()
    async for chunk in reply.content.iter_chunked(LARGEST_REPLY):
        body += chunk
        if len(body) > LARGEST_REPLY:
            break
    return bytes(body[:LARGEST_REPLY])
