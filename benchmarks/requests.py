"""Sync requests as the gate makes them, for scenarios of the dispatcher alone."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from aiokafka import AIOKafkaProducer

from benchmarks.organisations import company, shipment, shipment_id, tenant
from deploy.testbed import make_request
from mappers.model import SyncRequest, encode_request
from streams.topics import SYNC_REQUESTS


def new_requests(number: int, indices: Iterable[int]) -> Iterator[SyncRequest]:
    """A new invoice of one line for each index, in the organisation."""
    for index in indices:
        yield make_request(
            event_id=f"event-{number}-{index}",
            company_id=company(number),
            organisation=tenant(number),
            shipment_id=shipment_id(number, index),
            revision=1,
            occurred_at=datetime.now(UTC),
            shipment=shipment(number, index),
        )


async def put_requests(bootstrap_servers: str, requests: Iterable[SyncRequest]) -> None:
    """Write the requests as the gate does: keyed by the organisation."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap_servers, acks="all", linger_ms=20)
    await producer.start()
    try:
        for request in requests:
            await producer.send(SYNC_REQUESTS, key=request.organisation.encode(), value=encode_request(request))
        await producer.flush()
    finally:
        await producer.stop()
