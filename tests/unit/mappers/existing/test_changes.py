"""What people did to a document is told once, in few words; what we wrote ourselves is nobody's change."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from mappers.existing.changes import Comparison, OwnVersion, SeenDocument, compare
from mappers.existing.fingerprint import fingerprint
from mappers.model.changes import ChangeKind, DocumentState
from mappers.model.company import DocumentType
from mappers.model.document import ExistingDocument
from mappers.model.master_data import OrganisationFacts
from mappers.outbound.links import document_ref
from tests.unit.mappers.existing.xero_documents import OTHER, document, existing

WRITTEN = dt.datetime(2026, 11, 26, 9, tzinfo=dt.UTC)
ORGANISATION = OrganisationFacts("organisation", "Demo Company", "AUD")


def at(minute: int, **fields: Any) -> ExistingDocument:
    """The invoice as it is shown so many minutes after we wrote it."""
    return existing(updated_at=WRITTEN + dt.timedelta(minutes=minute), **fields)


def quote_at(minute: int, **fields: Any) -> ExistingDocument:
    sent = document(type=DocumentType.QUOTE)
    shown = {"amount_paid": None, "amount_credited": None, **fields}
    return existing(sent, updated_at=WRITTEN + dt.timedelta(minutes=minute), **shown)


def own(shown: ExistingDocument | None = None) -> OwnVersion:
    """What the ledger remembers of what we wrote."""
    written = shown or at(0)
    return OwnVersion(document_ref(written, "hash", ORGANISATION), fingerprint(written), written.updated_at)


def kinds(*shown: ExistingDocument, written: OwnVersion | None = None) -> list[list[str]]:
    """What each look tells, one after another."""
    seen: SeenDocument | None = None
    told = []
    for each in shown:
        comparison = compare(each, written or own(), seen)
        told.append([] if comparison is None else [kind.value for kind in comparison.kinds])
        seen = seen if comparison is None else comparison.seen
    return told


def only(comparison: Comparison | None) -> Comparison:
    assert comparison is not None
    return comparison


PART = {"status": "AUTHORISED", "amount_paid": Decimal("100.00")}
PAID = {"status": "PAID", "amount_paid": Decimal("1265.63")}
UNPAID = {"status": "AUTHORISED"}


def test_what_we_wrote_is_nobodys_change() -> None:
    assert compare(at(0), own(), None) is None
    assert compare(at(5), own(), None) is None


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (PART, ["part_paid"]),
        ({"status": "AUTHORISED", "amount_credited": Decimal("5.00")}, ["part_paid"]),
        (PAID, ["paid"]),
        ({"status": "VOIDED"}, ["voided"]),
        ({"status": "DELETED"}, ["deleted"]),
        ({"sent_to_contact": True}, ["sent"]),
        ({"sent_to_contact": True, "status": "AUTHORISED"}, ["sent", "status_changed"]),
        ({"status": "AUTHORISED"}, ["status_changed"]),
        ({"reference": "by hand"}, ["edited"]),
        ({"number": "INV-8"}, ["edited"]),
        ({"number": "INV-6"}, ["edited"]),
        ({"lines": (), "has_lines": False, "total": Decimal("1265.64")}, ["edited"]),
        ({"lines": (), "has_lines": False, "total": Decimal("1265.62")}, ["edited"]),
        ({"lines": (), "has_lines": False, "total": Decimal("1265.630"), **PART}, ["part_paid"]),
        ({"lines": (), "has_lines": False, "total": None, **PART}, ["part_paid"]),
        ({"status": "AUTHORISED", "amount_paid": None, "amount_credited": Decimal("5.00")}, ["part_paid"]),
        ({"status": "AUTHORISED", "amount_paid": Decimal("5.00"), "amount_credited": None}, ["part_paid"]),
        ({"status": "SUBMITTED"}, ["status_changed"]),
        ({"total_tax": Decimal("126.56"), "total": Decimal("1392.19")}, ["edited"]),
        ({"contact_id": OTHER, **PAID, "sent_to_contact": True}, ["edited", "sent", "paid"]),
        ({"reference": "by hand", "status": "VOIDED"}, ["voided"]),
    ],
)
def test_each_thing_that_people_do_has_its_word(fields: dict[str, Any], told: list[str]) -> None:
    assert kinds(at(1, **fields), at(1, **fields), at(2, **fields)) == [told, [], []]


def test_each_payment_is_told_with_what_was_and_what_is() -> None:
    first = only(compare(at(1, **PART), own(), None))
    second = only(compare(at(2, **PART | {"amount_paid": Decimal("250.50")}), own(), first.seen))
    assert second.kinds == (ChangeKind.PART_PAID,)
    assert (second.before.amount_paid, second.seen.state.amount_paid) == ("100.00", "250.50")
    assert (first.before.xero_status, first.before.amount_paid, first.before.total) == ("DRAFT", None, "1265.63")


@pytest.mark.parametrize("amount", ["99.99", "100.01"])
def test_a_payment_that_is_moved_to_a_credit_note_is_no_other_and_a_cent_more_or_less_is(amount: str) -> None:
    moved = {"status": "AUTHORISED", "amount_paid": Decimal("60.00"), "amount_credited": Decimal("40.00")}
    assert kinds(at(1, **PART), at(2, **moved)) == [["part_paid"], []]
    assert kinds(at(1, **PART), at(2, **PART | {"amount_paid": Decimal(amount)})) == [["part_paid"], ["part_paid"]]


def test_what_stands_as_sent_or_voided_is_told_once_and_its_other_end_again() -> None:
    sent = {"sent_to_contact": True}
    assert kinds(at(1, **sent), at(2, **sent | PART), at(3)) == [["sent"], ["part_paid"], ["unpaid"]]
    assert kinds(at(1, status="VOIDED"), at(2, status="VOIDED", number="X"), at(3, status="DELETED")) == [
        ["voided"],
        [],
        ["deleted"],
    ]


def test_an_edit_within_the_moment_of_our_write_is_told() -> None:
    """Xero's times have milliseconds; one that is not earlier may be later."""
    assert kinds(at(0, reference="by hand")) == [["edited"]]
    assert kinds(at(1), at(1, reference="by hand")) == [[], ["edited"]]
    shown = at(1, reference="by hand").model_copy(update={"updated_at": None})
    assert kinds(shown) == [["edited"]]


