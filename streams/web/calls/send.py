"""Send to Accounting: Sync Now for up to 10 shipments, each answered for itself."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from fastapi import APIRouter, Depends, Request, Response

from mappers.inbound import sync_now_refusal
from mappers.model import Company, SyncRequest
from streams.web.calls.addressing import company_by, unknown_shipment
from streams.web.calls.answers import answer, refusals, refusals_of_all
from streams.web.calls.bodies import json_body, read_body
from streams.web.calls.models import NothingSent, Sent, ShipmentsToSend
from streams.web.calls.send_body import LONGEST_BODY, read_shipments
from streams.web.ports import PublishError, RequestPublisher, SnapshotReader
from streams.web.problems import ApiError, HttpCode
from streams.web.sync_now import sync_now_request

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A shipment whose request is on the broker."""

    shipment: str
    request_id: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A shipment that was not sent, and why."""

    shipment: str
    code: str
    message: str
    hint: str = ""


class SendCalls:
    """Writes to Kafka only; whether Xero takes the document is in the integration log later."""

    def __init__(
        self,
        companies: Mapping[str, Company],
        snapshots: SnapshotReader,
        publisher: RequestPublisher,
        new_event_id: Callable[[], str],
    ) -> None:
        self._companies = companies
        self._snapshots = snapshots
        self._publisher = publisher
        self._new_event_id = new_event_id

    def router(self) -> APIRouter:
        """The call."""
        router = APIRouter(prefix="/api/v1/companies/{company}", tags=["shipments"])
        company = Depends(company_by(self._companies))

        @router.post(
            "/send-to-accounting",
            status_code=202,
            response_model=Sent,
            responses=refusals_of_all(404, 408, 413) | refusals(422, 503, model=NothingSent),
            openapi_extra=json_body(ShipmentsToSend),
        )
        async def send_to_accounting(request: Request, company: Company = company) -> Response:
            """Sync Now for 1 to 10 shipments, where the company's trigger allows it in their status."""
            return await self._send(company, read_shipments(await read_body(request, LONGEST_BODY)))

        return router

    async def _send(self, company: Company, shipments: tuple[str, ...]) -> Response:
        """202 where at least one shipment was accepted; else 422, or 503 where Kafka did not take any."""
        prepared = [self._prepare(company, each) for each in dict.fromkeys(shipments)]
        answers = [*await asyncio.gather(*map(self._publish, prepared)), *_repeated(shipments)]
        accepted = [each for each in answers if isinstance(each, Accepted)]
        refused = [each for each in answers if isinstance(each, Refused)]
        _log.info(
            "sync_now_asked",
            company_id=company.id,
            accepted=[each.shipment for each in accepted],
            refused=[each.shipment for each in refused],
        )
        return answer(_lists(accepted, refused), status=202) if accepted else _nothing(refused)

    def _prepare(self, company: Company, shipment_id: str) -> SyncRequest | Refused:
        snapshot = self._snapshots.snapshot(company.id, shipment_id)
        if snapshot is None:
            unknown = unknown_shipment(company, shipment_id)
            return Refused(shipment_id, unknown.code, unknown.message, unknown.hint)
        refusal = sync_now_refusal(company, snapshot.status)
        if refusal is not None:
            return Refused(shipment_id, refusal.code.value, refusal.message, refusal.hint)
        return sync_now_request(company, shipment_id, snapshot, self._new_event_id)

    async def _publish(self, prepared: SyncRequest | Refused) -> Accepted | Refused:
        if isinstance(prepared, Refused):
            return prepared
        try:
            await self._publisher.publish(prepared)
        except PublishError as error:
            return Refused(
                prepared.shipment_id, HttpCode.KAFKA_UNAVAILABLE, str(error), "Send the shipment again in a minute."
            )
        return Accepted(prepared.shipment_id, str(prepared.request_id))


def _repeated(shipments: Iterable[str]) -> list[Refused]:
    """Shipments that stand in the list more than once: they are sent once, and the repetition is reported."""
    seen: set[str] = set()
    again = [each for each in shipments if each in seen or seen.add(each)]  # type: ignore[func-returns-value]  # set.add returns None on purpose.
    return [
        Refused(each, "repeated_shipment", f"Shipment {each!r} stands in the list more than once; it counts once.")
        for each in dict.fromkeys(again)
    ]


def _lists(accepted: Iterable[Accepted], refused: Iterable[Refused]) -> dict[str, Any]:
    return {"accepted": list(accepted), "refused": list(refused)}


def _nothing(refused: list[Refused]) -> Response:
    """All were refused: the person has to correct something (422), unless only Kafka was at fault (503)."""
    if all(each.code == HttpCode.KAFKA_UNAVAILABLE for each in refused):
        raise ApiError(503, HttpCode.KAFKA_UNAVAILABLE, refused[0].message, refused[0].hint, extra=_lists((), refused))
    raise ApiError(
        422,
        HttpCode.NOTHING_ACCEPTED,
        "None of the shipments could be sent to accounting.",
        "`refused` says why, for each.",
        extra=_lists((), refused),
    )
