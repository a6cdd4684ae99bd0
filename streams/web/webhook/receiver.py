"""Xero's webhook: it takes what Xero signed, passes on which invoices to look at, and answers with a status alone.

Xero wants an answer within five seconds, 200 or 401, without a body and without cookies, and turns a webhook off that
does not answer so for a day (developer.xero.com, "Configuring your server").
"""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from mappers.model import LOOKS_AT_MOST, Company, LookAt, NoticedDocument
from streams.ops import WebhookResult
from streams.web.access import CallsUnderWay
from streams.web.calls.bodies import read_body
from streams.web.envelope import FOUND
from streams.web.ports import PublishError
from streams.web.problems import ApiError
from xero_client.auth import SIGNATURE_HEADER, InvoiceEvent, UnreadableNoticeError, invoice_events, signers

log = structlog.get_logger(__name__)

WEBHOOK_PATH: Final = "/webhooks/xero"
LARGEST_BODY: Final = 1_000_000
READ_AT_ONCE: Final = 32
READ_SECONDS: Final = 1.0
"""For a body to come, of which nobody knows yet who sends it. Xero's comes with its head."""
AT_ONCE: Final = 8
REMEMBERED: Final = 1_000
"""Bodies that were passed on, so that one that is posted again is not."""


class LookPublisher(Protocol):
    """Tells the owners of organisations which documents to look at."""

    async def publish(self, look: LookAt) -> None:
        """Return when the broker has it. Raises PublishError."""
        ...


@dataclass(frozen=True, slots=True)
class WebhookParts:
    """`keys` are by connection: what is signed with one is believed of that connection's organisations alone."""

    keys: Mapping[str, str]
    companies: Mapping[str, Company]
    publisher: LookPublisher
    count: Callable[[WebhookResult], None]
    seconds: float = 3.0
    """For Kafka to take it; Xero waits five for the answer."""
    read_seconds: float = READ_SECONDS


class XeroWebhook:
    """An ASGI application for one path."""

    def __init__(self, parts: WebhookParts) -> None:
        self._parts = parts
        self._reading = CallsUnderWay(READ_AT_ONCE)
        self._passing_on = CallsUnderWay(AT_ONCE)
        self._passed_on: OrderedDict[bytes, None] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI. Whatever it is, the answer has no body."""
        scope[FOUND]["route"] = WEBHOOK_PATH
        if scope["method"] != "POST":
            await Response(status_code=405, headers={"Allow": "POST"})(scope, receive, send)
            return
        try:
            result = await self._taken(Request(scope, receive))
        except ApiError as error:
            result = WebhookResult.TOO_LARGE if error.status == _TOO_LARGE else WebhookResult.BUSY
        except TimeoutError:
            result = WebhookResult.TOO_SLOW
        self._parts.count(result)
        await Response(status_code=_STATUS[result])(scope, receive, send)

    async def _taken(self, request: Request) -> WebhookResult:
        """Raises ApiError 413 and 503, and TimeoutError where the body does not come.

        Whoever is not Xero holds a place no longer than that, and none of those of what Xero signed.
        """
        async with self._reading.one_more(), asyncio.timeout(self._parts.read_seconds):
            body = await read_body(request, LARGEST_BODY)
        connections = signers(self._parts.keys, body, request.headers.get(SIGNATURE_HEADER, ""))
        if not connections:
            return WebhookResult.NOT_SIGNED
        async with self._passing_on.one_more():
            return await self._passed_on_to_owners(body, connections)

    async def _passed_on_to_owners(self, body: bytes, connections: Collection[str]) -> WebhookResult:
        digest = hashlib.sha256(body).digest()
        if digest in self._passed_on:
            return WebhookResult.REPEATED
        companies = self._parts.companies.values()
        organisations = {each.organisation for each in companies if each.connection in connections}
        try:
            events = invoice_events(body, organisations)
            async with asyncio.timeout(self._parts.seconds):
                for look in looks(events):
                    await self._parts.publisher.publish(look)
        except UnreadableNoticeError as error:
            log.warning("webhook_unreadable", error=str(error), bytes=len(body))
            return WebhookResult.UNREADABLE
        except (PublishError, TimeoutError):
            log.warning("webhook_not_passed_on")
            return WebhookResult.NOT_PASSED_ON
        self._remember(digest)
        return WebhookResult.PASSED_ON if events else WebhookResult.NOTHING_TO_LOOK_AT

    def _remember(self, digest: bytes) -> None:
        self._passed_on[digest] = None
        while len(self._passed_on) > REMEMBERED:
            self._passed_on.popitem(last=False)


def looks(events: Iterable[InvoiceEvent]) -> list[LookAt]:
    """A record or more for each organisation; an invoice is in them once, with the latest that happened to it."""
    noticed: dict[str, dict[str, NoticedDocument]] = {}
    for event in events:
        known = noticed.setdefault(event.organisation, {})
        before = known.get(event.xero_id)
        at = event.at if before is None else _later(before, event)
        known[event.xero_id] = NoticedDocument(xero_id=event.xero_id, at=at)
    return [
        LookAt(organisation=organisation, invoices=tuple(invoices.values())[first : first + LOOKS_AT_MOST])
        for organisation, invoices in noticed.items()
        for first in range(0, len(invoices), LOOKS_AT_MOST)
    ]


def _later(before: NoticedDocument, event: InvoiceEvent) -> datetime | None:
    """None, of which nothing is known, is taken for the latest: it is looked at in any case."""
    return None if before.at is None or event.at is None else max(before.at, event.at)


_TOO_LARGE: Final = 413
_STATUS: Final = {
    WebhookResult.PASSED_ON: 200,
    WebhookResult.NOTHING_TO_LOOK_AT: 200,
    WebhookResult.REPEATED: 200,
    # Xero would post it for a day and then turn the webhook off, and it would be no more legible then.
    WebhookResult.UNREADABLE: 200,
    WebhookResult.NOT_SIGNED: 401,
    WebhookResult.TOO_LARGE: 413,
    WebhookResult.TOO_SLOW: 408,
    WebhookResult.BUSY: 503,
    WebhookResult.NOT_PASSED_ON: 503,
}
