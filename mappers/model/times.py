"""Times as they are written in JSON and in headers, and as other systems write them."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)

# The patterns are exact to the day, so that a schema can say the same as the reader: leap years, and the 71 of 400
# years that have a week 53. They keep to what every dialect of regular expressions has.
_YEAR: Final = "(?:[0-9]{3}[1-9]|[0-9]{2}[1-9]0|[0-9][1-9]00|[1-9]000)"
_LEAP_CENTURY: Final = "(?:0[48]|[2468][048]|[13579][26])"
_LEAP_YEAR: Final = f"(?:[0-9]{{2}}(?:0[48]|[2468][048]|[13579][26])|{_LEAP_CENTURY}00)"
_MONTH_AND_DAY: Final = (
    "(?:(?:0[13578]|1[02])-?(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-?(?:0[1-9]|[12][0-9]|30)"
    "|02-?(?:0[1-9]|1[0-9]|2[0-8]))"
)
_DAY_OF_YEAR: Final = "(?:0(?:0[1-9]|[1-9][0-9])|[12][0-9]{2}|3(?:[0-5][0-9]|6[0-5]))"
_CENTURIES: Final = ("[02468][048]|[13579][26]", "[02468][159]|[13579][37]", "[02468][26]|[13579][048]")
_OTHER_CENTURIES: Final = "[02468][37]|[13579][159]"


def _long_year() -> str:
    """The years with 53 weeks: the Gregorian calendar repeats every 400 years, so four kinds of centuries differ."""
    kinds = []
    for remainder, century in enumerate((*_CENTURIES, _OTHER_CENTURIES)):
        first = 2000 + 100 * remainder
        long = [year % 100 for year in range(first, first + 100) if date(year, 12, 28).isocalendar().week > 52]  # noqa: PLR2004
        kinds.append(f"(?:{century})(?:{'|'.join(f'{year:02}' for year in long)})")
    return f"(?:{'|'.join(kinds)})"


_DATE: Final = (
    f"(?:{_YEAR}-?(?:{_MONTH_AND_DAY}|{_DAY_OF_YEAR}|[Ww](?:0[1-9]|[1-4][0-9]|5[0-2])-?[1-7])"
    f"|{_LEAP_YEAR}-?(?:02-?29|366)|{_long_year()}-?[Ww]53-?[1-7])"
)
_FRACTION: Final = "(?:[.,][0-9]{1,40})?"
_CLOCK: Final = (
    f"(?:(?:[01][0-9]|2[0-3])(?::?[0-5][0-9](?::?(?:[0-5][0-9]|60))?)?{_FRACTION}"
    "|24(?::?00(?::?00)?)?(?:[.,]0{1,40})?)"
)
_OFFSET: Final = "(?:[Zz]|[+\\-\u2212](?:[01][0-9]|2[0-3])(?::?[0-5][0-9])?)"
_SUFFIX: Final = r"(?:\[[A-Za-z0-9._/+=~:\-]{1,80}\]){0,8}"

TIME_PATTERN: Final = f"{_DATE}[Tt ]{_CLOCK} ?{_OFFSET}{_SUFFIX}"
"""Every time that `read_time` reads, and no other, without anchors.

A date of ISO 8601 (month and day, week and day, day of the year; with separators or without), a time of day down to
hours, minutes or seconds with any decimals after a point or a comma, and an offset. As RFC 3339 allows: small letters,
a space for the T, second 60; as RFC 9557: eight names in brackets after the offset at most, which are left aside.
"""

_LONGEST: Final = 1000
"""Above what the pattern can match: what is longer is not looked at."""

_TIME: Final = re.compile(TIME_PATTERN)
_PARTS: Final = re.compile(
    "(?P<date>[^Tt ]+)[Tt ](?P<clock>[0-9:]+)(?:[.,](?P<fraction>[0-9]+))? ?(?P<offset>[Zz]|[+\\-\u2212][0-9:]+)"
)
# What the fraction is a fraction of, by the digits of the clock: the smallest unit that is written, in microseconds.
_UNITS: Final = {2: 3_600_000_000, 4: 60_000_000, 6: 1_000_000}
_ORDINAL_DIGITS: Final = 7


def rfc3339(when: datetime) -> str:
    """RFC 3339 in UTC with `Z`, to the millisecond, or to the microsecond where needed. ValueError without a zone."""
    if when.tzinfo is None:
        raise ValueError(f"{when!r} has no time zone")
    utc = when.astimezone(UTC).replace(tzinfo=None)
    precision = "microseconds" if utc.microsecond % 1000 else "milliseconds"
    return f"{utc.isoformat(timespec=precision)}Z"


def minute_in_words(when: datetime) -> str:
    """The minute as people read it, in the zone of `when`, which is named: "20 Nov 2026, 03:15 UTC"."""
    return f"{when.day} {when:%b %Y, %H:%M} {when.tzname()}"


def read_time(text: str) -> datetime:
    """The instant in UTC, cut to the microsecond. Raises ValueError for what `TIME_PATTERN` does not have.

    An instant before the year 1 or after 9999 in UTC becomes the first or the last one there is: it only orders.
    """
    found = _PARTS.match(text) if len(text) <= _LONGEST else None
    if found is None or not _TIME.fullmatch(text):
        raise ValueError("is not an ISO 8601 time with an offset")
    day = found["date"].replace("-", "")
    try:
        midnight = datetime.combine(_day(day), datetime.min.time(), UTC)
        return midnight + _since_midnight(found["clock"], found["fraction"]) - _offset(found["offset"])
    except (OverflowError, ValueError):  # The pattern leaves nothing else: 9999-12-31T23:00-05:00, 9999-W52-7.
        return _FIRST if day.startswith("0001") else _LAST


def has_utc(when: datetime) -> bool:
    """Whether the time has a zone, and the calendar has it in UTC: not 9999-12-31T23:00-05:00."""
    if when.tzinfo is None:
        return False
    try:
        when.astimezone(UTC)
    except OverflowError:
        return False
    return True


def kafka_time(milliseconds: float) -> datetime | None:
    """The time of a record on Kafka, from milliseconds since 1970.

    None where it has none (Kafka writes -1), or one beyond the calendar, which brokers let senders write.
    """
    if not milliseconds > 0:
        return None
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None


def sent_kafka_time(recorded_at: datetime | None, now: datetime) -> int | None:
    """The time of a record that is published once more, in milliseconds since 1970.

    None, for the broker to be given the time of now, where it has none, or one ahead, which brokers refuse.
    """
    if recorded_at is None or recorded_at > now:
        return None
    return (recorded_at - _EPOCH) // timedelta(milliseconds=1)


def _day(digits: str) -> date:
    year = int(digits[:4])
    if digits[4] in "Ww":
        return date.fromisocalendar(year, int(digits[5:7]), int(digits[7]))
    if len(digits) == _ORDINAL_DIGITS:
        return date(year, 1, 1) + timedelta(days=int(digits[4:]) - 1)
    return date(year, int(digits[4:6]), int(digits[6:]))


def _since_midnight(clock: str, fraction: str | None) -> timedelta:
    digits = clock.replace(":", "")
    hours, minutes, seconds = (int(digits[at : at + 2] or 0) for at in (0, 2, 4))
    microseconds = 0 if fraction is None else _UNITS[len(digits)] * int(fraction) // 10 ** len(fraction)
    return timedelta(hours=hours, minutes=minutes, seconds=seconds, microseconds=microseconds)


def _offset(text: str) -> timedelta:
    if text in "Zz":
        return timedelta()
    digits = text[1:].replace(":", "")
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return size if text[0] == "+" else -size
