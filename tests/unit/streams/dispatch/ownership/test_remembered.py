"""What the ledger remembers of an organisation is known before anybody calls it, and judged by the clock of today."""

import asyncio
from datetime import datetime, timedelta

import pytest

from mappers.model.outcome import Outcome
from streams.dispatch.ledger.records import StoredBackoff
from tests.builders import ORGANISATION, make_company, make_request
from tests.unit.streams.dispatch.harness import Harness
from tests.unit.streams.dispatch.requests import numbered
from xero_client.errors import DisconnectedError, OutOfQuotaError

WITHDRAWN = DisconnectedError("Xero no longer accepts the consent; an administrator runs `shipledger connect` again")


def waiting(harness: Harness) -> list[Outcome]:
    """The WAITING outcomes so far."""
    return [each for each in harness.topic.outcomes if each.status == "WAITING"]


@pytest.mark.parametrize(
    ("reason", "ahead", "is_believed"),
    [
        ("out_of_quota", timedelta(hours=23), True),
        ("out_of_quota", timedelta(hours=25), False),
        ("out_of_quota", timedelta(days=400), False),
        ("unavailable", timedelta(minutes=4), True),
        ("unavailable", timedelta(hours=2), False),
    ],
)
async def test_a_backoff_that_a_wrong_clock_has_set_is_judged_again_after_a_restart(
    reason: str, ahead: timedelta, is_believed: bool
) -> None:
    """No reason explains a time so far away."""
    harness = Harness()
    until = harness.clock.utc() + ahead
    stored = StoredBackoff(organisation=ORGANISATION, reason=reason, until=until)
    harness.topic.put({("rest", ORGANISATION): stored})
    async with harness.owner() as partition:
        assert ((ORGANISATION, until, reason) in harness.budget.parked) is is_believed
        harness.give(partition, [numbered(1)])
        if is_believed:
            await asyncio.sleep(0.05)
            assert harness.numbers() == []
        else:
            await harness.answered(1)


async def test_a_backoff_ends_when_the_clock_that_set_it_is_put_back() -> None:
    harness = Harness()
    harness.longest_sleep = 0.01
    harness.clock.ahead = timedelta(days=365)
    resume_at = harness.clock.utc() + timedelta(hours=20)
    harness.accounting.fail_slots(ORGANISATION, OutOfQuotaError("the day", limit="day", resume_at=resume_at))
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        await harness.until(lambda: len(waiting(harness)) == 1)
        harness.accounting.fail_slots(ORGANISATION, None)
        harness.clock.ahead = timedelta()
        await harness.answered(1)


async def test_what_is_parked_is_known_before_the_partition_counts_as_running() -> None:
    """Whoever warms an organisation's master data asks first whether its partition runs."""
    harness = Harness()
    until = harness.clock.utc() + timedelta(hours=20)
    stored = StoredBackoff(organisation=ORGANISATION, reason="out_of_quota", until=until)
    harness.topic.put({("rest", ORGANISATION): stored})
    partition = harness.own()
    parked_then: list[bool] = []
    park = harness.budget.park

    def note(organisation: str, until: datetime, reason: str) -> None:
        parked_then.append(partition.is_running)
        park(organisation, until, reason)

    harness.budget.park = note  # type: ignore[method-assign]  # To see the state at that moment.
    task = asyncio.create_task(partition.run())
    await harness.until(lambda: partition.is_running)
    assert parked_then == [False]
    task.cancel()
    await asyncio.wait({task})


async def test_a_company_that_was_moved_is_answered_though_its_former_organisation_has_no_connection() -> None:
    """Sixty open requests, more than are planned at once."""
    harness = Harness()
    harness.accounting.fail_slots(ORGANISATION, WITHDRAWN)
    harness.references.fail(ORGANISATION, WITHDRAWN)
    async with harness.owner() as partition:
        harness.give(partition, [numbered(index) for index in range(60)])
        await harness.until(lambda: len(waiting(harness)) == 60)
    moved = make_company(organisation="b1b1b1b1-0f6b-4a57-9d5e-111111111111")
    harness.companies[moved.id] = moved
    async with harness.owner() as partition:
        outcomes = await harness.answered(60)
        harness.give(partition, [numbered(61)])
        outcomes = await harness.answered(61)
    assert {(each.status, each.errors[0].code) for each in outcomes} == {("REJECTED", "organisation_changed")}


async def test_an_organisation_in_capitals_is_the_one_in_small_letters() -> None:
    """A request that a former gate wrote, with the profile's spelling of then."""
    harness = Harness()
    async with harness.owner() as partition:
        harness.give(partition, [make_request(organisation=ORGANISATION.upper())])
        (outcome,) = await harness.answered(1)
    assert outcome.status == "PROCESSED"
    assert {key.organisation for key in harness.topic.read().rows} == {ORGANISATION}
