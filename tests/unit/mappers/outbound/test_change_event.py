"""The event as others read it: exact, complete, and by its own schema."""

import orjson
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # It publishes no types.

from mappers.model.changes import ChangeKind
from mappers.outbound.change_event import change_headers, change_schema, decode_change, encode_change
from tests.outcome_builders import make_change


def test_the_event_is_read_back_as_it_was_written_and_keeps_to_its_schema() -> None:
    validator = Draft202012Validator(change_schema(), format_checker=Draft202012Validator.FORMAT_CHECKER)
    for kind in ChangeKind:
        change = make_change(kind.value, amount_paid="0.10", amount_credited="1234567890123.45")
        wire = orjson.loads(encode_change(change))
        assert list(validator.iter_errors(wire)) == []
        assert decode_change(encode_change(change)) == change
        assert (wire["after"]["amount_paid"], wire["after"]["amount_credited"]) == ("0.10", "1234567890123.45")


def test_what_is_not_known_is_absent() -> None:
    wire = orjson.loads(encode_change(make_change()))
    assert wire["before"] == {"xero_status": "AUTHORISED", "number": "INV-2026-0042", "total": "1265.63"}
    assert wire["updated_at"] == "2026-11-20T03:16:22.123Z"


def test_a_reader_of_outcomes_tells_it_by_its_type() -> None:
    headers = dict(change_headers(make_change()))
    assert headers["ce_type"] == b"accounting.document_changed"
    assert headers["ce_id"] == str(make_change().outcome_id).encode()
    assert headers["ce_subject"] == b"southern-beef/SHP-000123"


def test_the_same_change_has_the_same_id_and_another_version_another() -> None:
    assert make_change().outcome_id == make_change().outcome_id
    assert len({make_change().outcome_id, make_change(after=61).outcome_id, make_change("voided").outcome_id}) == 3
