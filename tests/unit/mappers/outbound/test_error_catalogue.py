"""The page of errors is made from the code, and knows every code."""

from pathlib import Path

import pytest

from mappers.model.problem import Code
from mappers.outbound.error_catalogue import ENTRIES
from mappers.outbound.errors_page import render

PAGE = Path(__file__).parents[4] / "docs" / "errors.md"


@pytest.mark.parametrize("code", Code)
def test_every_code_has_an_entry(code: Code) -> None:
    entry = ENTRIES[code]
    assert all(text.strip() for text in entry)


def test_the_committed_page_is_what_the_code_renders() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(), "run: python -m mappers.outbound.errors_page > docs/errors.md"


def test_every_code_has_exactly_one_row_of_four_cells() -> None:
    rows = [line for line in render().splitlines() if line.startswith("| `")]
    assert sorted(row.split("`")[1] for row in rows) == sorted(Code)
    assert {row.count(" | ") for row in rows} == {3}
