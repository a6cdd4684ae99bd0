"""Two nights on a real broker: what differs is an event and a card, told once by whichever worker owns it."""

import asyncio
import json
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # It publishes no types.

from deploy.testbed.topics import fresh_topics
from mappers.outbound.drift import drift_schema
from streams.projection.ingest import Ingest
from streams.projection.store import ProjectionStore
from streams.topics import SYNC_OUTCOMES
from tests.builders import COMPANY_ID, ORGANISATION, make_company
from tests.fakes.key_value import MemoryKeyValue
from tests.integration.dispatch.dispatchers import dispatching, send
from tests.unit.streams.dispatch.drift.nights import DAY, Nights
from tests.unit.streams.dispatch.requests import numbered

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]

SECONDS = 120.0


class Readers:
    """The topic of the outcomes as a service reads it, and the projection that is made of it."""

    def __init__(self, consumer: AIOKafkaConsumer, harness: Nights) -> None:
        self._consumer = consumer
        self.store = ProjectionStore(MemoryKeyValue())
        self._ingest = Ingest(
            self.store, {COMPANY_ID: make_company()}, harness.metrics, limit=10**6, clock=harness.clock.utc
        )
        self.drifts: list[dict[str, Any]] = []
        self.ended = 0

    async def until(self, *, drifts: int, ended: int) -> None:
        async with asyncio.timeout(SECONDS):
            while len(self.drifts) < drifts or self.ended < ended:
                polled = await self._consumer.getmany(timeout_ms=100)
                self._ingest.fold(polled.values())
                records = [each for some in polled.values() for each in some]
                kinds = [dict(each.headers)["ce_type"] for each in records]
                self.drifts += [
                    json.loads(each.value)
                    for each, kind in zip(records, kinds, strict=True)
                    if kind == b"accounting.document_drifted"
                ]
                self.ended += kinds.count(b"accounting.sync_outcome")

    def told(self) -> list[tuple[str, list[str]]]:
        return sorted((each["shipment_id"], [one["kind"] for one in each["differences"]]) for each in self.drifts)

    def cards(self) -> dict[str, list[str]]:
        page = self.store.attention(COMPANY_ID)
        return {each.cause.code: [one.shipment_id for one in each.shipments] for each in page.causes}


async def test_two_nights_of_two_workers(kafka: Any) -> None:
    await fresh_topics(kafka.bootstrap_servers, 2)
    harness = Nights()
    harness.longest_sleep = 0.02
    consumer = AIOKafkaConsumer(
        SYNC_OUTCOMES,
        bootstrap_servers=kafka.bootstrap_servers,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
    )
    async with consumer:
        readers = Readers(consumer, harness)
        async with dispatching(harness, kafka.bootstrap_servers, "one"):
            requests = [numbered(each, exporter_reference=f"EXP-{each}") for each in (1, 2, 3)]
            await send(kafka.bootstrap_servers, requests)
            await readers.until(drifts=0, ended=3)
            writes = len(harness.accounting.writes)
            harness.changed(1, status="VOIDED")
            harness.accounting.remove(ORGANISATION, harness.accounting.documents(ORGANISATION)[0].xero_id)
            harness.clock.ahead += DAY
            await readers.until(drifts=2, ended=3)
        assert readers.told() == [("SHP-00001", ["missing"]), ("SHP-00002", ["voided"])]
        assert readers.cards() == {"drift_missing": ["SHP-00001"], "drift_voided": ["SHP-00002"]}
        harness.changed(0, status="DRAFT")
        async with dispatching(harness, kafka.bootstrap_servers, "two"):
            harness.clock.ahead += DAY
            await readers.until(drifts=3, ended=3)
        assert readers.told()[1:] == [("SHP-00002", []), ("SHP-00002", ["voided"])]
        assert readers.cards() == {"drift_missing": ["SHP-00001"]}
        assert len(harness.accounting.writes) == writes
        validator = Draft202012Validator(drift_schema())
        assert [error for each in readers.drifts for error in validator.iter_errors(each)] == []
