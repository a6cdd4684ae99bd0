"""Send to Accounting: Sync Now for up to 10 shipments, each answered for itself."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from mappers.model import Company
from streams.web.access import Role, caller_of
from streams.web.calls.addressing import company_by
from streams.web.calls.answers import answer, refusals, refusals_of_all
from streams.web.calls.bodies import json_body, read_body
from streams.web.calls.models import NothingSent, Sent, ShipmentsToSend
from streams.web.calls.send_body import LONGEST_BODY, read_shipments
from streams.web.ports import RequestPublisher, SnapshotReader
from streams.web.problems import ApiError, HttpCode
from streams.web.sending import Accepted, Asked, Refused, Sender


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
        self._sender = Sender(snapshots, publisher)
        self._new_event_id = new_event_id

    def router(self) -> APIRouter:
        """The call."""
        router = APIRouter(prefix="/api/v1/companies/{company}", tags=["shipments"])
        company = Depends(company_by(self._companies, Role.SENDER))

        @router.post(
            "/send-to-accounting",
            status_code=202,
            response_model=Sent,
            responses=refusals_of_all(404, 408) | refusals(413, 422, 503, model=NothingSent),
            openapi_extra=json_body(ShipmentsToSend),
        )
        async def send_to_accounting(request: Request, company: Company = company) -> Response:
            """Sync Now for 1 to 10 shipments, where the company's trigger allows it in their status."""
            shipments = read_shipments(await read_body(request, LONGEST_BODY))
            return await self._send(company, Asked(shipments, caller_of(request.scope).name))

        return router

    async def _send(self, company: Company, asked: Asked) -> Response:
        """202 where at least one shipment was accepted; else 422, or 503 where Kafka did not take any."""
        accepted, refused = await self._sender.send(company, asked, self._new_event_id)
        return answer(_lists(accepted, refused), status=202) if accepted else _nothing(refused)


def _lists(accepted: Iterable[Accepted], refused: Iterable[Refused]) -> dict[str, Any]:
    return {"accepted": list(accepted), "refused": list(refused)}


def _nothing(refused: list[Refused]) -> Response:
    """All were refused: the person has to correct something (422), unless only Kafka was at fault (503)."""
    if all(each.code == HttpCode.KAFKA_UNAVAILABLE for each in refused):
        raise ApiError(503, HttpCode.KAFKA_UNAVAILABLE, refused[0].message, refused[0].hint, extra=_lists((), refused))
    if all(each.code == HttpCode.SHIPMENT_TOO_LARGE for each in refused):
        first = refused[0]
        raise ApiError(413, HttpCode.SHIPMENT_TOO_LARGE, first.message, first.hint, extra=_lists((), refused))
    raise ApiError(
        422,
        HttpCode.NOTHING_ACCEPTED,
        "None of the shipments could be sent to accounting.",
        "`refused` says why, for each.",
        extra=_lists((), refused),
    )
