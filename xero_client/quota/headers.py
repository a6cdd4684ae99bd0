"""What a reply's headers say about limits (developer.xero.com, "OAuth 2.0 API limits")."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast, get_args

from xero_client.vocabulary import Breach

TOO_MANY_REQUESTS = 429
LONGEST_MINUTE_WAIT = 120.0
LARGEST = 10_000_000
"""A larger count or wait than this is a garbled header; it is left out."""


@dataclass(frozen=True, slots=True)
class LimitHeaders:
    """The limits part of one reply: calls left, None where it does not say; `breach` is set for a 429 only.

    `retry_after` is seconds from the reply; Xero gives it for the minute and the day, not for the other breaches.
    """

    minute_left: int | None = None
    day_left: int | None = None
    app_minute_left: int | None = None
    breach: Breach | None = None
    retry_after: float | None = None


def read_headers(headers: Mapping[str, str], status: int) -> LimitHeaders:
    """Read the headers (keys in lower case) of a reply. Values that make no sense are left out."""
    retry_after = _count(headers, "retry-after")
    return LimitHeaders(
        minute_left=_count(headers, "x-minlimit-remaining"),
        day_left=_count(headers, "x-daylimit-remaining"),
        app_minute_left=_count(headers, "x-appminlimit-remaining"),
        breach=_breach(headers, retry_after) if status == TOO_MANY_REQUESTS else None,
        retry_after=None if retry_after is None else float(retry_after),
    )


def _breach(headers: Mapping[str, str], retry_after: int | None) -> Breach:
    """A 429 that does not name its limit may come from a proxy; the time to wait tells a minute from a day."""
    named = headers.get("x-rate-limit-problem", "").strip().lower()
    if named in get_args(Breach):
        return cast(Breach, named)
    return "day" if (retry_after or 0) > LONGEST_MINUTE_WAIT else "minute"


def _count(headers: Mapping[str, str], name: str) -> int | None:
    text = headers.get(name, "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < len(str(LARGEST)) else None
