"""What differs in Xero stands on the Attention page until it no longer does, in the order of the topic."""

from mappers.model.lists import ResolvedCause, ShownDifference
from streams.projection.key_value import KeyValue
from streams.projection.store import ProjectionStore
from tests.builders import COMPANY_ID, OCCURRED_AT, SHIPMENT_ID
from tests.outcome_builders import make_drift, make_outcome, rejected


def cards(store: ProjectionStore) -> dict[str, str]:
    """The first shipment's message, by code."""
    return {each.cause.code: each.shipments[0].message for each in store.attention(COMPANY_ID).causes}


def test_a_difference_is_a_card_that_says_who_does_what(store: ProjectionStore) -> None:
    store.apply([(0, make_outcome()), (1, make_drift("voided", ledger="AUTHORISED", xero="VOIDED"))], [], {})
    (card,) = store.attention(COMPANY_ID).causes
    assert (card.cause.code, card.count, card.shipments[0].shipment_id) == ("drift_voided", 1, SHIPMENT_ID)
    assert card.shipments[0].message == "INV-2026-0042 was voided in Xero, unnoticed until now."
    assert "Sync Now" in card.remedy.how
    assert [place.value for place in card.remedy.where] == ["xero"]
    assert store.standing_still() == {(COMPANY_ID, "drift_voided"): 1}


def test_it_disappears_when_it_is_resolved_and_leaves_the_sync_status(store: ProjectionStore) -> None:
    store.apply([(0, make_outcome()), (1, make_drift("missing", "number", ledger="A", xero="B"))], [], {})
    assert set(cards(store)) == {"drift_missing", "drift_number"}
    store.apply([(2, make_drift("number", ledger="A", xero="B"))], [], {})
    assert set(cards(store)) == {"drift_number"}
    store.apply([(3, make_drift())], [], {})
    assert cards(store) == {}
    assert store.standing_still() == {}
    log = store.log(COMPANY_ID, SHIPMENT_ID)
    assert log is not None
    assert log.sync_status == "PROCESSED"


def test_beside_a_rejection_it_is_a_card_of_its_own(store: ProjectionStore) -> None:
    store.apply([(0, make_outcome()), (1, make_drift("amount", ledger="1.00", xero="2.00"))], [], {})
    store.apply([(2, rejected(request="2"))], [], {})
    assert set(cards(store)) == {"customer_not_found", "drift_amount"}
    store.apply([(3, make_outcome(request="3")), (4, make_drift())], [], {})
    assert cards(store) == {}


def test_what_is_told_again_changes_nothing(store: ProjectionStore, disk: KeyValue) -> None:
    store.apply([(0, make_outcome()), (1, make_drift("amount", ledger="1", xero="2")), (2, make_drift())], [], {})
    before = list(disk.scan(b""))
    store.apply([(1, make_drift("amount", ledger="1", xero="2"))], [], {})
    assert list(disk.scan(b"")) == before


def test_without_any_outcome_it_is_kept_and_lists_nothing(store: ProjectionStore) -> None:
    """The topic keeps less than the ledger remembers."""
    store.apply([(7, make_drift("missing", ledger="A"))], [], {})
    assert cards(store) == {}
    store.apply([(8, make_outcome())], [], {})
    assert set(cards(store)) == {"drift_missing"}


def resolved(store: ProjectionStore) -> list[ResolvedCause]:
    return list(store.lists.resolved(COMPANY_ID, OCCURRED_AT, limit=9))


def test_a_difference_that_the_comparison_sees_no_longer_is_resolved_since(store: ProjectionStore) -> None:
    """Its life goes back to the night that found it first, whatever else was found since."""
    told = [make_drift("amount", after=60), make_drift("amount", "number", after=120), make_drift("number", after=180)]
    store.apply(enumerate([make_outcome(), *told]), [], {})
    (amount,) = resolved(store)
    assert (amount.cause.code, amount.resolved_at) == ("drift_amount", "2026-11-20T03:18:22.123Z")
    assert (amount.life.opened_at, amount.life.left) == ("2026-11-20T03:16:22.123Z", 1)
    (card,) = store.attention(COMPANY_ID).causes
    assert (card.cause.code, card.life.opened_at) == ("drift_number", "2026-11-20T03:17:22.123Z")
    assert card.life.last_seen_at == "2026-11-20T03:18:22.123Z"
    store.apply([(4, make_drift(after=240))], [], {})
    assert [each.cause.code for each in resolved(store)] == ["drift_number", "drift_amount"]
    store.apply([(5, make_drift("amount", after=300))], [], {})
    assert [each.cause.code for each in resolved(store)] == ["drift_number"]


def test_the_shipment_says_its_open_differences_since_when_and_who_does_what(store: ProjectionStore) -> None:
    told = [make_drift("amount", ledger="1.00", xero="2.00", after=60), make_drift("amount", "number", after=120)]
    store.apply(enumerate([make_outcome(), *told]), [], {})
    detail = store.lists.detail(COMPANY_ID, SHIPMENT_ID)
    assert detail is not None
    amount, number = detail.differences
    assert (amount.code, amount.since, number.since) == (
        "drift_amount",
        "2026-11-20T03:16:22.123Z",
        "2026-11-20T03:17:22.123Z",
    )
    assert "Sync Now" in amount.remedy.how
    assert (amount.sent_since, amount.xero_url) == (False, "https://go.xero.com/app/invoicing/view/1")


def test_a_shipment_that_was_sent_since_says_that_it_was_not_looked_at_again(store: ProjectionStore) -> None:
    store.apply([(0, make_outcome()), (1, make_drift("voided")), (2, rejected(request="2"))], [], {})
    assert [each.sent_since for each in _differences(store)] == [False]
    store.apply([(3, make_outcome(request="3", trigger="sync_now"))], [], {})
    assert [each.sent_since for each in _differences(store)] == [True]
    store.apply([(4, make_drift())], [], {})
    assert _differences(store) == ()


def _differences(store: ProjectionStore) -> tuple[ShownDifference, ...]:
    detail = store.lists.detail(COMPANY_ID, SHIPMENT_ID)
    assert detail is not None
    return detail.differences
