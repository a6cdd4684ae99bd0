"""A filter names texts as they are; those that none can name never get into one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.simulator.wire.where_filter import parse
from xero_client.where_filter import equals, is_filterable


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_a_filter_that_is_made_finds_exactly_its_text(text: str) -> None:
    if is_filterable(text):
        assert parse(equals("Code", text)).equals == {"Code": text}
    else:
        with pytest.raises(ValueError, match="no filter"):
            equals("Code", text)


@pytest.mark.parametrize("text", ['12" PIPE', "back\\slash", '"', "\\"])
def test_quotation_marks_and_backslashes_stay_out_of_filters(text: str) -> None:
    assert not is_filterable(text)
