"""Rejected shipments that master data cured are requested again without anybody asking (architecture §4)."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from mappers.model import SyncRequest, Trigger, request_id
from streams.dispatch.ledger import Ledger, Row, RowKey, State


def releases(
    ledger: Ledger, cured: Iterable[tuple[RowKey, SyncRequest]], now: datetime
) -> Iterator[tuple[RowKey, Row]]:
    """The rows of the cured requests, pending under a request id of their own.

    The released request is not the one that was rejected: each ends in one terminal outcome.
    """
    for key, request in cured:
        row = ledger.rows.get(key)
        if row is None or row.state is not State.REJECTED or row.request != request:
            continue
        yield key, row.model_copy(update={"state": State.PENDING, "request": released(request, now), "missing": ()})


def released(request: SyncRequest, now: datetime) -> SyncRequest:
    """The same snapshot as a new request; its event id is the rejected request's id and the time of the release."""
    identity = request_id(
        event_id=f"{request.request_id}/{now.isoformat()}",
        company_id=request.company_id,
        shipment_id=request.shipment_id,
        revision=request.revision,
        trigger=Trigger.RELEASED,
    )
    return request.model_copy(
        update={"request_id": identity, "trigger": Trigger.RELEASED, "attempt": request.attempt + 1}
    )
