"""What people did to documents is folded into the log and the list, once each, in the order of the topic."""

from typing import Any

from mappers.model.changes import DocumentChange
from mappers.model.lists import ListedDocument, ShipmentFilter
from mappers.model.outcome import Outcome
from mappers.outbound.change_event import change_to_wire
from streams.projection.key_value import KeyValue
from streams.projection.store import ProjectionStore
from tests.builders import COMPANY_ID, SHIPMENT_ID
from tests.outcome_builders import make_change, make_outcome, rejected

PART: dict[str, Any] = {"xero_status": "AUTHORISED", "amount_paid": "100.00"}


def listed(store: ProjectionStore) -> tuple[str, ListedDocument | None]:
    (line,) = store.lists.shipments(COMPANY_ID, ShipmentFilter(), limit=10).lines
    return line.status, line.document


def test_a_payment_is_in_the_log_and_in_the_list_and_leaves_the_sync_status(store: ProjectionStore) -> None:
    store.apply([(0, make_outcome())], [], {})
    store.apply([(1, make_change("part_paid", **PART)), (2, make_change("paid", after=90))], [], {})
    log = store.log(COMPANY_ID, SHIPMENT_ID)
    assert log is not None
    assert [each.change["change"] for each in log.changes] == ["paid", "part_paid"]
    assert log.changes[0].change == change_to_wire(make_change("paid", after=90))
    assert (log.sync_status, len(log.entries), log.synced_at) == ("PROCESSED", 1, "2026-11-20T03:15:22.123Z")
    status, document = listed(store)
    assert document is not None
    assert (status, document.xero_status, document.payment) == ("PROCESSED", "PAID", "paid")


def test_a_change_that_is_told_again_is_there_once(store: ProjectionStore, disk: KeyValue) -> None:
    told: list[tuple[int, Outcome | DocumentChange]] = [(0, make_outcome()), (1, make_change("part_paid", **PART))]
    store.apply(told, [], {})
    before = list(disk.scan(b""))
    store.apply([*told, (2, make_change("part_paid", **PART))], [], {})
    assert list(disk.scan(b"")) == before


def test_an_outcome_that_came_later_says_how_the_document_stands_and_not_what_is_paid(store: ProjectionStore) -> None:
    """A request that is refused because of the payment names no document; one that found it equal does."""
    store.apply([(0, make_outcome()), (1, make_change("part_paid", **PART)), (2, rejected(request="2"))], [], {})
    status, document = listed(store)
    assert document is not None
    assert (status, document.xero_status, document.payment) == ("REJECTED", "AUTHORISED", "part_paid")
    store.apply([(3, make_outcome(request="3"))], [], {})
    status, document = listed(store)
    assert document is not None
    assert (status, document.xero_status, document.payment) == ("PROCESSED", "DRAFT", "part_paid")


def test_what_was_done_to_another_document_is_not_shown_as_this_ones(store: ProjectionStore) -> None:
    """The shipment's invoice was voided, and made anew."""
    change = make_change("voided", xero_status="VOIDED")
    other = change.model_copy(update={"document": change.document.model_copy(update={"xero_id": "old"})})
    store.apply([(0, make_outcome()), (1, other)], [], {})
    _, document = listed(store)
    assert document is not None
    assert (document.xero_status, document.payment) == ("DRAFT", None)


def test_a_change_without_any_outcome_is_kept_and_lists_nothing(store: ProjectionStore) -> None:
    """The topic keeps less than the ledger remembers."""
    store.apply([(7, make_change())], [], {})
    log = store.log(COMPANY_ID, SHIPMENT_ID)
    assert log is not None
    assert (len(log.changes), log.document, log.sync_status) == (1, None, None)
