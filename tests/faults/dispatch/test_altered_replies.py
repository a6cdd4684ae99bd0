"""Replies in other shapes than the simulator's leave the worker right: each kind over real HTTP, for both documents."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from deploy.simulator.server import Simulator
from deploy.simulator.wire.clock import SimClock
from mappers.model.company import DocumentType
from mappers.model.sync_request import SyncRequest, Trigger
from tests.builders import OCCURRED_AT, make_company, make_request, make_shipment
from tests.faults.dispatch.altering_proxy import Alteration, Altered, AlteringProxy, altering
from tests.faults.dispatch.reply_alterations import ALTERATIONS, PARTIAL
from tests.faults.dispatch.simulated import SCALE, SimulatedHarness, assert_clean

COMPANIES = [make_company(id="beef"), make_company(id="wool", document="quote")]
HTML = b"<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1><hr>nginx</body></html>"
CORRECTED = "EXP-78 corrigé"


def shipment(company: str, index: int, revision: int, trigger: Trigger = Trigger.STATUS, **fields: Any) -> SyncRequest:
    return make_request(
        event_id=f"{company}-{index}-{revision}",
        company_id=company,
        shipment_id=f"S-{index}",
        revision=revision,
        trigger=trigger,
        occurred_at=OCCURRED_AT + timedelta(seconds=revision),
        shipment=make_shipment(invoice_number=f"A-{company}-{index}", **fields),
    )


@asynccontextmanager
async def behind(alteration: Alteration) -> AsyncIterator[tuple[SimulatedHarness, AlteringProxy]]:
    async with (
        Simulator.started(clock=SimClock(scale=SCALE)) as simulator,
        altering(simulator.base_url, alteration) as proxy,
    ):
        harness = SimulatedHarness(simulator, *COMPANIES)
        harness._endpoint = replace(harness._endpoint, base_url=proxy.url)
        harness.new_process()
        try:
            yield harness, proxy
        finally:
            for client in harness.clients:
                client.close()
        assert_clean(simulator)


async def run_through(harness: SimulatedHarness) -> list[tuple[str, str | None, tuple[str, ...]]]:
    """Two shipments of each company are made, corrected, and asked for once more without a change."""
    each = [(company.id, index) for company in COMPANIES for index in (1, 2)]
    outcomes = await harness.drive(
        [shipment(*one, 1) for one in each],
        [shipment(*one, 2, exporter_reference=CORRECTED) for one in each],
        [shipment(*one, 3, Trigger.SYNC_NOW, exporter_reference=CORRECTED) for one in each],
    )
    for kind in DocumentType:
        live = [each.number for each in harness.documents(kind) if each.alive]
        assert len(live) == 2, "one document each"
        assert len(set(live)) == 2
    return [(each.status, each.action, tuple(problem.code for problem in each.errors)) for each in outcomes]


RIGHT = [("PROCESSED", action, ()) for action in ("created", "updated", "unchanged") for _ in range(4)]


@pytest.mark.parametrize("name", ALTERATIONS)
async def test_another_shape_of_the_same_reply_changes_nothing(name: str) -> None:
    async with behind(ALTERATIONS[name]) as (harness, _):
        assert sorted(await run_through(harness)) == sorted(RIGHT)


@pytest.mark.parametrize("name", PARTIAL)
async def test_what_a_writes_reply_leaves_out_is_read_back_at_once(name: str) -> None:
    async with behind(PARTIAL[name]) as (harness, proxy):
        assert sorted(await run_through(harness)) == sorted(RIGHT)
        reads = [path for method, path in proxy.calls if method == "GET"]
        assert len(reads) <= 24, "a look before each update and Sync Now, and one read back for each write"


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("method", ["GET", "PUT", "POST"])
@pytest.mark.parametrize("body", [HTML, b'{"message":"no Route matched with those values"}'])
async def test_a_gateway_that_loses_its_way_for_a_moment_is_waited_for(method: str, times: int, body: bytes) -> None:
    left = [times]

    def lose_way(reply: Altered) -> None:
        if reply.method == method and left[0]:
            left[0] -= 1
            reply.status, reply.raw, reply.headers["Content-Type"] = 404, body, "text/html"

    async with behind(lose_way) as (harness, _):
        outcomes = await run_through(harness)
        assert left == [0]
    assert {(status, errors) for status, _, errors in outcomes} == {("PROCESSED", ())}


async def test_xeros_own_404_is_final_and_not_waited_for() -> None:
    """Xero does not know the quote's id (404 without a body): it is looked up under its number at once."""
    left = [1]

    def unknown_id(reply: Altered) -> None:
        if "/Quotes/" in reply.path and left[0]:
            left[0] -= 1
            reply.status, reply.raw = 404, b""

    async with behind(unknown_id) as (harness, proxy):
        await harness.drive([shipment("wool", 1, 1)])
        outcome = (await harness.drive([shipment("wool", 1, 2, Trigger.SYNC_NOW)]))[-1]
        assert [path for method, path in proxy.calls if method == "GET" and "/Quotes/" in path][1:] == []
        assert len(harness.documents(DocumentType.QUOTE)) == 1
    assert (left, outcome.status) == ([0], "PROCESSED")
