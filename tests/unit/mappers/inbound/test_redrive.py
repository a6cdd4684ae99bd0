"""Which dead letters can be sent again, and as what."""

from datetime import UTC, datetime

import pytest

from mappers.inbound.redrive import (
    SENT_AGAIN_HEADER,
    SentAgain,
    letter_header,
    redriven,
    sent_again,
    sent_again_header,
    why_not_again,
)

OPEN = ("changes", "requests")
NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({"dlq.topic": "changes"}, ""),
        ({"dlq.topic": "requests"}, ""),
        ({"dlq.topic": "requests", "dlq.value_sha256": "ab"}, "the value was too large"),
        ({"dlq.topic": "ledger"}, "from ledger, where Shipledger alone writes"),
        ({"topic": "changes"}, "from a topic that is not named"),
        ({}, "from a topic that is not named"),
    ],
)
def test_what_cannot_be_sent_again_says_why(headers: dict[str, str], why: str) -> None:
    pairs = [(name, value.encode()) for name, value in headers.items()]
    assert why_not_again(pairs, OPEN).startswith(why)
    assert bool(why_not_again(pairs, OPEN)) == bool(why)


def test_it_goes_to_its_own_topic_with_its_own_headers() -> None:
    headers = [("traceparent", b"00-1"), ("dlq.topic", b"changes"), ("ce_id", None), ("dlq.offset", b"4")]
    again = redriven(headers, NOW)
    assert (again.topic, again.headers) == ("changes", (("traceparent", b"00-1"), ("ce_id", None)))
    assert (letter_header(headers, "offset"), letter_header(headers, "traceparent")) == ("4", "")


def test_a_letters_header_is_shown_whatever_its_bytes_are() -> None:
    assert letter_header([("dlq.topic", None), ("dlq.topic", b"a\xff")], "topic") == "a\ufffd"


def test_a_letter_whose_time_nobody_knows_is_sent_again_without_one() -> None:
    assert redriven([("dlq.topic", b"changes")], None).recorded_at is None


@pytest.mark.parametrize(
    ("said", "recorded_at"),
    [
        (b"2026-11-18T01:02:03.004Z", datetime(2026, 11, 18, 1, 2, 3, 4000, UTC)),
        (None, NOW),  # A letter of before, or a record whose time is not known: that of the letter.
        (b"yesterday", NOW),
        (b"\xff", NOW),
    ],
)
def test_it_has_its_first_time(said: bytes | None, recorded_at: datetime) -> None:
    assert redriven([("dlq.recorded_at", said)], NOW).recorded_at == recorded_at


def test_who_sends_it_again_is_said_in_place_of_who_did_before() -> None:
    before = sent_again_header(SentAgain(by="Olaf", at=NOW))
    again = redriven([("dlq.topic", b"changes"), before, ("ce_id", b"1")], NOW)
    assert again.headers == (("ce_id", b"1"),)
    assert sent_again([*again.headers, ("traceparent", b"00-1"), before]) == SentAgain(by="Olaf", at=NOW)


def test_a_name_of_more_than_100_characters_is_nobodys() -> None:
    header = sent_again_header(SentAgain(by="x" * 100, at=NOW))
    assert sent_again([header]) == SentAgain(by="x" * 100, at=NOW)
    assert sent_again([(SENT_AGAIN_HEADER, header[1].replace(b"x", b"xx", 1))]) is None


@pytest.mark.parametrize("value", [None, b"", b"{}", b'{"by":"x","at":"2026-11-20T00:00:00"}', b"\xff", b"[]"])
def test_a_header_that_cannot_be_read_names_nobody(value: bytes | None) -> None:
    assert sent_again([(SENT_AGAIN_HEADER, value)]) is None
