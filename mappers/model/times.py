"""Times as they are written in JSON and in headers."""

from datetime import UTC, datetime


def rfc3339(when: datetime) -> str:
    """RFC 3339 in UTC with `Z`, to the millisecond, or to the microsecond where needed. ValueError without a zone."""
    if when.tzinfo is None:
        raise ValueError(f"{when!r} has no time zone")
    utc = when.astimezone(UTC).replace(tzinfo=None)
    precision = "microseconds" if utc.microsecond % 1000 else "milliseconds"
    return f"{utc.isoformat(timespec=precision)}Z"
