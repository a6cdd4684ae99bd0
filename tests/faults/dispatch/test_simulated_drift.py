"""A night with the real client and governor against the simulator: what differs is told, and nothing is written."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from deploy.simulator.server import Simulator
from deploy.simulator.wire.clock import SimClock
from mappers.model.company import DocumentType
from streams.dispatch.settings import DriftSettings
from tests.builders import make_company
from tests.faults.dispatch.simulated import SCALE, SimulatedHarness
from tests.unit.streams.dispatch.requests import numbered

DAY = timedelta(days=1)
INVOICE = DocumentType.INVOICE


async def test_a_night_over_http_finds_what_no_look_saw() -> None:
    async with Simulator.started(clock=SimClock(scale=SCALE)) as simulator:
        harness = SimulatedHarness(simulator, make_company())
        at = (harness.clock.utc() - DAY / 2).time()
        watch = replace(harness.settings.watch, interval=10.0**9)
        harness.settings = replace(harness.settings, drift=DriftSettings(at=at), watch=watch)
        harness.changes = harness.client
        async with harness.owner() as partition:
            harness.give(partition, [numbered(each, exporter_reference=f"EXP-{each}") for each in range(1, 5)])
            await harness.answered(4)
            harness.advance(600)
            harness.edit(INVOICE, "INV-00001", status="DELETED")
            harness.edit(INVOICE, "INV-00002", set={"InvoiceNumber": "BY-HAND"})
            gone = harness.xero.document("invoice", "INV-00003")
            assert gone is not None
            del harness.xero.invoices.by_id[gone.document_id]
            calls = Counter(simulator.state.counts.calls)
            harness.advance(DAY.total_seconds())
            await harness.until(lambda: len(harness.topic.drifts) == 3)
        found = {each.shipment_id: [one.kind.value for one in each.differences] for each in harness.topic.drifts}
        assert found == {"SHP-00001": ["deleted"], "SHP-00002": ["number"], "SHP-00003": ["missing"]}
        assert [(each.change.value, each.shipment_id) for each in harness.topic.changes] == [
            ("deleted", "SHP-00001"),
            ("edited", "SHP-00002"),
        ]
        since = Counter(simulator.state.counts.calls) - calls
        assert {name for name in since if not name.startswith("GET")} <= {"POST connect/token", "POST ?"}
        # The list, the one that it did not show, and perhaps the day's first with a token that has ended.
        assert since["GET Invoices"] in {2, 3}
        for client in harness.clients:
            client.close()
