"""Field types that forgive: what Xero's replies hold in practice, where the SDK's reading fails or invents.

A null, a missing key, a number written as a string, an enum value of next year, both date forms: all are read. What
cannot be read becomes null, so that one odd field never costs the reply of a write that was done.
"""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Final

from pydantic import BeforeValidator

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECONDS: Final = re.compile(r"/Date\((-?\d{1,15})([+-]\d{4})?\)/")
LEADING_DAY: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?!\d)")


def text_of(value: object) -> str | None:
    """A string as it is, an integer as its digits, anything else null. Never the text 'None'."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None


def number_of(value: object) -> Decimal | None:
    """A finite number exactly, from a JSON number or a string of one; anything else null."""
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def day_of(value: object) -> date | None:
    """A day from `/Date(1795305600000+0000)/` (midnight UTC) or from text that begins with YYYY-MM-DD; else null."""
    if not isinstance(value, str):
        return None
    try:
        if found := MILLISECONDS.match(value):
            # The offset only says how Xero would show the moment; the number itself counts from the epoch in UTC.
            return (EPOCH + timedelta(milliseconds=int(found[1]))).date()
        if found := LEADING_DAY.match(value):
            return date(int(found[1]), int(found[2]), int(found[3]))
    except (ValueError, OverflowError):
        return None
    return None


def flag_of(value: object) -> bool:
    """Whether the value is true."""
    return value is True


def rows_of(value: object) -> list[dict[str, Any]]:
    """The objects in a list; anything that is no list is an empty one."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def object_of(value: object) -> dict[str, Any]:
    """The object, or an empty one."""
    return value if isinstance(value, dict) else {}


Text = Annotated[str | None, BeforeValidator(text_of)]
Number = Annotated[Decimal | None, BeforeValidator(number_of)]
Day = Annotated[date | None, BeforeValidator(day_of)]
Flag = Annotated[bool, BeforeValidator(flag_of)]
