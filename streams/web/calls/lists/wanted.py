"""What a call limits the list to."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

from fastapi import Query
from pydantic import JsonValue

from mappers.model import NOT_SYNCED, CauseFilter, ShipmentFilter, Status, read_time
from streams.web.problems import ApiError, HttpCode

LONGEST: Final = 1_000

TIME: Final[dict[str, JsonValue]] = {"format": "date-time"}

_Text = Annotated[str | None, Query(max_length=LONGEST)]


class ListedStatus(StrEnum):
    """Every status that a line of the list may have."""

    PROCESSED = Status.PROCESSED.value
    REJECTED = Status.REJECTED.value
    WAITING = Status.WAITING.value
    SKIPPED = Status.SKIPPED.value
    NOT_SYNCED = NOT_SYNCED


def wanted_of(
    query: Annotated[
        str | None, Query(max_length=LONGEST, description="What one of the shipment's ids begins with, in any case.")
    ] = None,
    status: Annotated[ListedStatus | None, Query(description="NOT_SYNCED: without an outcome yet.")] = None,
    cause: Annotated[
        str | None, Query(max_length=LONGEST, description="An error's code, or the reason of a wait.")
    ] = None,
    field: _Text = None,
    value: _Text = None,
    begin: Annotated[
        str | None, Query(alias="from", max_length=LONGEST, description="The oldest moment.", json_schema_extra=TIME)
    ] = None,
    end: Annotated[
        str | None,
        Query(alias="to", max_length=LONGEST, description="The moment after the newest.", json_schema_extra=TIME),
    ] = None,
) -> ShipmentFilter:
    """The filter that a call names. Raises ApiError 422 for times that cannot be read, and for half a cause."""
    if cause is None and (field or value):
        raise ApiError(
            422,
            HttpCode.PARAMETER_INVALID,
            "`field` and `value` name one cause of a code, and `cause` is missing.",
            "Give the code as `cause`, or leave the other two out.",
        )
    return ShipmentFilter(
        text=query or "",
        status=status.value if status is not None else None,
        cause=CauseFilter(cause, field or "", value or "") if cause is not None else None,
        since=moment_of("from", begin) if begin is not None else None,
        until=moment_of("to", end) if end is not None else None,
    )


def moment_of(name: str, text: str) -> datetime:
    """The moment that a parameter names. Raises ApiError 422."""
    try:
        return read_time(text)
    except ValueError as error:
        raise ApiError(
            422,
            HttpCode.PARAMETER_INVALID,
            f"The parameter `{name}` is {text[:100]!r}: it {error}.",
            "Write it as 2026-11-20T00:00:00Z, or with an offset; a plus sign in an address is %2B.",
        ) from error
