"""Posts what happened to invoices to an app, as Xero does, when it is told to."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any

import aiohttp

from deploy.simulator.control.webhooks.events import Event, event_of, posted, signed
from deploy.simulator.state import SimulatorState

SECONDS = 5.0
"""Xero waits no longer for an answer."""
TRIES = 5
"""Xero goes on for a day, more and more seldom; nobody who drives a simulator waits for that."""
RIGHT_AND_WRONG = (True, False, False, True)
"""Of the requests that ask for the intent to receive, which are signed with the key."""


@dataclass
class Webhook:
    """An app's webhook. `told` is the version of each invoice that was posted."""

    url: str
    key: str
    is_active: bool = False
    told: dict[str, datetime] = field(default_factory=dict)
    sequence: int = 1


@dataclass(frozen=True)
class Delivery:
    """One request and its answer. `fault` is empty where the answer is as Xero wants it."""

    status: int
    fault: str
    events: int

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class WebhookSender:
    """For one simulator. What a person or an app does to an invoice is posted by the next `deliver`."""

    def __init__(self, state: SimulatorState) -> None:
        self._state = state
        self.webhook: Webhook | None = None

    async def subscribe(self, url: str, key: str) -> list[Delivery]:
        """Ask for the intent to receive, and post from now on where it is given."""
        self.webhook = webhook = Webhook(url, key)
        for _, _ in self._news(webhook):
            pass
        answers = []
        for is_right in RIGHT_AND_WRONG:
            body = posted([], 0, self._state.ids.uuid())
            answers.append(await self._post(body, key if is_right else f"not {key}", expects=200 if is_right else 401))
        webhook.is_active = not any(each.fault for each in answers)
        return answers

    async def deliver(
        self, *, at_once: int = 100, copies: int = 1, backwards: bool = False, lost_answers: int = 0
    ) -> list[Delivery]:
        """Post what happened since: `at_once` events in a request, each request `copies` times, the newest first where
        `backwards`; of `lost_answers` requests the answer does not arrive, so they are posted again.

        Raises ValueError where there is no active webhook.
        """
        webhook = self.webhook
        if webhook is None or not webhook.is_active:
            raise ValueError("there is no webhook, or it did not show its intent to receive")
        bodies = list(self._bodies(webhook, at_once))
        answers = []
        for body, count in reversed(bodies) if backwards else bodies:
            for _ in range(copies):
                answers += await self._until_taken(webhook, body, count, lost_answers)
            lost_answers = 0
        return answers

    async def _until_taken(self, webhook: Webhook, body: bytes, count: int, lost: int) -> list[Delivery]:
        answers: list[Delivery] = []
        for number in range(TRIES):
            answer = await self._post(body, webhook.key, expects=200, events=count)
            answers.append(answer)
            if not answer.fault and number >= lost:
                return answers
        webhook.is_active = False
        return answers

    def _bodies(self, webhook: Webhook, at_once: int) -> Iterator[tuple[bytes, int]]:
        events = [event for event, _ in sorted(self._news(webhook), key=lambda news: news[1])]
        for start in range(0, len(events), at_once):
            some = events[start : start + at_once]
            yield posted(some, webhook.sequence, self._state.ids.uuid()), len(some)
            webhook.sequence += len(some)

    def _news(self, webhook: Webhook) -> Iterator[tuple[Event, datetime]]:
        """The invoices that have another version than was told; told from now on."""
        for organisation in self._state.organisations.values():
            for document in organisation.book("invoice"):
                before = webhook.told.get(document.document_id)
                if before != document.updated_at:
                    webhook.told[document.document_id] = document.updated_at
                    yield event_of(organisation, document, is_new=before is None), document.updated_at

    async def _post(self, body: bytes, key: str, *, expects: int, events: int = 0) -> Delivery:
        webhook = self.webhook
        if webhook is None:
            raise ValueError("there is no webhook")
        headers = {"x-xero-signature": signed(key, body), "Content-Type": "application/json; charset=utf-8"}
        timeout = aiohttp.ClientTimeout(total=SECONDS)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as session,
                session.post(webhook.url, data=body, headers=headers, allow_redirects=False) as answer,
            ):
                return Delivery(answer.status, _fault(answer, await answer.read(), expects), events)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            return Delivery(0, f"no answer: {type(error).__name__}", events)


def _fault(answer: aiohttp.ClientResponse, body: bytes, expects: int) -> str:
    """What Xero does not accept about an answer."""
    faults: Sequence[tuple[bool, str]] = (
        (answer.status != expects, f"HTTP {answer.status} {_said(answer.status)} instead of {expects}"),
        (bool(body), "there is a body"),
        ("Set-Cookie" in answer.headers, "there is a cookie"),
    )
    return "; ".join(text for is_so, text in faults if is_so)


def _said(status: int) -> str:
    return HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else ""
