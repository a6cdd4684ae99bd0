"""While an organisation is not to be called its shipments' logs say why, once, and it is tried again in time."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial
from unittest.mock import Mock

import pytest
from structlog.testing import capture_logs

from mappers.model.outcome import Outcome
from streams.dispatch.batch.backoff import Backoff
from tests.builders import ORGANISATION
from tests.unit.streams.dispatch.harness import SETTINGS, Harness
from tests.unit.streams.dispatch.requests import numbered
from xero_client.errors import DisconnectedError, OutOfQuotaError, UnavailableError

WITHDRAWN = DisconnectedError("Xero no longer accepts the consent; an administrator runs `shipledger connect` again")
MINUTES = 5


def make_backoff(harness: Harness) -> Backoff:
    context = harness.context()
    return Backoff(ORGANISATION, context.time, context.budget, 10.0, lambda _reason, _until: None)


def waiting(harness: Harness) -> list[Outcome]:
    """The WAITING outcomes so far."""
    return [each for each in harness.topic.outcomes if each.status == "WAITING"]


def reasons(harness: Harness) -> list[tuple[str, str, bool]]:
    """Shipment, reason and whether a time is named, of the WAITING outcomes so far."""
    told = [(each.shipment_id, each.waiting) for each in waiting(harness)]
    return [(shipment, why.reason, why.resume_at is not None) for shipment, why in told if why is not None]


def tried_and_told(harness: Harness, times: int) -> bool:
    """Whether the organisation was parked so often, and so many shipments were told that they wait."""
    return len(harness.budget.parked) >= times and len(waiting(harness)) == times


async def test_lack_of_consent_names_no_time_and_ends_when_somebody_consents() -> None:
    harness = Harness()
    harness.accounting.fail_slots(ORGANISATION, WITHDRAWN)
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1), numbered(2)])
        await harness.until(lambda: len(waiting(harness)) == 2)
        assert sorted(reasons(harness)) == [(f"SHP-0000{index}", "disconnected", False) for index in (1, 2)]
        harness.accounting.fail_slots(ORGANISATION, None)
        partition.connected(ORGANISATION)
        await harness.answered(2)
    assert harness.numbers() == ["INV-00001", "INV-00002"]
    organisation, until, _ = harness.budget.parked[-1]
    assert organisation == ORGANISATION
    assert until <= harness.clock.utc(), "the quota does not keep it parked"


async def test_consent_ends_no_backoff_for_another_reason() -> None:
    harness = Harness()
    resume_at = harness.clock.utc() + timedelta(hours=20)
    harness.accounting.fail_slots(ORGANISATION, OutOfQuotaError("the day", limit="day", resume_at=resume_at))
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        await harness.until(lambda: len(waiting(harness)) == 1)
        harness.accounting.fail_slots(ORGANISATION, None)
        partition.connected(ORGANISATION)
        harness.give(partition, [numbered(2)])
        await harness.until(lambda: len(waiting(harness)) == 2)
    assert harness.numbers() == []


async def test_what_is_planned_already_does_not_knock_while_the_organisation_is_out_of_quota(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A batch for each would spend what Xero refuses, or what is kept for people."""
    harness = Harness(settings=replace(SETTINGS, batch_size=1, concurrent_batches=1))
    resume_at = harness.clock.utc() + timedelta(hours=20)
    harness.accounting.fail_slots(ORGANISATION, OutOfQuotaError("the day", limit="day", resume_at=resume_at))
    knocks = Mock(side_effect=harness.accounting.slot)
    monkeypatch.setattr(harness.accounting, "slot", knocks)
    async with harness.owner() as partition:
        await partition.drain(0.1)
        harness.give(partition, [numbered(index) for index in (1, 2, 3)])
        lane = partition._lane(ORGANISATION)
        await harness.until(lambda: len(lane._ready_queue) == 3)
        partition.resume()
        await harness.until(lambda: len(waiting(harness)) == 3)
        for _ in range(200):
            await asyncio.sleep(0)
    assert knocks.call_count == 1


async def test_requests_that_come_during_a_long_backoff_are_told_of_it_and_none_is_told_twice() -> None:
    harness = Harness()
    resume_at = harness.clock.utc() + timedelta(hours=20)
    harness.accounting.fail_slots(ORGANISATION, OutOfQuotaError("the day", limit="day", resume_at=resume_at))
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        await harness.until(lambda: len(waiting(harness)) == 1)
        harness.give(partition, [numbered(2), numbered(3)])
        await harness.until(lambda: len(waiting(harness)) == 3)
    assert reasons(harness) == [(f"SHP-0000{index}", "out_of_quota", True) for index in (1, 2, 3)]


