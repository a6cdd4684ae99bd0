"""The integration log's store."""

from datetime import timedelta

from mappers.model.lists import AttentionPage
from mappers.model.outcome import Status
from mappers.outbound.outcome_json import outcome_to_wire
from streams.projection.encoding import LAYOUT, Position
from streams.projection.key_value import KeyValue
from streams.projection.store import ProjectionStore
from streams.topics import STATUS_CHANGES, SYNC_OUTCOMES
from tests.builders import COMPANY_ID, OCCURRED_AT, SHIPMENT_ID
from tests.outcome_builders import make_outcome, make_snapshot, rejected, unknown_customer, waiting

NOTHING = AttentionPage((), 0, None)


def test_a_shipment_that_was_never_seen_has_neither_log_nor_snapshot(store: ProjectionStore) -> None:
    assert store.log(COMPANY_ID, SHIPMENT_ID) is None
    assert store.snapshot(COMPANY_ID, SHIPMENT_ID) is None
    assert store.attention(COMPANY_ID) == NOTHING
    assert store.positions() == {}


def test_a_shipment_without_an_outcome_has_an_empty_log(store: ProjectionStore) -> None:
    store.apply([], [make_snapshot()], {})
    log = store.log(COMPANY_ID, SHIPMENT_ID)
    assert log is not None
    assert (log.entries, log.sync_status, log.synced_at) == ((), None, None)


def test_an_outcome_is_read_back_as_the_contracts_object(store: ProjectionStore) -> None:
    outcome = make_outcome()
    store.apply([(3, outcome)], [], {})
    log = store.log(COMPANY_ID, SHIPMENT_ID)
    assert log is not None
    assert log.outcomes == (outcome_to_wire(outcome),)
    assert (log.sync_status, log.synced_at) == ("PROCESSED", "2026-11-20T03:15:22.123Z")


def test_a_snapshot_is_read_back_as_it_was(store: ProjectionStore) -> None:
    snapshot = make_snapshot(revision=None, occurred_at=OCCURRED_AT + timedelta(microseconds=1))
    store.apply([], [snapshot], {})
    assert store.snapshot(COMPANY_ID, SHIPMENT_ID) == snapshot


def test_positions_are_kept_with_the_rows_of_their_write(store: ProjectionStore) -> None:
    store.apply([(0, make_outcome())], [], {(SYNC_OUTCOMES, 11): Position(1, 0, "m"), (STATUS_CHANGES, 0): Position(9)})
    store.apply([], [], {(SYNC_OUTCOMES, 11): Position(7, 5, "n")})
    assert store.positions() == {(SYNC_OUTCOMES, 11): Position(7, 5, "n"), (STATUS_CHANGES, 0): Position(9)}


def test_folding_the_same_records_again_changes_nothing(store: ProjectionStore, disk: KeyValue) -> None:
    outcomes = [(0, rejected(request="1")), (1, waiting(request="2", after=1)), (2, make_outcome(request="2", after=2))]
    snapshots = [make_snapshot(revision=1), make_snapshot(revision=3), make_snapshot(revision=2)]
    store.apply(outcomes, snapshots, {(SYNC_OUTCOMES, 0): Position(3)})
    before = list(disk.scan(b""))
    store.apply(outcomes, snapshots, {(SYNC_OUTCOMES, 0): Position(3)})
    assert list(disk.scan(b"")) == before


def test_one_write_or_many_give_the_same_rows(store: ProjectionStore, disk: KeyValue) -> None:
    records = [(n, rejected(request=str(n), after=n)) for n in range(60)]
    store.apply(records, [], {})
    at_once = list(disk.scan(b""))
    store.reset()
    for record in records:
        store.apply([record], [], {})
    assert list(disk.scan(b"")) == at_once


def test_companies_and_shipments_whose_ids_run_together_are_kept_apart(store: ProjectionStore) -> None:
    store.apply(
        [
            (0, make_outcome(company_id="a", shipment_id="bc", request="1")),
            (1, make_outcome(company_id="ab", shipment_id="c", request="2")),
            (2, rejected(company_id="a", shipment_id="b\x00/c", request="3")),
        ],
        [],
        {},
    )
    ids = [("a", "bc"), ("ab", "c"), ("a", "b\x00/c")]
    assert [log.sync_status for log in (store.log(*each) for each in ids) if log] == [
        "PROCESSED",
        "PROCESSED",
        "REJECTED",
    ]
    assert store.attention("ab") == NOTHING
    assert [group.count for group in store.attention("a").causes] == [1]


def test_shipments_that_stand_still_for_one_cause_are_one_group(store: ProjectionStore) -> None:
    store.apply(
        [
            (0, rejected(unknown_customer(), shipment_id="A", request="1")),
            (1, rejected(unknown_customer(), shipment_id="B", request="2")),
            (2, rejected(unknown_customer("BEPO"), shipment_id="C", request="3")),
        ],
        [],
        {},
    )
    alok, bepo = store.attention(COMPANY_ID).causes
    assert (alok.cause.code, alok.cause.value, alok.count) == ("customer_not_found", "ALOK", 2)
    assert [each.shipment_id for each in alok.shipments] == ["A", "B"]
    assert (bepo.cause.value, bepo.count) == ("BEPO", 1)


def test_a_shipment_leaves_the_list_when_it_is_processed(store: ProjectionStore) -> None:
    store.apply([(0, rejected(request="1"))], [], {})
    store.apply([(1, make_outcome(request="2", after=1))], [], {})
    assert store.attention(COMPANY_ID) == NOTHING


def test_a_shipment_moves_to_its_new_cause(store: ProjectionStore) -> None:
    store.apply([(0, rejected(unknown_customer("ALOK"), request="1"))], [], {})
    store.apply([(1, rejected(unknown_customer("BEPO"), request="2", after=1))], [], {})
    assert [(group.cause.value, group.count) for group in store.attention(COMPANY_ID).causes] == [("BEPO", 1)]


def test_a_skipped_request_leaves_the_shipments_cause_where_it_was(store: ProjectionStore) -> None:
    store.apply([(0, rejected(request="1"))], [], {})
    store.apply([(1, make_outcome(Status.SKIPPED, request="2", after=1))], [], {})
    assert [group.count for group in store.attention(COMPANY_ID).causes] == [1]


def test_after_a_reset_nothing_is_known(store: ProjectionStore) -> None:
    store.apply([(0, rejected())], [make_snapshot()], {(SYNC_OUTCOMES, 0): Position(1)})
    store.reset()
    assert store.log(COMPANY_ID, SHIPMENT_ID) is None
    assert store.attention(COMPANY_ID) == NOTHING
    assert store.positions() == {}


def test_a_store_of_another_layout_is_emptied(disk: KeyValue) -> None:
    """Rows that this version cannot read must not be served; the topics have everything."""
    ProjectionStore(disk).apply([(0, make_outcome())], [], {(SYNC_OUTCOMES, 0): Position(1)})
    assert ProjectionStore(disk).log(COMPANY_ID, SHIPMENT_ID) is not None
    disk.write({LAYOUT: b"0"})
    reopened = ProjectionStore(disk)
    assert reopened.log(COMPANY_ID, SHIPMENT_ID) is None
    assert reopened.positions() == {}
