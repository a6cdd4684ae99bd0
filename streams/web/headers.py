"""The headers that every answer has, whoever in the server gives it."""

from email.utils import formatdate
from typing import Final

RawHeaders = list[tuple[bytes, bytes]]

# OWASP ASVS 5.0 3.4.3 to 3.4.6: nothing here is to be framed, sniffed, scripted or kept by a cache. The server says
# what it is, and no version of anything.
_SAFE: Final[RawHeaders] = [
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
    (b"server", b"shipledger"),
]


def with_safe_headers(headers: RawHeaders, now: float) -> RawHeaders:
    """`headers` and those of every answer; RFC 9110 §6.6.1 asks a server with a clock for the date.

    A page says itself what it may load; what an answer says of itself stays.
    """
    said = {name.lower() for name, _ in headers}
    kept = [header for header in _SAFE if header[0] not in said]
    return [*headers, *kept, (b"date", formatdate(now, usegmt=True).encode())]
