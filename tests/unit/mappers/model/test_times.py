"""Times of other systems: every way of ISO 8601 and RFC 3339 to write one with an offset, and nothing else."""

import re
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from mappers.model.times import TIME_PATTERN, has_utc, kafka_time, minute_in_words, read_time, rfc3339, sent_kafka_time

THEN = datetime(2026, 11, 20, 3, 15, 22, tzinfo=UTC)
MINUTE = THEN.replace(second=0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-20T03:15:22Z", THEN),
        ("2026-11-20t03:15:22z", THEN),
        ("2026-11-20 03:15:22Z", THEN),
        ("2026-11-20T14:15:22+11:00", THEN),
        ("2026-11-20T14:15:22+1100", THEN),
        ("2026-11-20T14:15:22+11", THEN),
        ("2026-11-20T03:15:22+0000", THEN),
        ("2026-11-20T03:15:22-00:00", THEN),
        ("2026-11-19T22:15:22-05", THEN),
        ("2026-11-19T22:15:22\u221205:00", THEN),
        ("2026-11-20 14:15:22 +1100", THEN),
        ("2026-11-20T14:15:22+11:00[Australia/Sydney]", THEN),
        ("20261120T031522Z", THEN),
        ("20261120T141522+1100", THEN),
        ("2026-W47-5T03:15:22Z", THEN),
        ("2026W475T031522Z", THEN),
        ("2026-324T03:15:22Z", THEN),
        ("2026324T031522Z", THEN),
        ("2026-11-20T03:15Z", MINUTE),
        ("20261120T0315Z", MINUTE),
        ("2026-11-20T03Z", MINUTE.replace(minute=0)),
        ("2026-11-20T03.25Z", MINUTE),
        ("2026-11-20T03:15,5Z", MINUTE.replace(second=30)),
        ("2026-11-20T03:15:22.5Z", THEN.replace(microsecond=500_000)),
        ("2026-11-20T03:15:22,123Z", THEN.replace(microsecond=123_000)),
        ("2026-11-20T03:15:22.123456789012Z", THEN.replace(microsecond=123_456)),
        ("2026-11-20T03:15:22.999999999999Z", THEN.replace(microsecond=999_999)),
        ("2026-11-20T03:15.333333333333Z", THEN.replace(second=19, microsecond=999_999)),
        ("2026-11-20T03.333333333333Z", THEN.replace(minute=19, second=59, microsecond=999_999)),
        ("2026-11-19T24:00:00Z", datetime(2026, 11, 20, tzinfo=UTC)),
        ("2016-12-31T23:59:60Z", datetime(2017, 1, 1, tzinfo=UTC)),
        ("2024-02-29T00:00:00Z", datetime(2024, 2, 29, tzinfo=UTC)),
        ("2024-366T00:00:00Z", datetime(2024, 12, 31, tzinfo=UTC)),
        ("2026-W53-7T00:00:00Z", datetime(2027, 1, 3, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", datetime.min.replace(tzinfo=UTC)),
        ("9999-12-31T23:59:59-14:00", datetime.max.replace(tzinfo=UTC)),
        ("9999-W52-7T00:00:00Z", datetime.max.replace(tzinfo=UTC)),
    ],
)
def test_every_form_with_an_offset_is_read(text: str, expected: datetime) -> None:
    assert read_time(text) == expected
    assert read_time(text).tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20T03:15:22",
        "2026-11-20",
        "2026-11-20Z",
        "2026-13-20T03:15:22Z",
        "2026-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2026-366T00:00:00Z",
        "2026-000T00:00:00Z",
        "2025-W53-1T00:00:00Z",
        "2026-W47-8T00:00:00Z",
        "2026-W47T00:00:00Z",
        "2026-11T03:15:22Z",
        "2026-11-20T24:00:01Z",
        "2026-11-20T25:00:00Z",
        "2026-11-20T03:60:00Z",
        "2026-11-20T03:15:61Z",
        "2026-11-20T03:15:22+24:00",
        "2026-11-20T03:15:22.Z",
        "0000-01-01T00:00:00Z",
        "+02026-11-20T03:15:22Z",
        "20/11/2026 03:15:22 +00:00",
        "2026-11-20T03:15:22 UTC",
        "2026-11-20T03:15:22Z[!Europe/Paris]",
        "٢٠٢٦-11-20T03:15:22Z",
        "1763608522",
        "yesterday",
        "",
    ],
)
def test_what_is_no_such_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="offset"):
        read_time(text)


