"""What is known of an organisation."""

from datetime import date

import pytest

from mappers.model import OrganisationFacts, XeroFacts

EARLY, LATE = date(2026, 6, 30), date(2026, 9, 30)


@pytest.mark.parametrize(
    ("period", "year", "words"),
    [
        (None, None, ""),
        (LATE, None, "period lock date 2026-09-30"),
        (LATE, EARLY, "period lock date 2026-09-30"),
        (EARLY, LATE, "end of year lock date 2026-09-30"),
    ],
)
def test_a_lock_is_named_as_in_xeros_settings(period: date | None, year: date | None, words: str) -> None:
    facts = OrganisationFacts("id", "Demo", "AUD", period_lock_date=period, end_of_year_lock_date=year)
    assert facts.lock_in_words == words


def test_a_text_is_as_long_as_xeros_limits_count_it() -> None:
    assert [XeroFacts(text_length=how).length_of("\N{COW}") for how in ("characters", "utf16")] == [1, 2]
