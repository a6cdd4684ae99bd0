"""Kafka is gone, Xero is not: docs/running.md says what to do, and no document is doubled by it."""

import asyncio
import tarfile
from pathlib import Path
from typing import Any

import pytest

from deploy.testbed.builders import ORGANISATION
from deploy.testbed.stack import running_stack
from tests.integration.upgrade.recording import ALL, DOCUMENTS, IN_DOUBT, REJECTED, answered, events, invoices
from tests.integration.upgrade.test_upgrade import RECORDED, running, settled

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(400)]


async def test_status_changes_that_are_published_again_find_their_documents(kafka: Any, tmp_path: Path) -> None:
    with tarfile.open(RECORDED[-1]) as packed:
        packed.extract("documents.json", tmp_path, filter="data")
    written = DOCUMENTS.validate_json(await asyncio.to_thread((tmp_path / "documents.json").read_bytes))
    async with running_stack(kafka.bootstrap_servers, tmp_path) as stack:
        for document in written:
            stack.simulator.state.organisations[ORGANISATION].book("invoice").put(document)
        async with running(stack) as worker:
            await stack.publish(events(ALL))
            logs = await settled(stack, worker)
        now = {each.number: each.document_id for each in invoices(stack.simulator)}
        # Whose documents they are Xero says by number and customer; only what was missing is made.
        assert {each.number: now[each.number] for each in written} == {
            each.number: each.document_id for each in written
        }
        assert set(stack.written().values()) == {1}
        assert len(now) == len(ALL) - 1
        statuses = {log["shipment_id"]: log["sync_status"] for log in logs}
        assert statuses.pop(f"SHP-{REJECTED:06}") == "REJECTED"
        assert set(statuses.values()) == {"PROCESSED"}
        assert f"INV-{IN_DOUBT:06}" in now
        assert {len(each) for each in answered(logs).values()} == {1}
