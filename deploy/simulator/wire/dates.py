"""The forms of dates and instants on Xero's wire, and the time zones of organisations."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSOFT = re.compile(r"/Date\((-?\d+)([+-]\d{4})?\)/")
_ZONES = {
    "AUSCENTRALSTANDARDTIME": "Australia/Darwin",
    "AUSEASTERNSTANDARDTIME": "Australia/Sydney",
    "CENAUSTRALIASTANDARDTIME": "Australia/Adelaide",
    "EASTERNSTANDARDTIME": "America/New_York",
    "EAUSTRALIASTANDARDTIME": "Australia/Brisbane",
    "GMTSTANDARDTIME": "Europe/London",
    "NEWZEALANDSTANDARDTIME": "Pacific/Auckland",
    "PACIFICSTANDARDTIME": "America/Los_Angeles",
    "SINGAPORESTANDARDTIME": "Asia/Singapore",
    "TASMANIASTANDARDTIME": "Australia/Hobart",
    "TOKYOSTANDARDTIME": "Asia/Tokyo",
    "UTC": "UTC",
    "WAUSTRALIASTANDARDTIME": "Australia/Perth",
}


def parse_date(text: object) -> date:
    """Read `/Date(ms+0000)/`, `YYYY-MM-DD` or an ISO instant; one with an offset is taken to UTC first, as Xero does.

    Raises `ValueError` for anything else.
    """
    if not isinstance(text, str):
        raise ValueError(f"{text!r} is not a date")  # noqa: TRY004  # One error for whatever is not a date.
    stamped = from_microsoft(text)
    if stamped:
        return stamped.date()
    instant = datetime.fromisoformat(text)
    return (instant.astimezone(UTC) if instant.tzinfo else instant).date()


def parse_day(text: str) -> date:
    """The same in a query, where a month or day may have one digit. Raises `ValueError`."""
    short = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text)
    return date(*(int(part) for part in short.groups())) if short else parse_date(text)


def from_microsoft(text: str) -> datetime | None:
    """The instant of `/Date(ms+0000)/`, else `None`."""
    found = _MICROSOFT.fullmatch(text)
    return _EPOCH + timedelta(milliseconds=int(found[1])) if found else None


def parse_instant(text: str) -> datetime:
    """Read the value of `If-Modified-Since`: ISO, or the HTTP date form; without a zone it is UTC."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = datetime.strptime(text, "%a, %d %b %Y %H:%M:%S GMT")  # noqa: DTZ007  # The zone is given below.
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def milliseconds(instant: datetime) -> str:
    return f"/Date({int((instant - _EPOCH) / timedelta(milliseconds=1))}+0000)/"


def day_milliseconds(day: date) -> str:
    return milliseconds(datetime(day.year, day.month, day.day, tzinfo=UTC))


def words(day: date) -> str:
    """The form of validation messages: 30-Jun-2026."""
    return f"{day.day}-{day:%b-%Y}"


def zone(name: str) -> ZoneInfo:
    """The zone of Xero's `Timezone` code. Raises `ValueError` for a code this simulator does not know."""
    if name not in _ZONES:
        raise ValueError(f"time zone {name!r} is unknown here; known: {', '.join(sorted(_ZONES))}")
    return ZoneInfo(_ZONES[name])
