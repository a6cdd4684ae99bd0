"""docs/configuration.md is what the code says."""

from pathlib import Path

from config.documentation import render
from config.profile_keys import KEYS
from mappers.model.company import Company

PAGE = Path(__file__).parents[3] / "docs" / "configuration.md"


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(), "run: python -m config.documentation > docs/configuration.md"


def test_every_key_of_the_profile_is_described_and_nothing_else() -> None:
    assert set(KEYS) == set(Company.model_fields)
