"""The signed webhook: one address, which the operator has set, and nothing that a reply says leads to another."""

import ssl
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

import aiohttp

from mappers.outbound import AttentionNote, note_body, webhook_key, webhook_signatures
from streams.notes.ports import Delivery, Result
from streams.ops import NoteChannel

SECONDS: Final = 15.0
"""For all of an attempt; the specification recommends 15 to 30."""
CONNECT_SECONDS: Final = 5.0
LONGEST_REST: Final = 3600.0
_LARGEST_HEAD: Final = 16 * 1024
_BUSY: Final = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})


class WebhookChannel:
    """The port `Channel`: it tells all companies. A connection lives for one attempt: there are few."""

    name = NoteChannel.WEBHOOK

    def __init__(
        self,
        url: str,
        secrets: Sequence[str],
        version: str,
        clock: Callable[[], datetime],
        tls: ssl.SSLContext | None = None,
        *,
        seconds: float = SECONDS,
    ) -> None:
        """`secrets`: the one that counts first, then a former one that receivers may still have."""
        self._url = url
        self._keys = [webhook_key(each) for each in secrets]
        self._agent = f"shipledger/{version}"
        self._clock = clock
        self._tls = tls
        self._timeout = aiohttp.ClientTimeout(total=seconds, connect=CONNECT_SECONDS)

    def reaches(self, company_id: str) -> bool:
        """See the port."""
        del company_id
        return True

    async def send(self, note_id: str, note: AttentionNote) -> Delivery:
        """See the port."""
        body, timestamp = note_body(note), int(self._clock().timestamp())
        headers = {
            "content-type": "application/json",
            "user-agent": self._agent,
            "webhook-id": note_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": webhook_signatures(self._keys, note_id, timestamp, body),
        }
        try:
            return await self._post(body, headers)
        except TimeoutError:
            return Delivery(Result.AWAY, "it did not answer in time")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Delivery(Result.AWAY, f"{type(error).__name__}: {error}")

    async def _post(self, body: bytes, headers: dict[str, str]) -> Delivery:
        async with (
            # No proxy and no netrc from the environment: nothing but the settings says where it goes.
            aiohttp.ClientSession(
                timeout=self._timeout,
                trust_env=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                max_line_size=_LARGEST_HEAD,
                max_field_size=_LARGEST_HEAD,
            ) as session,
            session.post(self._url, data=body, headers=headers, allow_redirects=False, ssl=self._tls or True) as reply,
        ):
            return self._judged(reply.status, reply.headers.get("retry-after", ""))

    def _judged(self, status: int, retry_after: str) -> Delivery:
        """By the status alone: what else a receiver says is not read."""
        if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            return Delivery(Result.DELIVERED)
        if status == HTTPStatus.GONE:
            return Delivery(Result.GONE, "HTTP 410: it wants no more notes")
        if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
            return Delivery(Result.AWAY, f"HTTP {status}: it redirects, and that is not followed; set its new address")
        asked = rest_asked(retry_after, self._clock()) if status in _BUSY else 0.0
        return Delivery(Result.AWAY, f"HTTP {status}", asked)


def rest_asked(retry_after: str, now: datetime) -> float:
    """The seconds that a Retry-After asks for (RFC 9110, 10.2.3), an hour at most; 0 where it says nothing."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return min(LONGEST_REST, float(text[:9]))
    try:
        until = parsedate_to_datetime(text)
    except (OverflowError, ValueError):  # The first for a year of twenty digits.
        return 0.0
    until = until if until.tzinfo is not None else until.replace(tzinfo=UTC)
    return min(LONGEST_REST, max(0.0, (until - now).total_seconds()))
