"""A dead letter keeps the original headers and tells where the record stood and why it went aside."""

from datetime import UTC, datetime

from mappers.inbound.dead_letter import Coordinates, Poison, PoisonReason, dead_letter_headers

AT = Coordinates("shipment.status-changes.v1", 3, 4711)
WHEN = datetime(2026, 11, 20, 3, 15, 22, tzinfo=UTC)


def headers_of(poison: Poison, original: list[tuple[str, bytes | None]]) -> list[tuple[str, bytes | None]]:
    return dead_letter_headers(poison, AT, original, failed_at=WHEN, worker_version="0.1.0")


def test_the_headers_are_the_contracts_after_the_original_ones() -> None:
    poison = Poison(PoisonReason.NOT_JSON, "not JSON: é")
    assert headers_of(poison, [("trace", b"1"), ("trace", b"2"), ("empty", None)]) == [
        ("trace", b"1"),
        ("trace", b"2"),
        ("empty", None),
        ("dlq.reason", b"not_json"),
        ("dlq.message", "not JSON: é".encode()),
        ("dlq.topic", b"shipment.status-changes.v1"),
        ("dlq.partition", b"3"),
        ("dlq.offset", b"4711"),
        ("dlq.failed_at", b"2026-11-20T03:15:22.000Z"),
        ("dlq.worker_version", b"0.1.0"),
    ]


def test_the_time_of_the_record_is_kept_where_it_is_known() -> None:
    poison = Poison(PoisonReason.NOT_JSON, "not JSON")
    found = dead_letter_headers(poison, AT, [], failed_at=WHEN, worker_version="0.1.0", recorded_at=WHEN)
    assert dict(found)["dlq.recorded_at"] == b"2026-11-20T03:15:22.000Z"
    assert "dlq.recorded_at" not in dict(headers_of(poison, [("dlq.recorded_at", b"an earlier failure's")]))


def test_a_record_that_fails_again_tells_of_its_last_failure_only() -> None:
    first = headers_of(Poison(PoisonReason.UNKNOWN_COMPANY, "a"), [("trace", b"1")])
    assert headers_of(Poison(PoisonReason.NOT_JSON, "b"), first) == headers_of(
        Poison(PoisonReason.NOT_JSON, "b"), [("trace", b"1")]
    )


def test_a_message_is_cut_at_1000_characters_and_never_fails_to_encode() -> None:
    """As the published schema of these headers says."""
    message = dict(headers_of(Poison(PoisonReason.WRONG_TYPE, "\ud800" + "x" * 5000), []))["dlq.message"]
    assert message == b"?" + b"x" * 999