def test_the_pattern_knows_the_calendar_of_all_400_years() -> None:
    """February 29, day 366 and week 53 are times in the years that have them, and in no other."""
    pattern = re.compile(TIME_PATTERN)
    for year in (*range(1, 402), *range(1900, 2301), 9999):
        is_leap = (date(year, 3, 1) - timedelta(days=1)).day == 29
        is_long = date(year, 12, 28).isocalendar().week == 53
        assert (pattern.fullmatch(f"{year:04}-02-29T00Z") is not None) is is_leap, year
        assert (pattern.fullmatch(f"{year:04}-366T00Z") is not None) is is_leap, year
        assert (pattern.fullmatch(f"{year:04}-W53-1T00Z") is not None) is is_long, year


@pytest.mark.parametrize("milliseconds", [-1, 0, float("nan"), float("inf"), 2**63 - 1, 10**30])
def test_a_record_without_a_time_or_with_a_wild_one_has_none(milliseconds: float) -> None:
    assert kafka_time(milliseconds) is None


def test_a_records_time_is_exact_to_the_millisecond() -> None:
    assert kafka_time(1_795_144_522_123) == datetime(2026, 11, 20, 3, 15, 22, 123_000, tzinfo=UTC)
    assert kafka_time(1) == datetime(1970, 1, 1, 0, 0, 0, 1_000, tzinfo=UTC)


NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("recorded_at", "milliseconds"),
    [
        (None, None),
        (NOON, 1_795_176_000_000),
        (NOON - timedelta(microseconds=1), 1_795_175_999_999),
        (NOON + timedelta(milliseconds=1), None),
    ],
)
def test_a_record_keeps_its_time_unless_it_has_none_or_brokers_would_refuse_it(
    recorded_at: datetime | None, milliseconds: int | None
) -> None:
    assert sent_kafka_time(recorded_at, NOON) == milliseconds


SYDNEY = timezone(timedelta(hours=11), "AEDT")


@pytest.mark.parametrize(
    ("when", "written"),
    [
        (THEN, "2026-11-20T03:15:22.000Z"),
        (THEN.replace(microsecond=123_000), "2026-11-20T03:15:22.123Z"),
        (THEN.replace(microsecond=123_456), "2026-11-20T03:15:22.123456Z"),
        (THEN.replace(microsecond=1), "2026-11-20T03:15:22.000001Z"),
        (THEN.astimezone(SYDNEY), "2026-11-20T03:15:22.000Z"),
    ],
)
def test_a_time_is_written_in_utc_to_the_millisecond_or_to_the_microsecond_where_needed(
    when: datetime, written: str
) -> None:
    assert rfc3339(when) == written


def test_a_time_without_a_zone_is_not_written() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        rfc3339(THEN.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("when", "is_one"),
    [
        (THEN, True),
        (THEN.astimezone(SYDNEY), True),
        (THEN.replace(tzinfo=None), False),
        (datetime(9999, 12, 31, 23, tzinfo=UTC), True),
        (datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-5))), False),
        (datetime(1, 1, 1, tzinfo=SYDNEY), False),
    ],
)
def test_a_time_is_in_utc_where_it_has_a_zone_and_the_calendar_does_not_end_before(
    when: datetime, is_one: bool
) -> None:
    assert has_utc(when) is is_one


def test_people_read_a_minute_in_its_own_zone() -> None:
    assert minute_in_words(THEN.astimezone(SYDNEY)) == "20 Nov 2026, 14:15 AEDT"
