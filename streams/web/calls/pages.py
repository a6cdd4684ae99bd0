"""Pages of a list: a cursor says where the next one begins, and means nothing to whoever carries it."""

import base64
import binascii
from collections.abc import Sequence
from typing import Annotated, TypeVar

from fastapi import Query

from streams.web.problems import ApiError, HttpCode

Item = TypeVar("Item")

CursorParameter = Annotated[
    str | None, Query(max_length=1_000, description="`next_cursor` of the page before; absent for the first page.")
]


def to_cursor(place: int) -> str:
    """The cursor that stands for a place."""
    return base64.urlsafe_b64encode(str(place).encode()).decode().rstrip("=")


def from_cursor(cursor: str) -> int:
    """The place that a cursor stands for. Raises ApiError 422 for one that was never given."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
        place = int(text)
    except (binascii.Error, ValueError) as error:
        raise invalid_cursor(cursor) from error
    if to_cursor(place) != cursor:
        raise invalid_cursor(cursor)
    return place


def invalid_cursor(cursor: str) -> ApiError:
    """The answer to a cursor that was never given."""
    return ApiError(
        422,
        HttpCode.CURSOR_INVALID,
        f"The cursor {cursor[:100]!r} was not given by this call.",
        "Give `next_cursor` of the page before as it was, or no cursor for the first page.",
    )


def page_of(items: Sequence[Item], limit: int, cursor: str | None) -> tuple[Sequence[Item], str | None]:
    """The page, and the cursor of the next one. For lists that stay as they are between two pages."""
    begin = from_cursor(cursor) if cursor is not None else 0
    if begin < 0:
        raise invalid_cursor(cursor or "")
    end = begin + limit
    return items[begin:end], to_cursor(end) if end < len(items) else None


def following_page(cursor: str | None) -> dict[str, str]:
    """What an answer says of the next page; nothing on the last one: it is as it was before pages."""
    return {} if cursor is None else {"next_cursor": cursor}
