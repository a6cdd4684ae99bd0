"""The dispatcher's dead letters fit beforehand: a refused transaction would be tried for ever."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from mappers.inbound.bare_letter import letter_size
from mappers.inbound.dead_letter import Poison, PoisonReason
from streams.dispatch.ownership.letters import MOST_BYTES, letter_of

NOW = datetime(2026, 11, 26, tzinfo=UTC)
POISON = Poison(PoisonReason.REQUEST_UNREADABLE, "no request")


@pytest.mark.parametrize("part", ["key", "value", "header"])
@pytest.mark.parametrize("size", [10, MOST_BYTES - 2000, MOST_BYTES, 8_000_000])
def test_each_part_may_be_as_large_as_it_likes(part: str, size: int) -> None:
    parts = {"key": b"k", "value": b"v", "header": b"h"} | {part: b"x" * size}
    record = SimpleNamespace(
        topic="t", partition=1, offset=2, key=parts["key"], value=parts["value"], headers=(("h", parts["header"]),)
    )
    letter = letter_of(record, POISON, NOW, "test")
    assert letter_size(letter.key, letter.value, letter.headers) <= MOST_BYTES
    is_whole = (letter.key, letter.value, dict(letter.headers)["h"]) == tuple(parts.values())
    assert is_whole == (size < MOST_BYTES)
