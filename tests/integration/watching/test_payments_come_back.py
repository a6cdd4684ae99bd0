"""A payment in Xero becomes an event on the outcome topic and stands in the log: once, whatever is killed."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # It publishes no types.

from deploy.simulator.control.edits import edit
from deploy.testbed.events import event
from deploy.testbed.stack import Stack
from deploy.testbed.worker import WorkerProcess
from mappers.outbound.change_event import change_schema
from tests.builders import COMPANY_ID, ORGANISATION
from tests.processes.outcome_events import outcome_events
from tests.processes.stack import stack_on

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(400)]

SECONDS = 120.0
# A look each second: the share of so large a day allows it.
OFTEN = {
    "WATCH__INTERVAL_SECONDS": "1",
    "WATCH__DAY_SHARE": "0.5",
    "XERO__CALLS_PER_DAY": "1000000",
    "XERO__CALLS_PER_MINUTE": "1000",
}


@pytest.fixture
async def stack(kafka: Any, tmp_path: Path) -> AsyncIterator[Stack]:
    async with stack_on(kafka.bootstrap_servers, tmp_path, partitions=2) as stack:
        limits = stack.simulator.state.limits
        limits.default = limits.default.changed({"per_day": 1_000_000, "per_minute": 1_000})
        yield stack


async def changes(stack: Stack) -> list[dict[str, Any]]:
    """What people did."""
    return await outcome_events(stack, b"accounting.document_changed")


async def told(worker: WorkerProcess, shipment: str, count: int) -> list[str]:
    """Wait until the log of the shipment has so many changes."""
    path = f"/api/v1/companies/{COMPANY_ID}/shipments/{shipment}/integration-log"
    async with asyncio.timeout(SECONDS):
        while len(found := (await worker.get(path)).get("changes", [])) < count:  # noqa: ASYNC110  # Another process's.
            await asyncio.sleep(0.1)
    return [each["change"] for each in reversed(found)]


async def test_a_payment_and_a_void_come_back_once_and_survive_a_kill(stack: Stack) -> None:
    worker = stack.worker(environment=OFTEN)
    worker.start()
    await worker.ready(SECONDS)
    await stack.publish([event(0), event(1)])
    await stack.complete_logs(worker, 2)
    state = stack.simulator.state
    edit(state, ORGANISATION, "invoice", "INV-000000", {"payment": "100.10"})
    assert await told(worker, "SHP-000000", 1) == ["part_paid"]
    worker.kill()
    edit(state, ORGANISATION, "invoice", "INV-000000", {"payment": "full"})
    edit(state, ORGANISATION, "invoice", "INV-000001", {"status": "DELETED"})
    worker.start()
    await worker.ready(SECONDS)
    assert await told(worker, "SHP-000000", 2) == ["part_paid", "paid"]
    assert await told(worker, "SHP-000001", 1) == ["deleted"]
    looked = state.counts.calls["GET Invoices"]
    await stack.until(lambda: state.counts.calls["GET Invoices"] > looked + 2, SECONDS, "another look")
    edit(state, ORGANISATION, "invoice", "INV-000000", {"set": {"SentToContact": True}})
    assert await told(worker, "SHP-000000", 3) == ["part_paid", "paid", "sent"]
    events = await changes(stack)
    assert [each["change"] for each in events if each["shipment_id"] == "SHP-000000"] == ["part_paid", "paid", "sent"]
    assert [each["change"] for each in events if each["shipment_id"] == "SHP-000001"] == ["deleted"]
    validator = Draft202012Validator(change_schema())
    assert [error for each in events for error in validator.iter_errors(each)] == []
    paid = next(each for each in events if each["change"] == "paid")
    assert (paid["before"]["amount_paid"], paid["after"]["amount_paid"]) == ("100.10", "1265.63")
