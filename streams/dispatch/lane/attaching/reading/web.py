"""A file of the web: asked for at an address that is allowed, and at no other that a reply names."""

import ssl
from collections.abc import Callable
from http import HTTPStatus
from typing import Final
from urllib.parse import urljoin

import aiohttp
from yarl import URL

from mappers.inbound.attachments import UnusableReferenceError, WebPlace, reference_in
from streams.dispatch.lane.attaching.reading.folder import LongFileError, MissingFileError, UnreadableFileError

PIECE: Final = 256 * 1024
MOST_REDIRECTS: Final = 3
CONNECT_SECONDS: Final = 5.0
_LARGEST_HEAD: Final = 16 * 1024
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_MISSING: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


class StrayRedirectError(Exception):
    """A reply leads to a place that is not allowed; `place` is the place as it may be shown."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place


async def read_web(
    place: WebPlace,
    is_allowed: Callable[[WebPlace], bool],
    most: int,
    *,
    agent: str,
    tls: ssl.SSLContext | None,
) -> bytes:
    """The file's bytes. Raises StrayRedirectError, and the errors of `folder`; the caller bounds the time."""
    headers = {"accept": "application/pdf", "accept-encoding": "identity", "user-agent": agent}
    try:
        # No proxy, no netrc and no cookies: nothing but the reference and the profile says what is asked, and where.
        async with aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=None, connect=CONNECT_SECONDS),
            trust_env=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            max_line_size=_LARGEST_HEAD,
            max_field_size=_LARGEST_HEAD,
            headers=headers,
        ) as session:
            for _ in range(MOST_REDIRECTS + 1):
                found = await _one(session, place, most, tls)
                if isinstance(found, bytes):
                    return found
                if not is_allowed(found):
                    raise StrayRedirectError(found.shown)
                place = found
    except (aiohttp.ClientError, OSError, ValueError) as error:
        # Not its text: it may repeat the address with what is secret in it.
        raise UnreadableFileError(type(error).__name__) from None
    raise UnreadableFileError(f"it leads on more than {MOST_REDIRECTS} times")


async def _one(
    session: aiohttp.ClientSession, place: WebPlace, most: int, tls: ssl.SSLContext | None
) -> bytes | WebPlace:
    """The file, or where the reply leads. What was compared with the profile is asked for as it is, escapes and all."""
    async with session.get(URL(place.address, encoded=True), allow_redirects=False, ssl=tls or True) as reply:
        if reply.status in _REDIRECTS:
            return _leads_to(place, reply.headers.get("location", ""))
        if reply.status in _MISSING:
            raise MissingFileError
        if reply.status != HTTPStatus.OK:
            raise UnreadableFileError(f"HTTP {reply.status}")
        if (reply.content_length or 0) > most:
            raise LongFileError
        pieces, left = list[bytes](), most
        async for piece in reply.content.iter_chunked(PIECE):
            pieces.append(piece)
            left -= len(piece)
            if left < 0:
                raise LongFileError
        return b"".join(pieces)


def _leads_to(place: WebPlace, location: str) -> WebPlace:
    try:
        found = reference_in(urljoin(place.address, location.strip()))
    except UnusableReferenceError:
        raise StrayRedirectError("an address that cannot be used") from None
    if not isinstance(found, WebPlace):
        raise StrayRedirectError("a file of this machine")
    return found
