"""What the gate could not read, and the largest revision, on their way through ledger and outcome."""

from mappers.inbound.status_change import StatusChange, read_event
from mappers.inbound.triggers import to_request
from mappers.model.sync_request import SyncRequest, Trigger, decode_request, encode_request
from mappers.outbound.outcome_json import decode_outcome, encode_outcome
from streams.dispatch.ledger.codec import decode, encode_key, encode_value
from tests.builders import COMPANY_ID, OCCURRED_AT, encode, make_company, make_event
from tests.unit.streams.dispatch.harness import Harness

LARGEST = 2**63 - 1


def request_of(**overrides: object) -> SyncRequest:
    """The request that the gate makes of an event, as it comes out of Kafka."""
    event = read_event(encode(make_event(**overrides)), (), {COMPANY_ID: make_company()}, recorded_at=OCCURRED_AT)
    assert isinstance(event, StatusChange), event
    return decode_request(encode_request(to_request(event, make_company(), Trigger.STATUS)))


async def test_a_fault_of_the_event_ends_in_the_shipments_log_and_never_in_xero() -> None:
    harness = Harness()
    async with harness.owner() as partition:
        harness.give(partition, [request_of(revision="seven", occurred_at="yesterday")])
        (outcome,) = await harness.answered(1)
    assert outcome.status == "REJECTED"
    assert [(each.code, each.field) for each in outcome.errors] == [
        ("field_invalid", "occurred_at"),
        ("field_invalid", "revision"),
    ]
    assert harness.accounting.writes == []


async def test_the_corrected_event_is_sent_after_one_with_a_fault() -> None:
    harness = Harness()
    async with harness.owner() as partition:
        harness.give(partition, [request_of(revision="seven")])
        await harness.answered(1)
        harness.give(partition, [request_of(event_id="e-2", revision=8, occurred_at="2026-11-20T04:00:00Z")])
        outcomes = await harness.answered(2)
    assert [each.status for each in outcomes] == ["REJECTED", "PROCESSED"]


async def test_the_largest_revision_is_exact_in_ledger_and_outcome_and_still_orders() -> None:
    """2^63-1 and its neighbour are one float."""
    harness = Harness()
    async with harness.owner() as partition:
        harness.give(partition, [request_of(revision=str(LARGEST))])
        await harness.answered(1)
        harness.give(partition, [request_of(revision=LARGEST - 1, event_id="e-2")])
        outcomes = await harness.answered(2)
    assert [(each.status, each.revision) for each in outcomes] == [("PROCESSED", LARGEST), ("SKIPPED", LARGEST - 1)]
    assert [decode_outcome(encode_outcome(each)) for each in outcomes] == outcomes
    ((key, row),) = harness.topic.read().rows.items()
    assert row.revision == LARGEST
    assert decode(encode_key(key), encode_value(row)) == (key, row)


async def test_dates_are_judged_by_the_dispatchers_day_and_not_by_the_senders_clock() -> None:
    harness = Harness()
    async with harness.owner() as partition:
        harness.give(partition, [request_of(occurred_at="2010-01-01T00:00:00Z")])
        (outcome,) = await harness.answered(1)
    assert (outcome.status, outcome.errors) == ("PROCESSED", ())