async def test_a_new_owner_tries_at_once_and_repeats_no_outcome() -> None:
    """The process may have been restarted because somebody consented."""
    harness = Harness()
    harness.accounting.fail_slots(ORGANISATION, WITHDRAWN)
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        await harness.until(lambda: len(waiting(harness)) == 1)
    with capture_logs() as logs:
        async with harness.owner():
            await harness.until(lambda: [each for each in logs if each["event"] == "organisation_rests"])
    assert len(waiting(harness)) == 1
    harness.accounting.fail_slots(ORGANISATION, None)
    async with harness.owner():
        await harness.answered(1)
    assert harness.numbers() == ["INV-00001"]


async def test_it_is_tried_every_minute_and_said_once_until_it_works_again() -> None:
    harness = Harness()
    harness.longest_sleep = 0.01
    harness.accounting.fail_slots(ORGANISATION, WITHDRAWN)
    with capture_logs() as logs:
        async with harness.owner() as partition:
            harness.give(partition, [numbered(1)])
            await harness.until(partial(tried_and_told, harness, 1))
            for tries in range(2, MINUTES + 2):
                harness.clock.ahead += timedelta(minutes=6)
                harness.give(partition, [numbered(tries)])
                await harness.until(partial(tried_and_told, harness, tries))
            harness.accounting.fail_slots(ORGANISATION, None)
            partition.connected(ORGANISATION)
            await harness.answered(MINUTES + 1)
            harness.accounting.fail_slots(ORGANISATION, WITHDRAWN)
            harness.give(partition, [numbered(90)])
            await harness.until(lambda: len(waiting(harness)) == MINUTES + 2)
            await asyncio.sleep(0)
    told = [each["event"] for each in logs if each["event"].startswith("organisation_")]
    assert told == ["organisation_rests", "organisation_works", "organisation_rests"]
    assert "shipledger connect" in next(each["message"] for each in logs if each["event"] == "organisation_rests")
    assert len(waiting(harness)) == MINUTES + 2, "each shipment is told once, however often it is tried"


async def test_the_calls_of_one_moment_fail_once() -> None:
    """Four in flight that meet one blip: the pause is that of one failure, and so is the next one."""
    harness = Harness()
    backoff = make_backoff(harness)
    for pause in (1, 2, 4):
        for _ in range(4):
            backoff.failed(UnavailableError("connection reset"))
        assert backoff.until is not None
        assert backoff.until - harness.clock.utc() <= timedelta(seconds=pause)
        harness.clock.ahead += timedelta(seconds=pause)
        assert backoff.until is None


def next_pause(harness: Harness, backoff: Backoff) -> timedelta:
    """How long the backoff still lasts; it is over then."""
    assert backoff.until is not None
    pause = backoff.until - harness.clock.utc()
    harness.clock.ahead += pause
    assert backoff.until is None
    return pause


async def test_plans_from_the_cache_shorten_no_pause_while_calls_fail() -> None:
    """Else an outage is met once a second for as long as it lasts, and nobody is told."""
    harness = Harness()
    backoff = make_backoff(harness)
    pauses = []
    for _ in range(5):
        backoff.planning_succeeded()
        backoff.failed(UnavailableError("503"))
        pauses.append(round(next_pause(harness, backoff).total_seconds()))
    assert pauses == [1, 2, 4, 8, 16]
    backoff.succeeded()
    backoff.failed(UnavailableError("503"))
    assert round(next_pause(harness, backoff).total_seconds()) == 1


async def test_planning_that_works_again_ends_the_longer_pauses_of_planning_alone() -> None:
    harness = Harness()
    backoff = make_backoff(harness)
    for seconds in (1, 2, 4):
        backoff.planning_failed(UnavailableError("503"))
        assert round(next_pause(harness, backoff).total_seconds()) == seconds
    backoff.planning_succeeded()
    backoff.planning_failed(UnavailableError("503"))
    assert round(next_pause(harness, backoff).total_seconds()) == 1


async def test_an_unavailable_xero_is_tried_again_within_minutes_whatever_its_header_says() -> None:
    harness = Harness()
    backoff = make_backoff(harness)
    backoff.failed(UnavailableError("503", retry_after=9_999_999.0))
    assert backoff.until is not None
    assert backoff.until - harness.clock.utc() <= timedelta(minutes=5)


async def test_a_days_limit_is_believed() -> None:
    harness = Harness()
    backoff = make_backoff(harness)
    resume_at = harness.clock.utc() + timedelta(hours=20)
    backoff.failed(OutOfQuotaError("the day", limit="day", resume_at=resume_at))
    assert backoff.until == resume_at
