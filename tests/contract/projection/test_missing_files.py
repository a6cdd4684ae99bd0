"""A document that lacks a file stands on the Attention page until it is there, or another request was answered."""

import pytest

from mappers.existing.attachments import document_gone, document_unseen, not_found, unreachable
from mappers.model.attachments import AttachmentStatus, ReportedAttachment
from mappers.model.lists import CauseFilter, ResolvedCause, ShipmentFilter
from mappers.model.problem import Problem
from streams.projection.fold import KEPT_FILES
from streams.projection.key_value import KeyValue
from streams.projection.store import Event, ProjectionStore
from tests.builders import COMPANY_ID, OCCURRED_AT, SHIPMENT_ID
from tests.outcome_builders import make_attachments, make_drift, make_outcome, rejected

THERE = ReportedAttachment(name="a.pdf", status=AttachmentStatus.ATTACHED, file_name="a.pdf", sha256="0", size=7)
UNTRIED = ReportedAttachment(name="u.pdf", status=AttachmentStatus.WAITING)


def lacks(problem: Problem, status: AttachmentStatus = AttachmentStatus.LEFT) -> ReportedAttachment:
    return ReportedAttachment(name=problem.value or "", status=status, problem=problem)


MISSING = lacks(not_found("m.pdf", "https://docs.example/m.pdf"), AttachmentStatus.WAITING)
LEFT = lacks(not_found("m.pdf", "https://docs.example/m.pdf"))
AWAY = lacks(unreachable("w.pdf", "https://docs.example/w.pdf", "HTTP 503"), AttachmentStatus.WAITING)


def cards(store: ProjectionStore) -> dict[str, int]:
    """How many shipments stand under each code."""
    return {each.cause.code: each.count for each in store.attention(COMPANY_ID).causes}


def resolved(store: ProjectionStore) -> list[ResolvedCause]:
    return list(store.lists.resolved(COMPANY_ID, OCCURRED_AT, limit=9))


def test_it_is_a_card_that_says_how_many_since_when_and_who_does_what(store: ProjectionStore) -> None:
    for offset, name in enumerate(("A", "B")):
        store.apply([(2 * offset, make_outcome(shipment_id=name))], [], {})
        store.apply([(2 * offset + 1, make_attachments(THERE, MISSING, shipment_id=name, after=60 * offset))], [], {})
    (card,) = store.attention(COMPANY_ID).causes
    assert (card.cause.status, card.cause.code, card.count) == ("PROCESSED", "attachment_not_found", 2)
    assert [each.shipment_id for each in card.shipments] == ["A", "B"]
    assert card.shipments[0].message == "There is no m.pdf at https://docs.example/m.pdf."
    assert (card.life.opened_at, card.life.last_seen_at) == ("2026-11-20T03:15:22.123Z", "2026-11-20T03:16:22.123Z")
    assert [place.value for place in card.remedy.where] == ["shipping"]
    assert store.standing_still() == {(COMPANY_ID, "attachment_not_found"): 2}
    wanted = ShipmentFilter(cause=CauseFilter("attachment_not_found"))
    assert [each.shipment_id for each in store.lists.shipments(COMPANY_ID, wanted, limit=9).lines] == ["A", "B"]


def test_each_code_is_a_card_and_goes_when_the_file_is_there(store: ProjectionStore) -> None:
    store.apply([(0, make_outcome()), (1, make_attachments(MISSING, AWAY, UNTRIED))], [], {})
    assert cards(store) == {"attachment_not_found": 1, "attachment_unreachable": 1}
    store.apply([(2, make_attachments(THERE, AWAY, after=120))], [], {})
    assert cards(store) == {"attachment_unreachable": 1}
    assert [each.cause.code for each in resolved(store)] == ["attachment_not_found"]
    store.apply([(3, make_attachments(THERE, THERE, after=180))], [], {})
    assert (cards(store), store.standing_still()) == ({}, {})
    last, first = resolved(store)
    assert (last.cause.code, last.life.opened_at, last.resolved_at) == (
        "attachment_unreachable",
        "2026-11-20T03:16:22.123Z",
        "2026-11-20T03:18:22.123Z",
    )
    assert first.cause.code == "attachment_not_found"


