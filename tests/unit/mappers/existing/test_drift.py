"""What differs in Xero from what the ledger knows, and nobody told; nothing else."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappers.existing.changes import OwnVersion, SeenDocument, compare, seen_now
from mappers.existing.drift import differences, is_alive
from mappers.existing.fingerprint import fingerprint
from mappers.model.changes import Difference, DriftKind
from mappers.model.company import DocumentType
from mappers.model.document import ExistingDocument
from mappers.model.master_data import OrganisationFacts
from mappers.outbound.links import document_ref

WRITTEN = datetime(2026, 11, 26, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
LATER = WRITTEN + HOUR
ORGANISATION = OrganisationFacts("o", "Demo Company", "AUD")


def document(**fields: Any) -> ExistingDocument:
    shown = ExistingDocument(
        **{
            "type": DocumentType.INVOICE,
            "xero_id": "id-1",
            "number": "INV-1",
            "status": "AUTHORISED",
            "contact_id": "c",
            "currency": "USD",
            "sub_total": Decimal("100.00"),
            "total_tax": Decimal("10.00"),
            "total": Decimal("110.00"),
            "updated_at": WRITTEN,
            **fields,
        }
    )
    # Over the wire: no value is the same object as one that the ledger has.
    return ExistingDocument.model_validate_json(shown.model_dump_json())


OWN = OwnVersion(document_ref(document(), "hash", ORGANISATION), fingerprint(document()), WRITTEN)


def kinds(
    existing: ExistingDocument | None, seen: SeenDocument | None = None, standing: tuple[Difference, ...] = ()
) -> list[str] | None:
    found = differences(existing, OWN, seen, standing)
    return None if found is None else [each.kind.value for each in found]


@pytest.mark.parametrize(
    ("existing", "expected"),
    [
        (None, Difference(kind=DriftKind.MISSING, ledger="INV-1")),
        ({"status": "VOIDED"}, Difference(kind=DriftKind.VOIDED, ledger="AUTHORISED", xero="VOIDED")),
        ({"status": "DELETED"}, Difference(kind=DriftKind.DELETED, ledger="AUTHORISED", xero="DELETED")),
        ({"total": Decimal("111.00")}, Difference(kind=DriftKind.AMOUNT, ledger="110.00", xero="111.00")),
        ({"total": Decimal("109.00")}, Difference(kind=DriftKind.AMOUNT, ledger="110.00", xero="109.00")),
        ({"sub_total": Decimal("99.00")}, Difference(kind=DriftKind.AMOUNT, ledger="100.00", xero="99.00")),
        (
            {"total": Decimal(1), "total_tax": Decimal(2), "sub_total": Decimal(3)},
            Difference(kind=DriftKind.AMOUNT, ledger="110.00", xero="1"),
        ),
        ({"total_tax": Decimal(9)}, Difference(kind=DriftKind.AMOUNT, ledger="10.00", xero="9")),
        ({"currency": "NZD"}, Difference(kind=DriftKind.CURRENCY, ledger="USD", xero="NZD")),
        ({"currency": "ZAR"}, Difference(kind=DriftKind.CURRENCY, ledger="USD", xero="ZAR")),
        ({"number": "INV-2"}, Difference(kind=DriftKind.NUMBER, ledger="INV-1", xero="INV-2")),
        ({"number": "INV-0"}, Difference(kind=DriftKind.NUMBER, ledger="INV-1", xero="INV-0")),
    ],
)
def test_each_difference_has_both_sides(existing: dict[str, Any] | None, expected: Difference) -> None:
    shown = None if existing is None else document(updated_at=LATER, **existing)
    assert differences(shown, OWN, None) == (expected,)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"status": "PAID", "amount_paid": Decimal(110)},
        {"sent_to_contact": True},
        {"total": Decimal("110.0")},
        {"total": None, "total_tax": None, "sub_total": None},
        {"currency": None},
        {"updated_at": None},
    ],
)
def test_payments_sending_and_other_spellings_are_no_differences(fields: dict[str, Any]) -> None:
    assert kinds(document(**{"updated_at": LATER, **fields})) == []


@pytest.mark.parametrize(
    "fields", [{"status": "VOIDED"}, {"total": Decimal(90)}, {"number": "INV-9"}, {"status": "DELETED"}]
)
def test_what_a_look_has_told_is_no_difference(fields: dict[str, Any]) -> None:
    shown = document(updated_at=LATER, **fields)
    assert kinds(shown, seen_now(shown)) == []


@pytest.mark.parametrize("other", ["id-0", "id-2"])
def test_what_was_seen_of_another_document_says_nothing_of_this_one(other: str) -> None:
    shown = document(updated_at=LATER, status="VOIDED")
    assert kinds(shown, seen_now(document(updated_at=LATER, status="VOIDED", xero_id=other))) == ["voided"]
    assert kinds(None, seen_now(document(status="DELETED", xero_id=other))) == ["missing"]


@pytest.mark.parametrize("number", ["INV-4", "INV-6"])
def test_a_number_that_is_neither_ours_nor_the_one_that_was_seen_differs(number: str) -> None:
    seen = seen_now(document(number="INV-5", updated_at=LATER))
    assert kinds(document(number=number, updated_at=LATER), seen) == ["number"]


def test_a_look_before_our_own_write_is_outdated_by_it_and_one_without_a_time_is_not() -> None:
    changed = {"number": "INV-2"}
    shown = document(updated_at=LATER, **changed)
    looks = {when: seen_now(document(updated_at=when, **changed)) for when in (None, WRITTEN - HOUR, WRITTEN, LATER)}
    assert {when: kinds(shown, seen) for when, seen in looks.items()} == {
        None: [],
        WRITTEN - HOUR: ["number"],
        WRITTEN: [],
        LATER: [],
    }
    without_time = OwnVersion(OWN.ref, OWN.fingerprint, None)
    assert differences(shown, without_time, looks[WRITTEN - HOUR]) == ()


def test_a_look_that_did_not_show_an_amount_leaves_what_we_wrote() -> None:
    seen = seen_now(document(updated_at=LATER, total=None, total_tax=None, sub_total=None))
    assert kinds(document(updated_at=LATER, total=Decimal(90)), seen) == ["amount"]
    assert kinds(document(updated_at=LATER), seen) == []


def test_an_amount_that_we_never_knew_differs_from_nothing() -> None:
    ref = OWN.ref.model_copy(update={"total": "", "sub_total": None, "total_tax": None, "currency": ""})
    own = OwnVersion(ref, OWN.fingerprint, WRITTEN)
    assert differences(document(total=Decimal(90), sub_total=Decimal(1)), own, None) == ()


@pytest.mark.parametrize("now", ["VOIDED", "DELETED"])
def test_a_document_that_we_know_as_voided_is_not_told_to_be_gone(now: str) -> None:
    own = OwnVersion(OWN.ref.model_copy(update={"xero_status": "VOIDED"}), OWN.fingerprint, WRITTEN)
    standing = (Difference(kind=DriftKind.VOIDED), Difference(kind=DriftKind.DELETED))
    assert differences(document(status=now), own, None, standing) == ()
    assert differences(None, own, None) == ()


def test_one_that_is_missed_is_named_by_the_number_that_was_seen_last() -> None:
    (missing,) = differences(None, OWN, seen_now(document(number="INV-9", updated_at=LATER))) or ()
    assert missing.ledger == "INV-9"


def test_a_document_is_alive_unless_it_was_voided_or_deleted() -> None:
    assert [is_alive(document(status=each)) for each in ("DRAFT", "PAID", "VOIDED", "DELETED")] == [True] * 2 + [
        False
    ] * 2


def test_a_document_that_is_known_to_be_gone_is_not_missed() -> None:
    assert kinds(None, seen_now(document(status="DELETED", updated_at=LATER))) == []


def test_an_answer_older_than_what_is_known_says_nothing() -> None:
    old = document(updated_at=WRITTEN - timedelta(seconds=1), total=Decimal(1))
    assert differences(old, OWN, None) is None
    assert differences(document(total=Decimal(1)), OWN, seen_now(document(updated_at=LATER))) is None
    assert kinds(document(updated_at=WRITTEN, total=Decimal(1))) == ["amount"]
    assert kinds(document(updated_at=None, total=Decimal(1))) == ["amount"]


@pytest.mark.parametrize("fields", [{"status": "VOIDED"}, {"total": Decimal(90)}, {"number": "INV-9"}])
def test_one_that_stands_goes_on_when_it_is_seen_and_ends_when_xero_has_ours_again(fields: dict[str, Any]) -> None:
    shown = document(updated_at=LATER, **fields)
    found = differences(shown, OWN, None)
    assert found
    stands = differences(shown, OWN, seen_now(shown), found)
    assert stands is not None
    assert [each.xero for each in stands] == [each.xero for each in found]
    back = document(updated_at=LATER + timedelta(hours=1))
    assert kinds(back, seen_now(back), found) == []
    assert kinds(back, seen_now(shown), found) == []


_FIELDS = st.fixed_dictionaries(
    {
        "status": st.sampled_from(["DRAFT", "AUTHORISED", "PAID", "VOIDED", "DELETED"]),
        "number": st.sampled_from(["INV-1", "INV-2"]),
        "currency": st.sampled_from(["USD", "NZD", None]),
        "total": st.sampled_from([None, Decimal("110.00"), Decimal(110), Decimal("90.00")]),
        "updated_at": st.sampled_from([None, WRITTEN, LATER]),
    }
)


@given(_FIELDS)
def test_what_differs_would_be_told_by_a_look_and_what_we_wrote_never_differs(
    fields: dict[str, Any],
) -> None:
    """Each difference that a look can see would be told by one: what stands in the log and what drifts agree."""
    shown = document(**fields)
    found = differences(shown, OWN, None)
    looked = compare(shown, OWN, None)
    assert found is not None
    told = {each.value for each in looked.kinds} if looked is not None else set()
    for each in found:
        match each.kind:
            case DriftKind.VOIDED | DriftKind.DELETED:
                assert each.kind.value in told
            case DriftKind.NUMBER | DriftKind.AMOUNT:
                assert "edited" in told
            case _:
                assert each.kind is DriftKind.CURRENCY
    if found:
        assert {each.kind for each in differences(shown, OWN, None, found) or ()} == {each.kind for each in found}
    same_money = fields["total"] is None or fields["total"] == 110
    is_ours = (fields["number"], fields["currency"] or "USD") == ("INV-1", "USD") and same_money
    if is_ours and fields["status"] not in {"VOIDED", "DELETED"}:
        assert found == ()


@given(_FIELDS, _FIELDS)
def test_the_same_comparison_again_finds_the_same(before: dict[str, Any], after: dict[str, Any]) -> None:
    """A night that follows a night in which nothing happened tells nothing new."""
    seen = seen_now(document(**before))
    found = differences(document(**after), OWN, seen)
    if found is not None:
        again = differences(document(**after), OWN, seen, found)
        assert again is not None
        assert [(each.kind, each.xero) for each in again] == [(each.kind, each.xero) for each in found]
