"""The yardstick is fair: it makes the document, asks no more than it must, and keeps to what Xero tells it."""

import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from benchmarks.measures.calls import Calls, entries_by_number
from benchmarks.organisations import Organisations, invoice_number, shipment, tenant
from benchmarks.scenarios.per_shipment import PerShipment, RefusedError
from deploy.simulator.server import Simulator
from deploy.simulator.wire.clock import SimClock
from deploy.simulator.wire.limits import Limits
from tests.builders import make_line

ORGANISATION = tenant(1)


@dataclasses.dataclass
class Integration:
    """An integration whose sleep moves the simulator's clock, which stands still otherwise."""

    simulator: Simulator
    per_shipment: PerShipment
    slept: list[float]

    def calls(self) -> Calls:
        return Calls.of(self.simulator.state, ORGANISATION, "BENCH-")


@asynccontextmanager
async def integration(limits: Limits | None = None) -> AsyncIterator[Integration]:
    clock, slept = SimClock(datetime(2026, 11, 20, tzinfo=UTC), scale=0), []
    seed = dataclasses.replace(Organisations(1).seed(), limits=limits or Limits())

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock.advance(seconds)

    async with Simulator.started(seed, clock=clock) as simulator, aiohttp.ClientSession() as session:
        yield Integration(simulator, PerShipment(session, simulator, ORGANISATION, sleep), slept)


def three_lines() -> dict[str, Any]:
    lines = [make_line(line_number=number) for number in (1, 2, 3)]
    return {**shipment(1, 7), "lines": lines}


async def test_a_shipment_of_one_line_costs_four_calls() -> None:
    async with integration() as running:
        await running.per_shipment.export(shipment(1, 7))
        assert running.calls() == Calls(all=4, writes=1, refused=0, documents=1)


async def test_every_further_line_costs_a_look_up_of_its_item() -> None:
    async with integration() as running:
        await running.per_shipment.export(three_lines())
        assert running.calls() == Calls(all=6, writes=1, refused=0, documents=1)


async def test_a_number_that_is_taken_is_not_written_again() -> None:
    async with integration() as running:
        first = await running.per_shipment.export(shipment(1, 7))
        assert await running.per_shipment.export(shipment(1, 7)) == first
        assert running.calls() == Calls(all=7, writes=1, refused=0, documents=1)


async def test_a_used_up_minute_is_waited_for_as_long_as_xero_says() -> None:
    async with integration(Limits(per_minute=3)) as running:
        await running.per_shipment.export(shipment(1, 7))
        assert running.calls() == Calls(all=4, writes=1, refused=1, documents=1)
        assert len(running.slept) == 1
        assert 1 <= running.slept[0] <= 60


async def test_an_unknown_customer_ends_it() -> None:
    async with integration() as running:
        with pytest.raises(RefusedError, match="NOBODY is 0 contacts"):
            await running.per_shipment.export({**shipment(1, 7), "buyer_code": "NOBODY"})


async def test_calls_are_found_by_the_invoice_they_name() -> None:
    """The look-up by number and the write; look-ups of contact and item name no invoice."""
    async with integration() as running:
        await running.per_shipment.export(shipment(1, 7))
        found = entries_by_number(running.simulator.state)
        assert [each.request.operation for each in found[invoice_number(1, 7)]] == ["GET Invoices", "PUT Invoices"]
        assert list(found) == [invoice_number(1, 7)]
