"""An organisation that is not to be called rests: its shipments' logs say why, once, and it is tried again in time."""

import asyncio
from datetime import timedelta
from functools import partial

from structlog.testing import capture_logs

from mappers.model.outcome import Outcome
from tests.builders import ORGANISATION
from tests.unit.streams.dispatch.harness import Bench
from tests.unit.streams.dispatch.test_flow import numbered
from xero_client.errors import DisconnectedError, OutOfQuotaError

WITHDRAWN = DisconnectedError("Xero no longer accepts the consent; an administrator runs `shipledger connect` again")
MINUTES = 5


def waiting(bench: Bench) -> list[Outcome]:
    """The WAITING outcomes so far."""
    return [each for each in bench.topic.outcomes if each.status == "WAITING"]


def reasons(bench: Bench) -> list[tuple[str, str, bool]]:
    """Shipment, reason and whether a time is named, of the WAITING outcomes so far."""
    told = [(each.shipment_id, each.waiting) for each in waiting(bench)]
    return [(shipment, why.reason, why.resume_at is not None) for shipment, why in told if why is not None]


def parked_times(bench: Bench, times: int) -> bool:
    """Whether the organisation was parked so often."""
    return len(bench.budget.parked) >= times


async def test_want_of_consent_names_no_time_and_ends_when_somebody_consents() -> None:
    bench = Bench()
    bench.accounting.fail_slots(ORGANISATION, WITHDRAWN)
    async with bench.owner() as partition:
        bench.give(partition, [numbered(1), numbered(2)])
        await bench.until(lambda: len(waiting(bench)) == 2)
        assert sorted(reasons(bench)) == [(f"SHP-0000{index}", "disconnected", False) for index in (1, 2)]
        bench.accounting.fail_slots(ORGANISATION, None)
        partition.connected(ORGANISATION)
        await bench.answered(2)
    assert bench.numbers() == ["INV-00001", "INV-00002"]
    organisation, until, _ = bench.budget.parked[-1]
    assert organisation == ORGANISATION
    assert until <= bench.clock.utc(), "the quota does not keep it parked"


async def test_somebody_who_consents_ends_no_other_rest() -> None:
    bench = Bench()
    resume_at = bench.clock.utc() + timedelta(hours=20)
    bench.accounting.fail_slots(ORGANISATION, OutOfQuotaError("the day", limit="day", resume_at=resume_at))
    async with bench.owner() as partition:
        bench.give(partition, [numbered(1)])
        await bench.until(lambda: len(waiting(bench)) == 1)
        bench.accounting.fail_slots(ORGANISATION, None)
        partition.connected(ORGANISATION)
        bench.give(partition, [numbered(2)])
        await bench.until(lambda: len(waiting(bench)) == 2)
    assert bench.numbers() == []


async def test_what_comes_during_a_long_rest_is_told_of_it_and_who_was_told_is_not_told_again() -> None:
    bench = Bench()
    resume_at = bench.clock.utc() + timedelta(hours=20)
    bench.accounting.fail_slots(ORGANISATION, OutOfQuotaError("the day", limit="day", resume_at=resume_at))
    async with bench.owner() as partition:
        bench.give(partition, [numbered(1)])
        await bench.until(lambda: len(waiting(bench)) == 1)
        bench.give(partition, [numbered(2), numbered(3)])
        await bench.until(lambda: len(waiting(bench)) == 3)
    assert reasons(bench) == [(f"SHP-0000{index}", "out_of_quota", True) for index in (1, 2, 3)]


async def test_a_new_owner_tries_at_once_and_repeats_no_outcome() -> None:
    """The process may have been restarted because somebody consented."""
    bench = Bench()
    bench.accounting.fail_slots(ORGANISATION, WITHDRAWN)
    async with bench.owner() as partition:
        bench.give(partition, [numbered(1)])
        await bench.until(lambda: len(waiting(bench)) == 1)
    with capture_logs() as logs:
        async with bench.owner():
            await bench.until(lambda: [each for each in logs if each["event"] == "organisation_rests"])
    assert len(waiting(bench)) == 1
    bench.accounting.fail_slots(ORGANISATION, None)
    async with bench.owner():
        await bench.answered(1)
    assert bench.numbers() == ["INV-00001"]


async def test_it_is_tried_every_minute_and_said_once_until_it_works_again() -> None:
    bench = Bench()
    bench.longest_sleep = 0.01
    bench.accounting.fail_slots(ORGANISATION, WITHDRAWN)
    parked = bench.budget.parked
    with capture_logs() as logs:
        async with bench.owner() as partition:
            bench.give(partition, [numbered(1)])
            await bench.until(lambda: len(parked) == 1)
            for tries in range(2, MINUTES + 2):
                bench.clock.ahead += timedelta(minutes=6)
                bench.give(partition, [numbered(tries)])
                await bench.until(partial(parked_times, bench, tries))
            bench.accounting.fail_slots(ORGANISATION, None)
            partition.connected(ORGANISATION)
            await bench.answered(MINUTES + 1)
            bench.accounting.fail_slots(ORGANISATION, WITHDRAWN)
            bench.give(partition, [numbered(90)])
            await bench.until(lambda: len(waiting(bench)) == MINUTES + 2)
            await asyncio.sleep(0)
    told = [each["event"] for each in logs if each["event"].startswith("organisation_")]
    assert told == ["organisation_rests", "organisation_works", "organisation_rests"]
    assert "shipledger connect" in next(each["message"] for each in logs if each["event"] == "organisation_rests")
    assert len(waiting(bench)) == MINUTES + 2, "each shipment is told once, however often it is tried"
