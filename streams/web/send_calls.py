"""Send to Accounting: Sync Now for up to 10 shipments, each answered for itself."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from aiohttp import web

from mappers.inbound import sync_now_refusal
from mappers.model import Company, SyncRequest
from streams.web.addressing import company_of, unknown_shipment
from streams.web.answers import ApiError, answer
from streams.web.ports import PublishError, RequestPublisher, SnapshotReader
from streams.web.send_body import read_shipments
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

    def routes(self) -> list[web.RouteDef]:
        """The call."""
        return [web.post("/api/v1/companies/{company}/send-to-accounting", self.send)]

    async def send(self, request: web.Request) -> web.Response:
        """202 where at least one shipment was accepted; else 422, or 503 where Kafka did not take any."""
        company = company_of(request, self._companies)
        shipments = read_shipments(await request.read())
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
                prepared.shipment_id, "kafka_unavailable", str(error), "Send the shipment again in a minute."
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


def _nothing(refused: list[Refused]) -> web.Response:
    """All were refused: the person has to correct something (422), unless only Kafka was at fault (503)."""
    if all(each.code == "kafka_unavailable" for each in refused):
        raise ApiError(503, "kafka_unavailable", refused[0].message, refused[0].hint, extra=_lists((), refused))
    raise ApiError(
        422,
        "nothing_accepted",
        "None of the shipments could be sent to accounting.",
        "`refused` says why, for each.",
        extra=_lists((), refused),
    )
