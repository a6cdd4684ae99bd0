"""JSON that keeps every digit."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.simulator.wire import json_codec

AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False, places=4)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | AMOUNTS,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES)
def test_what_is_written_is_read_back_digit_by_digit(value: Any) -> None:
    assert json_codec.loads(json_codec.dumps(value)) == value


def test_amounts_are_plain_numbers_beyond_the_precision_of_floats() -> None:
    written = json_codec.dumps([Decimal("12345678901234567.8901"), Decimal("1E-7"), Decimal("1E+3"), Decimal("40.00")])
    assert written == "[12345678901234567.8901,0.0000001,1000,40.00]"


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", "{", ""])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        json_codec.loads(text)
