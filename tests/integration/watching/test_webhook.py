"""Xero's webhook arrives at one worker and is looked into by another, which owns the organisation; it is told once."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from deploy.simulator.control.edits import edit
from deploy.simulator.control.webhooks import WebhookSender
from deploy.testbed.events import event
from deploy.testbed.stack import Stack
from tests.builders import ORGANISATION
from tests.integration.watching.test_payments_come_back import SECONDS, changes, told
from tests.processes.stack import stack_on

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(400)]

KEY = "the-key-of-the-webhook"
# No regular look comes within this test.
SELDOM = {"WATCH__INTERVAL_SECONDS": "86400", "XERO__WEBHOOK_KEY": KEY}


@pytest.fixture
async def stack(kafka: Any, tmp_path: Path) -> AsyncIterator[Stack]:
    async with stack_on(kafka.bootstrap_servers, tmp_path, partitions=2) as stack:
        yield stack


async def test_what_the_webhook_says_to_one_worker_is_told_once_by_another(stack: Stack) -> None:
    listener = stack.worker("stream", role="stream", environment=SELDOM)
    owner = stack.worker("dispatch", role="dispatch", environment=SELDOM)
    for worker in (listener, owner):
        worker.start()
    for worker in (listener, owner):
        await worker.ready(SECONDS)
    webhooks = WebhookSender(stack.simulator.state)
    answers = await webhooks.subscribe(f"{listener.url}/webhooks/xero", KEY)
    assert [(each.status, each.fault) for each in answers] == [(200, ""), (401, ""), (401, ""), (200, "")]
    await stack.publish([event(0), event(1)])
    await stack.complete_logs(listener, 2)
    state = stack.simulator.state
    # The echo of our own writes is hardly over when people begin: their changes are dated later than that.
    state.clock.advance(60)
    edit(state, ORGANISATION, "invoice", "INV-000000", {"payment": "full"})
    edit(state, ORGANISATION, "invoice", "INV-000001", {"status": "DELETED"})
    posted = await webhooks.deliver(at_once=1, copies=2, backwards=True, lost_answers=1)
    assert {each.fault for each in posted} == {""}
    assert await told(listener, "SHP-000000", 1) == ["paid"]
    assert await told(listener, "SHP-000001", 1) == ["deleted"]
    looked = [name for name in state.counts.calls if name.startswith("GET Invoices")]
    assert looked
    state.clock.advance(60)
    edit(state, ORGANISATION, "invoice", "INV-000000", {"set": {"SentToContact": True}})
    await webhooks.deliver()
    assert await told(listener, "SHP-000000", 2) == ["paid", "sent"]
    events = await changes(stack)
    assert sorted((each["shipment_id"], each["change"]) for each in events) == [
        ("SHP-000000", "paid"),
        ("SHP-000000", "sent"),
        ("SHP-000001", "deleted"),
    ]
