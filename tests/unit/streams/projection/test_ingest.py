"""One poll is one write, and only of the topic that was read before."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from mappers.outbound.change_event import encode_change
from mappers.outbound.outcome_json import encode_outcome
from streams.ops.metrics import Metrics
from streams.projection.encoding import Position
from streams.projection.ingest import Ingest, digest, in_parts
from streams.projection.resume_point import ResumePoint, TopicReplacedError
from streams.projection.store import ProjectionStore
from streams.topics import STATUS_CHANGES, SYNC_OUTCOMES
from streams.web.sync_now import sync_now_request
from tests.builders import COMPANY_ID, OCCURRED_AT, OMIT, encode, make_company, make_event
from tests.fakes.key_value import MemoryKeyValue
from tests.outcome_builders import make_change, make_outcome, rejected, waiting


@dataclass
class Record:
    value: bytes | None
    topic: str = SYNC_OUTCOMES
    partition: int = 0
    offset: int = 0
    timestamp: int = 1_795_144_600_000
    key: bytes | None = None
    headers: list[Any] = field(default_factory=list)


class CountingDisk(MemoryKeyValue):
    def __init__(self) -> None:
        super().__init__()
        self.writes = 0

    def write(self, changes: dict[bytes, bytes | None]) -> None:
        self.writes += 1
        super().write(changes)


@pytest.fixture
def disk() -> CountingDisk:
    return CountingDisk()


@pytest.fixture
def store(disk: CountingDisk) -> ProjectionStore:
    return ProjectionStore(disk)


@pytest.fixture
def metrics() -> Metrics:
    return Metrics(CollectorRegistry())


@pytest.fixture
def ingest(store: ProjectionStore, metrics: Metrics) -> Ingest:
    return Ingest(store, {COMPANY_ID: make_company()}, metrics, limit=100_000, clock=lambda: OCCURRED_AT)


def test_rows_and_offsets_of_a_poll_are_one_write(ingest: Ingest, store: ProjectionStore, disk: CountingDisk) -> None:
    """Two writes would have a moment between them at which a kill loses or repeats."""
    before = disk.writes
    outcomes = [Record(encode_outcome(rejected(request=str(number))), offset=number) for number in range(3)]
    change = Record(encode(make_event()), topic=STATUS_CHANGES, partition=2, offset=8)
    assert ingest.fold([outcomes, [change]]) == 4
    assert disk.writes == before + 1
    assert store.positions() == {
        (SYNC_OUTCOMES, 0): Position(3, 2, digest(outcomes[-1])),
        (STATUS_CHANGES, 2): Position(9, 8, digest(change)),
    }


@pytest.mark.parametrize("topic", [SYNC_OUTCOMES, STATUS_CHANGES])
@pytest.mark.parametrize("value", [None, b"", b"\xff", b"[]", b"{}", b'{"status":1}', b'{"waiting":3}'])
def test_poison_is_stepped_over(ingest: Ingest, store: ProjectionStore, topic: str, value: bytes | None) -> None:
    assert ingest.fold([[Record(value, topic=topic, offset=4)]]) == 1
    assert store.positions()[topic, 0].next == 5


def test_an_outcome_without_a_zone_in_its_time_is_stepped_over(ingest: Ingest, store: ProjectionStore) -> None:
    value = encode_outcome(make_outcome()).replace(b'.123Z"', b'.123"')
    assert ingest.fold([[Record(value)]]) == 1
    assert store.log(COMPANY_ID, "SHP-000123") is None


@pytest.mark.parametrize("dated", ["2026-11-20", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_change_in_xero_whose_date_is_no_moment_is_stepped_over(
    ingest: Ingest, store: ProjectionStore, dated: str
) -> None:
    """Folded, it would stop the projection of its partition at each start."""
    value = encode_change(make_change()).replace(
        b'"updated_at":"2026-11-20T03:16:22.123Z"', b'"updated_at":"%s"' % dated.encode()
    )
    assert dated.encode() in value
    assert ingest.fold([[Record(value)]]) == 1
    assert store.log(COMPANY_ID, "SHP-000123") is None


def test_a_change_without_a_time_has_the_records(ingest: Ingest, store: ProjectionStore) -> None:
    ingest.fold([[Record(encode(make_event(occurred_at=OMIT)), topic=STATUS_CHANGES)]])
    snapshot = store.snapshot(COMPANY_ID, "SHP-000123")
    assert snapshot is not None
    assert snapshot.occurred_at == datetime.fromtimestamp(1_795_144_600, UTC)


@pytest.mark.parametrize(("late", "shown"), [(6, 7), (8, 8)])
def test_a_status_change_that_comes_late_does_not_replace_a_newer_one(
    ingest: Ingest, store: ProjectionStore, late: int, shown: int
) -> None:
    """Of another poll, when the newer one is on the disk alone; Send to Accounting sends what stands there."""
    changes = [Record(encode(make_event(revision=each)), topic=STATUS_CHANGES, offset=each) for each in (7, late)]
    for each in changes:
        ingest.fold([[each]])
    snapshot = store.snapshot(COMPANY_ID, "SHP-000123")
    assert snapshot is not None
    assert snapshot.revision == shown


def test_decimals_of_a_snapshot_stay_exact(ingest: Ingest, store: ProjectionStore) -> None:
    value = encode(make_event()).replace(b'"exchange_rate": "0.6543"', b'"exchange_rate": 0.65430000000000000001')
    ingest.fold([[Record(value, topic=STATUS_CHANGES)]])
    snapshot = store.snapshot(COMPANY_ID, "SHP-000123")
    assert snapshot is not None
    assert snapshot.shipment["exchange_rate"] == "0.65430000000000000001"


def test_the_known_record_is_compared_and_not_folded_again(ingest: Ingest, store: ProjectionStore) -> None:
    known, new = Record(encode_outcome(make_outcome())), Record(encode_outcome(rejected(request="2")), offset=1)
    ingest.expect({(SYNC_OUTCOMES, 0): ResumePoint(0, digest(known))})
    assert ingest.fold([[known, new]]) == 1
    log = store.log(COMPANY_ID, "SHP-000123")
    assert log is not None
    assert log.sync_status == "REJECTED"
    assert len(log.entries) == 1


def test_the_known_record_alone_writes_nothing(ingest: Ingest, disk: CountingDisk) -> None:
    known = Record(encode_outcome(make_outcome()))
    ingest.expect({(SYNC_OUTCOMES, 0): ResumePoint(0, digest(known))})
    before = disk.writes
    assert ingest.fold([[known]]) == 0
    assert disk.writes == before


def other_records() -> Iterator[Record]:
    value = encode_outcome(make_outcome())
    yield Record(value + b" ")
    yield Record(value, timestamp=1_700_000_000_001)
    yield Record(value, key=b"k")


@pytest.mark.parametrize("other", [*other_records()], ids=["value", "time", "key"])
def test_another_record_at_the_known_offset_is_another_topic(
    ingest: Ingest, store: ProjectionStore, other: Record
) -> None:
    ingest.expect({(SYNC_OUTCOMES, 0): ResumePoint(0, digest(Record(encode_outcome(make_outcome()))))})
    with pytest.raises(TopicReplacedError, match="offset 0"):
        ingest.fold([[other]])
    assert store.positions() == {}


def one_outcome_violations(metrics: Metrics) -> float | None:
    return metrics.registry.get_sample_value("shipledger_invariant_violations_total", {"invariant": "one_outcome"})


def test_a_request_that_ends_twice_and_differently_is_counted_and_shown(
    ingest: Ingest, store: ProjectionStore, metrics: Metrics
) -> None:
    """The log hides nothing: a person has to see both."""
    ingest.fold([[Record(encode_outcome(make_outcome(request="1")))]])
    ingest.fold([[Record(encode_outcome(rejected(request="1", after=1)), offset=1)]])
    assert one_outcome_violations(metrics) == 1
    log = store.log(COMPANY_ID, "SHP-000123")
    assert log is not None
    assert [entry.status for entry in log.entries] == ["REJECTED", "PROCESSED"]


def test_a_wait_before_the_end_and_an_end_that_is_told_again_are_no_second_end(
    ingest: Ingest, metrics: Metrics
) -> None:
    outcomes = [waiting(request="1"), make_outcome(request="1", after=1), make_outcome(request="1", after=2)]
    outcomes += [waiting(request="1", after=3), rejected(request="2", after=4)]
    ingest.fold([[Record(encode_outcome(each), offset=offset) for offset, each in enumerate(outcomes)]])
    assert one_outcome_violations(metrics) == 0


@pytest.mark.parametrize("timestamp", [-1, 2**63 - 1, -(2**63)])
def test_a_wild_timestamp_stops_no_reader(ingest: Ingest, store: ProjectionStore, timestamp: int) -> None:
    records = [
        Record(encode(make_event(shipment_id="S-1", occurred_at=OMIT)), topic=STATUS_CHANGES, timestamp=timestamp),
        Record(encode(make_event(shipment_id="S-2")), topic=STATUS_CHANGES, timestamp=timestamp, offset=1),
    ]
    assert ingest.fold([records]) == 2
    assert store.snapshot(COMPANY_ID, "S-1") is None
    assert store.snapshot(COMPANY_ID, "S-2") is not None


def test_what_could_not_be_read_stays_with_the_snapshot(ingest: Ingest, store: ProjectionStore) -> None:
    """Otherwise Send to Accounting would send what the status change itself may not."""
    ingest.fold([[Record(encode(make_event(revision="seven")), topic=STATUS_CHANGES)]])
    snapshot = store.snapshot(COMPANY_ID, "SHP-000123")
    assert snapshot is not None
    assert [(fault.field, fault.value) for fault in snapshot.faults] == [("revision", "seven")]
    request = sync_now_request(make_company(), "SHP-000123", snapshot, lambda: "e-1")
    assert request.faults == snapshot.faults


def test_the_largest_revision_is_the_same_in_snapshot_log_and_bytes(ingest: Ingest, store: ProjectionStore) -> None:
    largest = 2**63 - 1
    change = Record(encode(make_event(revision=largest)), topic=STATUS_CHANGES)
    outcome = make_outcome().model_copy(update={"revision": largest})
    ingest.fold([[change], [Record(encode_outcome(outcome))]])
    snapshot, log = store.snapshot(COMPANY_ID, "SHP-000123"), store.log(COMPANY_ID, "SHP-000123")
    assert snapshot is not None
    assert log is not None
    assert (snapshot.revision, log.outcomes[0]["revision"]) == (largest, largest)
    assert b"9223372036854775807" in encode_outcome(outcome)


def test_a_poll_is_folded_in_parts_of_bounded_bytes() -> None:
    """Two hundred large shipments in one write took hundreds of megabytes as objects."""
    first = [Record(b"x" * 40, partition=0, offset=offset) for offset in range(5)]
    second = [Record(b"x" * 300, partition=1, offset=0), Record(None, partition=1, offset=1)]
    parts = list(in_parts([first, second], most=100))
    sizes = [sum(len(each.value or b"") for records in part for each in records) for part in parts]
    assert sizes == [80, 80, 40, 300, 0]
    read = [(each.partition, each.offset) for part in parts for records in part for each in records]
    assert read == [(0, 0), (0, 1), (0, 2), (0, 3), (0, 4), (1, 0), (1, 1)]
    assert all(records and len({each.partition for each in records}) == 1 for part in parts for records in part)
    assert list(in_parts([])) == []
