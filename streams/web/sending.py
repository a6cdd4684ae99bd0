"""Sync Now for several shipments of a company, each answered for itself: what the API and the pages have in common."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import structlog

from mappers.inbound import sync_now_refusal
from mappers.model import Company, SyncRequest
from streams.web.calls.addressing import unknown_shipment
from streams.web.ports import PublishError, RecordTooLargeError, RequestPublisher, SnapshotReader
from streams.web.problems import HttpCode
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


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asked for. `by` is empty where nobody in particular did."""

    shipments: tuple[str, ...]
    by: str = ""


class Sender:
    """Writes to Kafka only; whether Xero takes the document is in the integration log later."""

    def __init__(self, snapshots: SnapshotReader, publisher: RequestPublisher) -> None:
        self._snapshots = snapshots
        self._publisher = publisher

    async def send(
        self, company: Company, asked: Asked, new_event_id: Callable[[], str]
    ) -> tuple[list[Accepted], list[Refused]]:
        """What was accepted, and what was refused. Requests of the same event ids are the same requests."""
        prepared = [self.prepare(company, each, asked.by, new_event_id) for each in dict.fromkeys(asked.shipments)]
        answers = [*await asyncio.gather(*map(self._publish, prepared)), *_repeated(asked.shipments)]
        accepted = [each for each in answers if isinstance(each, Accepted)]
        refused = [each for each in answers if isinstance(each, Refused)]
        _report(company, asked, accepted, refused)
        return accepted, refused

    def prepare(
        self, company: Company, shipment_id: str, by: str, new_event_id: Callable[[], str]
    ) -> SyncRequest | Refused:
        """The request, or why there can be none."""
        snapshot = self._snapshots.snapshot(company.id, shipment_id)
        if snapshot is None:
            unknown = unknown_shipment(company, shipment_id)
            return Refused(shipment_id, unknown.code, unknown.message, unknown.hint)
        refusal = sync_now_refusal(company, snapshot.status)
        if refusal is not None:
            return Refused(shipment_id, refusal.code.value, refusal.message, refusal.hint)
        return sync_now_request(company, shipment_id, snapshot, new_event_id, requested_by=by or None)

    async def _publish(self, prepared: SyncRequest | Refused) -> Accepted | Refused:
        if isinstance(prepared, Refused):
            return prepared
        try:
            await self._publisher.publish(prepared)
        except RecordTooLargeError as error:
            hint = "Shipping: split the shipment, or take out what its document does not need."
            return Refused(prepared.shipment_id, HttpCode.SHIPMENT_TOO_LARGE, str(error), hint)
        except PublishError as error:
            return Refused(
                prepared.shipment_id, HttpCode.KAFKA_UNAVAILABLE, str(error), "Send the shipment again in a minute."
            )
        return Accepted(prepared.shipment_id, str(prepared.request_id))


def _report(company: Company, asked: Asked, accepted: Sequence[Accepted], refused: Sequence[Refused]) -> None:
    _log.info(
        "sync_now_asked",
        company_id=company.id,
        accepted=[each.shipment for each in accepted],
        refused=[each.shipment for each in refused],
        requested_by=asked.by or None,
    )


def _repeated(shipments: Iterable[str]) -> list[Refused]:
    """Shipments that stand in the list more than once: they are sent once, and the repetition is reported."""
    seen: set[str] = set()
    again = [each for each in shipments if each in seen or seen.add(each)]  # type: ignore[func-returns-value]  # set.add returns None on purpose.
    return [
        Refused(each, "repeated_shipment", f"Shipment {each!r} stands in the list more than once; it counts once.")
        for each in dict.fromkeys(again)
    ]
