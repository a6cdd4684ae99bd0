"""Whatever was put aside comes back as it was."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from mappers.inbound import Coordinates, Poison, PoisonReason, dead_letter_headers, redriven, why_not_again

NOW = datetime(2026, 11, 20, tzinfo=UTC)
NAMES = st.text().filter(lambda name: not name.startswith("dlq."))
HEADERS = st.lists(st.tuples(NAMES, st.none() | st.binary()))
MOMENTS = st.datetimes(timezones=st.just(UTC))


@given(HEADERS, MOMENTS, st.text(), st.integers(min_value=1, max_value=3))
def test_a_letter_redriven_is_the_record_however_often_it_failed(
    headers: list[tuple[str, bytes | None]], recorded_at: datetime, message: str, times: int
) -> None:
    poison, at, left = Poison(PoisonReason.NOT_JSON, message), Coordinates("changes", 0, 4), headers
    for _ in range(times):
        left = dead_letter_headers(poison, at, left, failed_at=NOW, worker_version="1", recorded_at=recorded_at)
    assert why_not_again(left, {"changes"}) == ""
    again = redriven(left, NOW)
    assert (again.topic, list(again.headers), again.recorded_at) == ("changes", headers, recorded_at)
