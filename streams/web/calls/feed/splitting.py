"""A body into the bytes of its events: what is published is what was sent, to the byte."""

import json
import re
from typing import Final

from streams.web.problems import ApiError, HttpCode

MOST_EVENTS: Final = 100
MOST_PUNCTUATION: Final = 100_000
"""Of an array as a whole; the gate's own limit holds for each event. It bounds how long the loop stands still."""

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_PUNCTUATION: Final = (b",", b":", b"[", b"{")
# Only where an element ends is wanted: numbers stay texts, whatever their length.
_SCANNER: Final = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)
_BLANKS: Final = re.compile(r"[ \t\n\r]*")
_SEPARATOR: Final = re.compile(r"[ \t\n\r]*([,\]])")


def events_in(body: bytes) -> list[bytes]:
    """The events, 1 to 100. Raises ApiError: 400 for an array that is not JSON, 413 and 422 for too many or none."""
    opening = body.removeprefix(_BYTE_ORDER_MARK).lstrip(b" \t\n\r")
    if not opening.startswith(b"["):
        return [body]
    if sum(map(opening.count, _PUNCTUATION)) > MOST_PUNCTUATION:
        raise ApiError(
            413,
            HttpCode.BODY_TOO_LARGE,
            f"The array has more than {MOST_PUNCTUATION} commas, colons and opening brackets.",
            "Send its events in several calls.",
        )
    try:
        events = _elements(opening.decode())
    except (ValueError, RecursionError) as fault:
        raise not_json(f"The body is not JSON: {fault}.") from fault
    return _counted(events)


def not_json(message: str) -> ApiError:
    """The answer to what is no JSON at all."""
    return ApiError(
        400,
        HttpCode.BODY_NOT_JSON,
        message,
        f"Send a status change, or an array of up to {MOST_EVENTS}: docs/schemas/status-change.schema.json.",
    )


def _elements(text: str) -> list[bytes]:
    """Raises ValueError where the text is no array."""
    at = _after_blanks(text, 1)
    if text[at : at + 1] == "]":
        return _ended(text, at + 1, [])
    found: list[bytes] = []
    while True:
        _, end = _SCANNER.raw_decode(text, at)
        found.append(text[at:end].encode())
        separator = _SEPARATOR.match(text, end)
        if separator is None:
            raise ValueError(f"a comma or a closing bracket is missing at character {end}")
        if separator[1] == "]":
            return _ended(text, separator.end(), found)
        at = _after_blanks(text, separator.end())


def _ended(text: str, at: int, found: list[bytes]) -> list[bytes]:
    if _after_blanks(text, at) != len(text):
        raise ValueError(f"something follows the array at character {at}")
    return found


def _after_blanks(text: str, at: int) -> int:
    blanks = _BLANKS.match(text, at)
    return at if blanks is None else blanks.end()


def _counted(events: list[bytes]) -> list[bytes]:
    if not events:
        raise ApiError(422, HttpCode.NO_EVENTS, "The array is empty.", f"Send 1 to {MOST_EVENTS} events.")
    if len(events) > MOST_EVENTS:
        raise ApiError(
            422,
            HttpCode.TOO_MANY_EVENTS,
            f"The array has {len(events)} events; at most {MOST_EVENTS} can be sent at once.",
            f"Send them in groups of {MOST_EVENTS}; nothing of this call was taken.",
        )
    return events
