"""The envelope of a status change: every fault has its reason, and the value alone says what the event is."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappers.inbound.dead_letter import Poison, PoisonReason
from mappers.inbound.fields import FIELDS, MAX_REVISION
from mappers.inbound.status_change import StatusChange, read_event, refusal_of, subject_of
from mappers.model.problem import Code
from tests.builders import COMPANY_ID, EVENT_ID, OCCURRED_AT, OMIT, encode, make_company, make_event, make_shipment

COMPANIES = {COMPANY_ID: make_company()}
RECORDED_AT = datetime(2026, 11, 21, tzinfo=UTC)


def read(value: bytes | None) -> StatusChange | Poison:
    return read_event(value, (), COMPANIES, recorded_at=RECORDED_AT)


def event_of(**overrides: Any) -> StatusChange:
    event = read(encode(make_event(**overrides)))
    assert isinstance(event, StatusChange), event
    return event


def poison_of(**overrides: Any) -> Poison:
    poison = read(encode(make_event(**overrides)))
    assert isinstance(poison, Poison), poison
    return poison


def test_a_complete_event_is_read_as_the_contract_says() -> None:
    assert event_of() == StatusChange(
        event_id=EVENT_ID,
        occurred_at=OCCURRED_AT,
        company_id=COMPANY_ID,
        shipment_id="SHP-000123",
        revision=7,
        previous_status="DOCS ISSUED",
        status="ACCOUNTS INV CREATED",
        sync_now=False,
        shipment=make_shipment(),
    )


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, PoisonReason.EMPTY_VALUE),
        (b"", PoisonReason.EMPTY_VALUE),
        (b"\xff", PoisonReason.NOT_UTF8),
        (b"not json", PoisonReason.NOT_JSON),
        (b'{"event_id": "a", "event_id": "b"}', PoisonReason.DUPLICATE_KEY),
        (b'{"revision": NaN}', PoisonReason.NOT_FINITE),
        (b"[" * 1000, PoisonReason.TOO_DEEP),
        (b"[]", PoisonReason.NOT_AN_OBJECT),
        (b"17", PoisonReason.NOT_AN_OBJECT),
        (b"null", PoisonReason.NOT_AN_OBJECT),
        (b'"text"', PoisonReason.NOT_AN_OBJECT),
        (b"{}", PoisonReason.MISSING_FIELD),
    ],
)
def test_an_unreadable_value_is_poison(value: bytes | None, reason: PoisonReason) -> None:
    poison = read(value)
    assert isinstance(poison, Poison)
    assert poison.reason is reason
    assert poison.message


def test_the_size_limit_is_an_argument() -> None:
    poison = read_event(encode(make_event()), (), COMPANIES, limit=100)
    assert isinstance(poison, Poison)
    assert poison.reason is PoisonReason.OVERSIZE


@pytest.mark.parametrize("name", ["event_id", "company_id", "shipment_id", "status", "shipment"])
@pytest.mark.parametrize("absent", [OMIT, None])
def test_an_absent_required_field_is_named(name: str, absent: object) -> None:
    poison = poison_of(**{name: absent})
    assert (poison.reason, poison.message) == (PoisonReason.MISSING_FIELD, f"{name} is missing")


@pytest.mark.parametrize("name", ["event_id", "company_id", "shipment_id", "status"])
def test_a_blank_required_text_is_missing(name: str) -> None:
    assert poison_of(**{name: " \t"}).reason is PoisonReason.MISSING_FIELD


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("event_id", 17),
        ("event_id", ["a"]),
        ("company_id", {}),
        ("shipment_id", 1.5),
        ("status", True),
        ("shipment", []),
        ("shipment", "SHP"),
        ("schema_version", True),
        ("schema_version", "one"),
        ("schema_version", 1.5),
        ("event_type", 1),
    ],
)
def test_a_field_of_the_wrong_type_is_named(name: str, value: object) -> None:
    poison = poison_of(**{name: value})
    assert poison.reason is PoisonReason.WRONG_TYPE
    assert poison.message.startswith(f"{name} is ")


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("company_id", "other", PoisonReason.UNKNOWN_COMPANY),
        ("company_id", COMPANY_ID.upper(), PoisonReason.UNKNOWN_COMPANY),
        ("schema_version", 2, PoisonReason.UNKNOWN_SCHEMA_VERSION),
        ("schema_version", 0, PoisonReason.UNKNOWN_SCHEMA_VERSION),
        ("event_type", "shipment.deleted", PoisonReason.UNKNOWN_EVENT_TYPE),
        ("shipment_id", "S" * 256, PoisonReason.INVALID_ID),
        ("shipment_id", "SHP\u200b1", PoisonReason.INVALID_ID),
        ("event_id", "a\x00b", PoisonReason.INVALID_ID),
        ("company_id", "a\nb", PoisonReason.INVALID_ID),
        ("schema_version", "2", PoisonReason.UNKNOWN_SCHEMA_VERSION),
    ],
)
def test_a_value_that_cannot_be_used_has_its_own_reason(name: str, value: object, reason: PoisonReason) -> None:
    assert poison_of(**{name: value}).reason is reason


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-20T03:15:22Z", datetime(2026, 11, 20, 3, 15, 22, tzinfo=UTC)),
        ("2026-11-20t14:15:22.5+11:00", datetime(2026, 11, 20, 3, 15, 22, 500000, tzinfo=UTC)),
        ("2026-11-20T03:15:22.123456789z", datetime(2026, 11, 20, 3, 15, 22, 123456, tzinfo=UTC)),
    ],
)
def test_times_of_any_zone_become_utc(text: str, expected: datetime) -> None:
    assert event_of(occurred_at=text).occurred_at == expected
    assert event_of(occurred_at=text).occurred_at.tzinfo is UTC


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("7", 7),
        ('"7"', 7),
        ("7.0", 7),
        ('"7.0"', 7),
        ('" 007 "', 7),
        ("7E0", 7),
        ("0", 0),
        ("9223372036854775807", MAX_REVISION),
        ('"9223372036854775807"', MAX_REVISION),
        ("9223372036854775807.0", MAX_REVISION),
        ("null", None),
        ('""', None),
    ],
)
def test_a_revision_may_be_a_number_or_a_text(number: str, expected: int | None) -> None:
    """Read exactly: a float has no 2^63-1."""
    event = read(encode(make_event(revision="N")).replace(b'"N"', number.encode()))
    assert isinstance(event, StatusChange)
    assert (event.revision, event.faults) == (expected, ())


@pytest.mark.parametrize("version", [1, "1", "1.0", None, ""])
def test_the_version_may_be_a_text_as_well(version: object) -> None:
    assert event_of(schema_version=version) == event_of()


@pytest.mark.parametrize(("text", "expected"), [("true", True), ("False", False), ("", False)])
def test_a_tick_may_be_a_text(text: str, *, expected: bool) -> None:
    assert event_of(sync_now=text).sync_now is expected


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("revision", -1, "-1"),
        ("revision", True, "true"),
        ("revision", 7.5, "7.5"),
        ("revision", "7a", "'7a'"),
        ("revision", 2**63, "9223372036854775808"),
        ("revision", 10**30, "1" + "0" * 30),
        ("revision", [7], "a list"),
        ("occurred_at", 1763608522, "1763608522"),
        ("occurred_at", "2026-11-20T03:15:22", "2026-11-20T03:15:22"),
        ("occurred_at", "2026-11-20", "2026-11-20"),
        ("occurred_at", "2026-13-20T03:15:22Z", "2026-13-20T03:15:22Z"),
        ("occurred_at", "yesterday\u200b", "yesterday\\u200b"),
        ("previous_status", 1, "1"),
        ("sync_now", "yes", "'yes'"),
        ("sync_now", 1, "1"),
    ],
)
def test_a_field_whose_meaning_is_not_clear_is_a_fault_for_the_shipments_log(
    name: str, value: object, shown: str
) -> None:
    """Company, shipment and event are known: people look into the log, not into the dead letters."""
    event = event_of(**{name: value})
    (fault,) = event.faults
    assert (fault.code, fault.field) == (Code.FIELD_INVALID, name)
    assert fault.message.startswith(f"The field {name} ")
    assert shown in fault.message
    assert fault.hint.startswith("Whoever sends the shipments: ")


def test_all_faults_are_named_at_once_and_what_stands_in_for_them_orders_by_kafkas_time() -> None:
    event = event_of(revision="x", occurred_at="x", previous_status=1, sync_now="x")
    assert [fault.field for fault in event.faults] == ["occurred_at", "revision", "previous_status", "sync_now"]
    assert (event.revision, event.occurred_at, event.previous_status, event.sync_now) == (None, RECORDED_AT, None, True)


def test_an_unreadable_time_is_poison_where_kafka_has_none_either() -> None:
    poison = read_event(encode(make_event(occurred_at="yesterday")), (), COMPANIES)
    assert isinstance(poison, Poison)
    assert poison.reason is PoisonReason.INVALID_TIME


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (encode(make_event(revision=[], status=None, shipment=None)), (COMPANY_ID, "SHP-000123")),
        (encode(make_event(company_id="not-in-the-profile")), ("not-in-the-profile", "SHP-000123")),
        (encode(make_event(shipment_id=OMIT)), None),
        (b"not json", None),
        (None, None),
    ],
)
def test_whose_record_it_is_is_known_whatever_else_is_wrong(
    value: bytes | None, expected: tuple[str, str] | None
) -> None:
    assert subject_of(value, ()) == expected


@pytest.mark.parametrize("absent", [OMIT, None])
def test_an_event_without_its_own_time_has_the_records(absent: object) -> None:
    assert event_of(occurred_at=absent).occurred_at == RECORDED_AT


def test_without_any_time_the_event_is_poison() -> None:
    poison = read_event(encode(make_event(occurred_at=OMIT)), (), COMPANIES)
    assert poison == Poison(PoisonReason.MISSING_FIELD, "occurred_at is missing")


@pytest.mark.parametrize("name", ["revision", "previous_status", "sync_now", "event_type", "schema_version"])
@pytest.mark.parametrize("absent", [OMIT, None])
def test_the_other_fields_may_be_absent(name: str, absent: object) -> None:
    event = event_of(**{name: absent})
    expected = {"revision": None, "previous_status": None, "sync_now": False}
    if name in expected:
        assert getattr(event, name) == expected[name]


def test_ids_and_statuses_are_trimmed() -> None:
    event = event_of(event_id=" e ", company_id=f" {COMPANY_ID}\n", shipment_id="\tS-1 ", status=" IN ")
    assert (event.event_id, event.company_id, event.shipment_id, event.status) == ("e", COMPANY_ID, "S-1", "IN")


def test_unknown_fields_are_no_fault() -> None:
    assert event_of(added_later={"deep": [1]}) == event_of()


def test_the_shipment_keeps_its_numbers_exactly() -> None:
    value = encode(make_event(shipment={"n": "N"})).replace(b'"N"', b"0.10000000000000000000000001")
    event = read(value)
    assert isinstance(event, StatusChange)
    assert event.shipment == {"n": Decimal("0.10000000000000000000000001")}


def test_a_shipment_full_of_faults_is_still_an_event() -> None:
    """Faults inside the shipment are a REJECTED outcome, which people see; not a dead letter."""
    assert event_of(shipment={"lines": "none"}).shipment == {"lines": "none"}


ANYTHING: st.SearchStrategy[Any] = st.sampled_from(
    [OMIT, None, "", " ", 7, -1, True, "x", "x" * 300, "2026-11-20T03:15:22Z", [], {}, "\u200b"]
)


@given(st.dictionaries(st.sampled_from([each.name for each in FIELDS if each.name != "company_id"]), ANYTHING))
def test_a_refusal_names_every_field_that_the_reader_would_stop_at(changed: dict[str, Any]) -> None:
    """Field by field: whatever one fault hides from the reader, its sender hears of all of them at once."""
    value = encode(make_event(**changed))
    found = read(value)
    refusal = refusal_of(found, value, ())
    if isinstance(found, StatusChange):
        assert [each.field for each in (refusal.faults if refusal else ())] == [one.field or "" for one in found.faults]
        return
    assert refusal is not None
    assert found.reason in {each.code for each in refusal.faults}
    alone = {name: read(encode(make_event(**{name: each}))) for name, each in changed.items()}
    faulty = {name for name, each in alone.items() if isinstance(each, Poison) or each.faults}
    named = {each.field for each in refusal.faults}
    assert named == faulty
