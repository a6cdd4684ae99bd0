"""The end-to-end time counts from when a request was asked for, whatever the age of its event."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mappers.model.sync_request import SyncRequest, Trigger, decode_request, encode_request
from streams.dispatch.ledger.codec import encode_key, encode_value
from streams.dispatch.ledger.indexing import index, indexed, to_micros
from streams.dispatch.ledger.records import Row, RowKey, State
from streams.ops import WaitedFor
from tests.builders import ORGANISATION
from tests.fakes.references import contact, item, reference_data
from tests.unit.streams.dispatch.harness import SETTINGS, Harness, Record
from tests.unit.streams.dispatch.requests import numbered
from xero_client.errors import OutOfQuotaError

NOTHING = WaitedFor.NOTHING


def times(harness: Harness, trigger: Trigger, waited_for: WaitedFor = NOTHING) -> tuple[float, float]:
    """How many requests ended, and their seconds together."""
    registry, labels = harness.metrics.registry, {"trigger": trigger.value, "waited_for": waited_for.value}
    found = [registry.get_sample_value(f"shipledger_end_to_end_seconds_{each}", labels) for each in ("count", "sum")]
    return found[0] or 0.0, found[1] or 0.0


def ago(**span: float) -> datetime:
    return datetime.now(UTC) - timedelta(**span)


def asked(index: int, at: datetime | None, **fields: Any) -> SyncRequest:
    """A request for an event of last week."""
    known = {"revision": fields.pop("revision", 1), "event": fields.pop("event", "e")}
    return numbered(index, **known).model_copy(update={"occurred_at": ago(days=6), "asked_at": at, **fields})


def record_of(harness: Harness, request: SyncRequest, recorded: datetime) -> Record:
    record = harness.record(request)
    return Record(record.value, record.offset, timestamp=int(recorded.timestamp() * 1000))


async def test_a_status_change_counts_from_its_events_record_on_kafka() -> None:
    harness = Harness()
    async with harness.owner() as partition:
        harness.give(partition, [asked(0, ago(seconds=7))])
        await harness.answered(1)
    count, seconds = times(harness, Trigger.STATUS)
    assert count == 1
    assert 7 <= seconds < 60


async def test_a_send_counts_from_its_own_record() -> None:
    """It goes straight to the requests' topic, with the snapshot of a status change of last week."""
    harness = Harness()
    async with harness.owner() as partition:
        request = asked(0, None, trigger=Trigger.SYNC_NOW)
        partition.take([record_of(harness, request, ago(seconds=3))])
        await harness.answered(1)
    count, seconds = times(harness, Trigger.SYNC_NOW)
    assert count == 1
    assert 3 <= seconds < 60


async def test_a_release_counts_from_when_master_data_appeared() -> None:
    harness = Harness()
    harness.references.put(ORGANISATION, reference_data(contacts=[], items=[item("BEEF-01")]))
    async with harness.owner() as partition:
        harness.give(partition, [asked(0, ago(hours=5))])
        await harness.answered(1)
        known = reference_data(contacts=[contact("ALOK")], items=[item("BEEF-01")])
        harness.references.put(ORGANISATION, known)
        partition.master_data_changed(ORGANISATION)
        await harness.answered(2)
    assert times(harness, Trigger.STATUS)[1] >= 5 * 3600
    count, seconds = times(harness, Trigger.RELEASED)
    assert count == 1
    assert seconds < 60


async def test_a_stale_request_counts_by_itself_and_not_for_the_one_that_is_there() -> None:
    harness = Harness()
    async with harness.owner() as partition:
        harness.give(partition, [asked(0, ago(seconds=1), revision=5, event="newer")])
        await harness.answered(1)
        before = times(harness, Trigger.STATUS)
        harness.give(partition, [asked(0, ago(hours=1), revision=4, event="older")])
        await harness.answered(2)
    count, seconds = times(harness, Trigger.STATUS)
    assert count - before[0] == 1
    assert 3600 <= seconds - before[1] < 3660


def test_the_time_is_kept_in_the_row_and_absent_where_it_is_not_known() -> None:
    at = datetime(2026, 11, 20, 3, 15, tzinfo=UTC)
    assert decode_request(encode_request(asked(0, at))).asked_at == at
    assert b"asked_at" not in encode_request(asked(0, None))


@pytest.mark.parametrize("at", [None, datetime(2026, 11, 20, 3, 15, tzinfo=UTC)])
def test_the_oldest_is_found_by_when_it_was_asked_for_in_a_rebuilt_store_too(at: datetime | None) -> None:
    request = asked(0, at)
    row = Row(state=State.PENDING, revision=1, occurred_at=request.occurred_at, request=request)
    key = RowKey(request.organisation, request.company_id, request.shipment_id)
    value = encode_value(row) or b""
    found = indexed(key, row, len(value))
    assert found.occurred_at == to_micros(at or request.occurred_at)
    assert index(encode_key(key), value) == found


async def test_what_waited_for_its_quota_is_told_from_what_was_slow() -> None:
    """Meanwhile its age is shown under the quota; and nobody shows it when the partition is somebody else's."""
    harness = Harness(settings=replace(SETTINGS, announce_wait=0.1))
    resume_at = datetime.now(UTC) + timedelta(seconds=1)
    harness.accounting.fail_slots(ORGANISATION, OutOfQuotaError("spent", limit="day", resume_at=resume_at))

    def shown(waits_for: WaitedFor) -> float | None:
        labels = {"organisation": ORGANISATION, "waited_for": waits_for.value}
        return harness.metrics.registry.get_sample_value("shipledger_oldest_unanswered_seconds", labels)

    async with harness.owner() as partition:
        harness.give(partition, [asked(0, ago(minutes=10))])
        await harness.until(lambda: (shown(WaitedFor.QUOTA) or 0) >= 600)
        assert shown(NOTHING) == 0
        harness.accounting.fail_slots(ORGANISATION, None)
        await harness.answered(1)
        assert times(harness, Trigger.STATUS) == (0, 0)
        assert times(harness, Trigger.STATUS, WaitedFor.QUOTA)[1] >= 600
        harness.accounting.fail_slots(ORGANISATION, OutOfQuotaError("spent", limit="day", resume_at=ago(days=-1)))
        harness.give(partition, [asked(1, ago(minutes=10))])
        await harness.until(lambda: (shown(WaitedFor.QUOTA) or 0) >= 600)
    assert {shown(each) for each in WaitedFor} == {0}
