"""Whatever lies in the topics, the projection goes on behind it, and what it has can be read."""

import json
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
import structlog

from mappers.inbound.redrive import SentAgain, sent_again_header
from mappers.model import AttachmentStatus, ReportedAttachment
from mappers.model.company import encode_pause
from mappers.model.lists import ActFilter, ShipmentFilter
from mappers.outbound import encode_attachments, encode_change, encode_drift, encode_outcome
from streams.projection.ingest import Ingest
from streams.projection.store import ProjectionStore
from streams.topics import COMPANY_PAUSES, STATUS_CHANGES, SYNC_OUTCOMES
from tests.builders import COMPANY_ID, OCCURRED_AT, encode, make_event
from tests.fakes.pauses import make_pause
from tests.hostile.mutator import change_value, written
from tests.outcome_builders import (
    make_attachments,
    make_change,
    make_drift,
    make_outcome,
    rejected,
    unknown_customer,
    waiting,
)
from tests.unit.streams.projection.test_ingest import Record

SEED = 2026
COUNT = 2_000
FILE = ReportedAttachment(name="a.pdf", status=AttachmentStatus.ATTACHED, file_name="a.pdf", sha256="0" * 64, size=3)
OUTCOME, WAITING = encode_outcome(make_outcome()), encode_outcome(waiting(request="3"))
CHANGE, FILES = encode_change(make_change("paid")), encode_attachments(make_attachments(FILE))
SAMPLES = (
    (SYNC_OUTCOMES, OUTCOME),
    (SYNC_OUTCOMES, encode_outcome(rejected(unknown_customer(), request="2"))),
    (SYNC_OUTCOMES, WAITING),
    (SYNC_OUTCOMES, CHANGE),
    (SYNC_OUTCOMES, encode_drift(make_drift("amount"))),
    (SYNC_OUTCOMES, FILES),
    (COMPANY_PAUSES, encode_pause(make_pause(COMPANY_ID))),
    (STATUS_CHANGES, encode(make_event())),
)


def hostile(number: int) -> Record:
    random = Random(f"{SEED}/{number}")  # noqa: S311  # It has to be repeatable, not secret.
    topic, value = random.choice(SAMPLES)
    event = json.loads(value)
    for _ in range(random.choice([1, 1, 2])):
        change_value(event, random)
    headers = [sent_again_header(SentAgain(by="Olaf", at=OCCURRED_AT))] if random.random() < 0.2 else []
    key = random.choice([None, b"", COMPANY_ID.encode(), b"southern-beef/SHP-000123", b"\xff", b"k/" * 100_000])
    timestamp = random.choice([-1, 0, 1_795_144_600_000, 2**63 - 1])
    return Record(written(event, random), topic, 0, number, timestamp, key, headers)


def read_everything(store: ProjectionStore) -> Iterator[Any]:
    """Whatever pages and calls show of the company."""
    yield store.attention(COMPANY_ID)
    yield store.standing_still()
    yield store.lists.acts(None, ActFilter(), limit=50)
    yield from store.lists.every_shipment(COMPANY_ID, ShipmentFilter())
    yield store.log(COMPANY_ID, "SHP-000123")


def test_two_thousand_hostile_records_are_folded_or_left_and_all_that_is_kept_can_be_read(
    ingest: Ingest, store: ProjectionStore
) -> None:
    with structlog.testing.capture_logs() as logs:
        for number in range(COUNT):
            assert ingest.fold([[hostile(number)]]) == 1
            if number % 100 == 99:
                list(read_everything(store))
    assert {each["event"] for each in logs} <= {"outcome_unreadable", "outcome_contradicts"}
    assert store.lists.acts(None, ActFilter(), limit=1).acts
    assert list(store.lists.every_shipment(COMPANY_ID, ShipmentFilter()))


def changed(value: bytes, path: str, to: Any) -> bytes:
    """The event with another value at the path."""
    event = inside = json.loads(value)
    *between, last = path.split(".")
    for name in between:
        inside = inside[int(name) if isinstance(inside, list) else name]
    inside[last] = to
    return json.dumps(event).encode()


@pytest.mark.parametrize(
    ("value", "path", "to"),
    [
        (OUTCOME, "shipment_id", ""),
        (OUTCOME, "shipment_id", "s" * 256),
        (OUTCOME, "company_id", " "),
        (OUTCOME, "revision", str(2**63)),
        (OUTCOME, "attempt", 2**64 - 1),
        (OUTCOME, "occurred_at", "2026-11-20T03:15:22"),
        (OUTCOME, "document.total", "1E+999999999"),
        (OUTCOME, "document.total", "9" * 5_000),
        (WAITING, "waiting.resume_at", "2026-11-20T03:15:22"),
        (WAITING, "waiting.resume_at", "9999-12-31T23:59:59-14:00"),
        (CHANGE, "updated_at", "0001-01-01T00:00:00+14:00"),
        (CHANGE, "after.amount_paid", "much"),
        (CHANGE, "after.amount_credited", "1E+999999999"),
        (CHANGE, "before.total", "Infinity"),
        (FILES, "attachments.0.size", 2**63),
    ],
)
def test_what_can_be_read_and_not_be_kept_is_told_and_left(
    ingest: Ingest, store: ProjectionStore, value: bytes, path: str, to: Any
) -> None:
    """It would come back at every start, of every worker, or fill the memory of each."""
    with structlog.testing.capture_logs() as logs:
        assert ingest.fold([[Record(changed(value, path, to))]]) == 1
    assert [each["event"] for each in logs] == ["outcome_unreadable"]
    assert store.positions()[SYNC_OUTCOMES, 0].next == 1
    list(read_everything(store))


def test_a_record_at_which_we_fail_ourselves_is_stepped_over_alone_as_a_last_resort(
    ingest: Ingest, store: ProjectionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = store.apply

    def apply(outcomes: Any, *others: Any) -> Any:
        outcomes = tuple(outcomes)
        if any(outcome.shipment_id == "B" for _, outcome in outcomes):
            raise TypeError("ours")
        return real(outcomes, *others)

    monkeypatch.setattr(store, "apply", apply)
    records = [
        Record(encode_outcome(make_outcome(shipment_id=each, request=each)), offset=offset)
        for offset, each in enumerate("ABC")
    ]
    with structlog.testing.capture_logs() as logs:
        assert ingest.fold([records]) == 3
    told = [(each["event"], each.get("offset")) for each in logs]
    assert told == [("records_folded_one_by_one", None), ("record_not_folded", 1)]
    assert [store.log(COMPANY_ID, each) is not None for each in "ABC"] == [True, False, True]
    assert store.positions()[SYNC_OUTCOMES, 0].next == 3
