"""The pure rules of the commands: how many partitions, which keys, which headers."""

from datetime import UTC, datetime

import pytest

from streams.cli.errors import CommandFailedError
from streams.cli.kafka.dead_letters import without_reasons
from streams.cli.kafka.records import Record
from streams.cli.kafka.replay import key_matches
from streams.cli.kafka.topics import agreed_partitions


def test_new_topics_get_twelve_partitions_or_what_is_asked() -> None:
    assert agreed_partitions({}, None) == 12
    assert agreed_partitions({}, 4) == 4


def test_missing_topics_get_what_the_others_have() -> None:
    assert agreed_partitions({"a": 6, "b": 6}, None) == 6
    assert agreed_partitions({"a": 6}, 6) == 6


@pytest.mark.parametrize(("there", "wanted"), [({"a": 6}, 12), ({"a": 6, "b": 12}, None)])
def test_differing_numbers_are_refused_by_name(there: dict[str, int], wanted: int | None) -> None:
    with pytest.raises(CommandFailedError, match="a has 6"):
        agreed_partitions(there, wanted)


def test_keys_choose_company_and_shipment_exactly() -> None:
    assert key_matches(b"beef/S/1", "beef", "S/1")
    assert key_matches(None, None, None)
    assert not key_matches(None, "beef", None)
    assert not key_matches(b"beef-2/S", "beef", None)
    assert not key_matches(b"beef/S", "beef", "S1")


def test_a_redriven_record_has_its_original_headers_alone() -> None:
    headers = (("traceparent", b"00-1"), ("dlq.reason", b"not_json"), ("ce_id", None), ("dlq.offset", b"4"))
    record = Record("dead", 0, 4, datetime(2026, 11, 20, tzinfo=UTC), b"k", b"v", headers)
    assert without_reasons(record).headers == (("traceparent", b"00-1"), ("ce_id", None))
    assert record.header("dlq.reason") == "not_json"
    assert record.header("absent") == ""
