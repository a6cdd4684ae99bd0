"""What a page shows of a dead letter, whoever wrote the record: bounded, legible, and never the end of the page."""

from types import SimpleNamespace
from typing import Any

import pytest

from streams.topics import STATUS_CHANGES
from streams.web.pages.letter import LONGEST_KEY, LONGEST_TEXT, SHOWN_BYTES, letter_of

AT = "2026-11-20T03:15:22.123Z"


def record(*, key: bytes | None = b"southern-beef/A", value: bytes | None = b"{", **headers: bytes) -> Any:
    told = {"topic": STATUS_CHANGES.encode(), "reason": b"not_json", "failed_at": AT.encode(), **headers}
    pairs = [(f"dlq.{name}", text) for name, text in told.items()]
    return SimpleNamespace(partition=0, offset=3, key=key, value=value, headers=pairs)


def test_a_letter_of_ours_is_shown_as_it_is() -> None:
    letter = letter_of(record(message=b"It is not JSON."), {STATUS_CHANGES})
    assert (letter.key, letter.reason, letter.message) == ("southern-beef/A", "not_json", "It is not JSON.")
    assert (letter.failed_at, letter.company_id, letter.why_not_again) == (AT, "southern-beef", "")


def test_however_long_a_record_is_little_of_it_is_shown() -> None:
    """Twenty of each partition are on one page."""
    long = b"x" * 900_000
    letter = letter_of(record(key=long, value=long, message=long, reason=long, topic=long), ())
    texts = (letter.message, letter.reason, letter.why_not_again)
    assert (len(letter.key), len(letter.value)) == (LONGEST_KEY, SHOWN_BYTES)
    assert max(map(len, texts)) == LONGEST_TEXT
    assert len(letter.came_from) < 2 * LONGEST_TEXT
    assert letter.size == len(long)


def test_the_longest_key_of_a_shipment_is_whole() -> None:
    longest = f"{'c' * 255}/{'s' * 255}"
    assert letter_of(record(key=longest.encode()), ()).key == longest


@pytest.mark.parametrize("said", [b"", b"soon", b"\xff", b"99999-01-01T00:00:00Z", b"2026-11-20", b"x" * 900_000])
def test_a_time_that_is_none_is_not_known(said: bytes) -> None:
    """The page would end with it."""
    assert letter_of(record(failed_at=said), ()).failed_at == ""


def test_hidden_characters_are_shown_as_escapes() -> None:
    letter = letter_of(record(message="a\u202eb\x1b".encode(), reason="\u200b".encode()), ())
    assert (letter.message, letter.reason) == ("a\\u202eb\\u001b", "\\u200b")