def test_what_is_left_at_last_stands_since_the_first_try(store: ProjectionStore) -> None:
    told = [make_attachments(MISSING, after=60), make_attachments(LEFT, after=36_000)]
    store.apply(enumerate([make_outcome(), *told]), [], {})
    (card,) = store.attention(COMPANY_ID).causes
    assert (card.life.opened_at, card.shipments[0].since) == ("2026-11-20T03:16:22.123Z", "2026-11-20T13:15:22.123Z")


def test_a_request_that_was_answered_since_takes_its_place(store: ProjectionStore) -> None:
    """It may name no files, and then nothing is told of them."""
    store.apply([(0, make_outcome()), (1, make_attachments(LEFT))], [], {})
    store.apply([(2, rejected(request="2", after=90))], [], {})
    assert set(cards(store)) == {"attachment_not_found", "customer_not_found"}
    store.apply([(3, make_outcome(request="3", after=120))], [], {})
    assert cards(store) == {}
    assert {each.cause.code for each in resolved(store)} == {"attachment_not_found", "customer_not_found"}
    store.apply([(4, make_attachments(LEFT, after=180))], [], {})
    (card,) = store.attention(COMPANY_ID).causes
    assert card.life.opened_at == "2026-11-20T03:16:22.123Z", "nothing was there in between"


@pytest.mark.parametrize(
    "problem", [document_gone("a.pdf", "INV-1", "is voided in Xero"), None], ids=["its document is gone", "not tried"]
)
def test_what_lacks_nothing_is_no_card(store: ProjectionStore, problem: Problem | None) -> None:
    told = UNTRIED if problem is None else lacks(problem)
    store.apply([(0, make_outcome()), (1, make_attachments(told))], [], {})
    assert cards(store) == {}


def test_beside_a_difference_it_is_a_card_of_its_own(store: ProjectionStore) -> None:
    store.apply([(0, make_outcome()), (1, make_drift("number")), (2, make_attachments(LEFT))], [], {})
    assert cards(store) == {"drift_number": 1, "attachment_not_found": 1}


def test_without_any_outcome_it_is_kept_and_lists_nothing(store: ProjectionStore) -> None:
    store.apply([(7, make_attachments(LEFT))], [], {})
    assert cards(store) == {}
    store.apply([(6, make_outcome())], [], {})
    assert cards(store) == {"attachment_not_found": 1}


@pytest.mark.parametrize("told", [[MISSING], [AWAY, MISSING], [THERE]], ids=len)
def test_what_is_told_again_changes_nothing(
    store: ProjectionStore, disk: KeyValue, told: list[ReportedAttachment]
) -> None:
    events: list[Event] = [make_outcome(), make_attachments(MISSING), make_attachments(*told, after=120)]
    store.apply(enumerate(events), [], {})
    before = list(disk.scan(b""))
    store.apply(enumerate(events), [], {})
    assert list(disk.scan(b"")) == before


def test_of_very_many_words_the_oldest_are_forgotten_and_nothing_is_left_behind(
    store: ProjectionStore, disk: KeyValue
) -> None:
    store.apply([(0, make_outcome())], [], {})
    for number in range(3 * KEPT_FILES):
        told = (MISSING, AWAY) if number % 2 else (AWAY, lacks(document_unseen("u.pdf", "INV-1")))
        store.apply([(number + 1, make_attachments(*told, after=60 * number))], [], {})
    assert cards(store) == {"attachment_unreachable": 1, "attachment_not_found": 1}
    log = store.log(COMPANY_ID, SHIPMENT_ID)
    assert log is not None
    assert log.attachments is not None
    assert len(log.attachments.earlier) == KEPT_FILES
    store.apply([(999, make_attachments(THERE, after=99_999))], [], {})
    assert cards(store) == {}
    assert store.standing(COMPANY_ID, 9) == {}
    assert [each for each, _ in disk.scan(b"h")] == []