def test_a_look_without_lines_leaves_the_fingerprint_of_what_we_wrote() -> None:
    bare = {"lines": (), "has_lines": False}
    assert kinds(at(1, **PART, **bare), at(2, **PART)) == [["part_paid"], []]
    assert kinds(at(1, **PART, **bare), at(2, **PART, reference="by hand")) == [["part_paid"], ["edited"]]


def test_a_look_within_the_moment_of_our_write_is_newer_and_one_without_a_time_is_older() -> None:
    """So an edit that is undone since is one after the former, and ours as we wrote it after the latter."""
    edited = {"reference": "by hand"}
    assert kinds(at(0, **edited), at(1)) == [["edited"], ["edited"]]
    undated = at(0, **edited).model_copy(update={"updated_at": None})
    assert kinds(undated, at(1)) == [["edited"], []]


def test_a_payment_that_is_taken_back_and_made_again_is_told_each_time() -> None:
    assert kinds(at(1, **PAID), at(2, **UNPAID), at(3, **PAID)) == [["paid"], ["unpaid"], ["paid"]]


def test_a_payment_is_told_though_a_request_of_ours_has_met_the_paid_invoice_before() -> None:
    """A look-up that found the document equal remembers it as paid; nobody else has heard of it."""
    assert kinds(at(1, **PAID), written=own(at(1, **PAID))) == [["paid"]]


def test_our_own_update_is_no_edit() -> None:
    """Before it, after it, and where it is seen before the ledger knows of it (the caller waits for that)."""
    edited = only(compare(at(1, reference="by hand"), own(), None))
    updated = at(5, reference="EXP-78")
    assert compare(updated, own(updated), edited.seen) == Comparison((), edited_base(updated), only_seen(updated))
    assert kinds(at(4), written=own(updated)) == [[]]


def edited_base(updated: ExistingDocument) -> DocumentState:
    """Our own version, with what is known of payments and sending."""
    return DocumentState(
        xero_status=updated.status,
        number=updated.number,
        total_tax="0.00",
        sub_total="1265.63",
        total="1265.63",
        amount_paid="0.00",
        amount_credited="0.00",
        sent_to_contact=False,
    )


def only_seen(shown: ExistingDocument) -> SeenDocument:
    return only(compare(shown, own(), None)).seen


def test_a_version_that_is_older_than_a_known_one_says_nothing() -> None:
    """A page was read before our write, and is looked at after it."""
    assert compare(at(4, reference="by hand"), own(at(5)), None) is None
    seen = only(compare(at(6, **PAID), own(), None)).seen
    assert compare(at(5, **UNPAID), own(), seen) is None


def test_a_look_that_shows_what_the_last_one_did_is_not_remembered_again() -> None:
    seen = only(compare(at(1, **PAID), own(), None)).seen
    assert compare(at(2, **PAID), own(), seen) is None


def test_an_edit_that_is_undone_is_an_edit_too() -> None:
    assert kinds(at(1, reference="by hand"), at(2), at(3)) == [["edited"], ["edited"], []]


@pytest.mark.parametrize("other", ["0", "another"])
def test_what_was_seen_of_another_document_does_not_count(other: str) -> None:
    seen = only(compare(at(1, **PAID), own(), None)).seen.model_copy(update={"xero_id": other})
    assert only(compare(at(2, **PAID), own(), seen)).kinds == (ChangeKind.PAID,)


def test_a_list_without_lines_says_nothing_of_edits() -> None:
    assert compare(at(1, lines=(), has_lines=False), own(), None) is None


def test_rows_of_older_versions_know_no_time_of_our_write() -> None:
    before = OwnVersion(own().ref, own().fingerprint, None)
    assert kinds(at(0), at(1, **PAID), at(1, **PAID), written=before) == [[], ["paid"], []]


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("SENT", ["sent"]),
        ("ACCEPTED", ["sent", "status_changed"]),
        ("DECLINED", ["sent", "status_changed"]),
        ("DELETED", ["deleted"]),
    ],
)
def test_quotes_are_sent_accepted_and_declined(status: str, told: list[str]) -> None:
    written = own(quote_at(0))
    assert kinds(quote_at(1, status=status), quote_at(2, status=status), written=written) == [told, []]


def test_a_quote_that_the_profile_has_us_send_was_sent_by_nobody_else() -> None:
    written = own(quote_at(0, status="SENT"))
    shown = [quote_at(1, status="SENT"), quote_at(2, status="ACCEPTED"), quote_at(3, status="INVOICED")]
    assert kinds(*shown, written=written) == [[], ["status_changed"], ["status_changed"]]
