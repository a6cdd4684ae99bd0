"""The call: read, judged by the gate's rules, published, and answered when Kafka has it (ADR 0021)."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import structlog
from fastapi import APIRouter, Depends, Request, Response

from mappers.model import Company
from streams.tracing import TRACEPARENT
from streams.web.access import Role, caller_of
from streams.web.calls.addressing import company_by
from streams.web.calls.answers import answer, refusals, refusals_of_all
from streams.web.calls.bodies import read_body
from streams.web.calls.feed.judging import Judge, RefusedEvent, Taken
from streams.web.calls.feed.models import Fed, NotAllFed, body_schema
from streams.web.calls.feed.splitting import events_in, not_json
from streams.web.ports import PublishError, RecordTooLargeError, StatusChangePublisher
from streams.web.problems import ApiError, HttpCode

_log = structlog.get_logger(__name__)

_MANY: Final = {"requestBody": {"required": True, "content": {"application/json": {"schema": body_schema()}}}}
_KAFKA_AWAY: Final = 503
_AGAIN: Final = "Send the event again in a minute, with the same event_id: what has arrived already counts once."


class FeedCalls:
    """Publishes on the topic of status changes, from where the gate takes events however they came."""

    def __init__(
        self,
        companies: Mapping[str, Company],
        publisher: StatusChangePublisher,
        clock: Callable[[], datetime],
        limit: int,
    ) -> None:
        """`limit`: how long an event may be for the gate, in bytes; a call may be as long."""
        self._companies = companies
        self._publisher = publisher
        self._clock = clock
        self._limit = limit

    def router(self) -> APIRouter:
        """The call."""
        router = APIRouter(prefix="/api/v1/companies/{company}", tags=["shipments"])
        company = Depends(company_by(self._companies, Role.SENDER))

        @router.post(
            "/status-changes",
            status_code=202,
            response_model=Fed,
            responses=refusals_of_all(403, 404, 408) | refusals(413, 422, 503, model=NotAllFed),
            openapi_extra=_MANY,
        )
        async def feed_status_changes(request: Request, company: Company = company) -> Response:
            """A status change, or up to 100; 202 when Kafka has all of them. The same event twice is one."""
            body = await read_body(request, self._limit, "Send fewer events in a call; one event may be as long.")
            accepted, refused = await self._feed(Judge(company, self._clock(), self._limit), body, _traced(request))
            _log.info(
                "status_changes_fed",
                company_id=company.id,
                published=len(accepted),
                not_published=len(refused),
                requested_by=caller_of(request.scope).name or None,
            )
            return _answer(accepted, refused)

        return router

    async def _feed(
        self, judge: Judge, body: bytes, headers: Sequence[tuple[str, bytes]]
    ) -> tuple[list[Taken], list[RefusedEvent]]:
        events = events_in(body)
        judged: list[Taken | RefusedEvent] = []
        for index, value in enumerate(events):
            judged.append(judge.judge(index, value, headers))
            await asyncio.sleep(0)  # Others have their turn: a hundred large events are not read in one.
        taken = [each for each in judged if isinstance(each, Taken)]
        refused = [each for each in judged if isinstance(each, RefusedEvent)]
        if len(events) == len(refused) == 1 and refused[0].is_no_json:
            raise not_json(refused[0].message)
        failures = await self._publisher.publish([each.record for each in taken])
        pairs = list(zip(taken, failures, strict=True))
        refused += [_not_published(each, failure) for each, failure in pairs if failure is not None]
        return [each for each, failure in pairs if failure is None], refused


def _traced(request: Request) -> list[tuple[str, bytes]]:
    """The caller's trace goes on where the gate looks for it."""
    given = request.headers.get(TRACEPARENT)
    return [] if given is None else [(TRACEPARENT, given.encode("latin-1"))]


def _not_published(taken: Taken, failure: PublishError) -> RefusedEvent:
    status, code, hint = _KAFKA_AWAY, HttpCode.KAFKA_UNAVAILABLE, _AGAIN
    if isinstance(failure, RecordTooLargeError):
        status, code = 413, HttpCode.EVENT_TOO_LARGE
        hint = "Operations: the topic takes less than the gate does (max.message.bytes); or send less in the event."
    return RefusedEvent(taken.index, status, code, str(failure), hint, taken.event.event_id, taken.event.shipment_id)


def _answer(accepted: Sequence[Taken], refused: Sequence[RefusedEvent]) -> Response:
    """202 only where Kafka has every event: whoever looks at the status alone misses nothing."""
    lists: dict[str, Any] = {
        "accepted": [each.said() for each in accepted],
        "refused": [each.said() for each in sorted(refused, key=lambda each: each.index)],
    }
    if not refused:
        return answer(lists, status=202)
    if len(refused) == 1 and not accepted:
        only = refused[0]
        raise ApiError(only.status, only.code, only.message, only.hint, extra=lists)
    raise ApiError(
        # What a repetition cures comes first, then what a person has to correct.
        max(each.status for each in refused),
        HttpCode.NOT_ALL_PUBLISHED,
        f"{len(refused)} of {len(accepted) + len(refused)} events were not published; what is in `accepted` was.",
        "`refused` says why, for each. The whole call may be repeated: the same event twice is one.",
        extra=lists,
    )
