"""From a shipment's snapshot to a request for its company: Sync Now, asked for over HTTP."""

from collections.abc import Callable

from mappers.inbound import StatusChange, to_request
from mappers.model import Company, Snapshot, SyncRequest, Trigger


def sync_now_request(
    company: Company,
    shipment_id: str,
    snapshot: Snapshot,
    new_event_id: Callable[[], str],
    *,
    requested_by: str | None = None,
) -> SyncRequest:
    """A request of its own event id, so that asking twice asks twice.

    It carries the snapshot's own revision and time, not now: an older snapshot must never pass for a newer one, and a
    status change that arrives meanwhile goes before it.
    """
    change = StatusChange(
        event_id=new_event_id(),
        occurred_at=snapshot.occurred_at,
        company_id=company.id,
        shipment_id=shipment_id,
        revision=snapshot.revision,
        previous_status=None,
        status=snapshot.status,
        sync_now=True,
        shipment=dict(snapshot.shipment),
        faults=snapshot.faults,
    )
    return to_request(change, company, Trigger.SYNC_NOW).model_copy(update={"requested_by": requested_by})
