"""Xero's own words from JSON, HTML or plain text, made safe to show."""

import contextlib
import html
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, Final

from xero_client.json_codec import UnreadableError, read_object
from xero_client.transport import REDACTED

TEXT_LIMIT: Final = 200
MESSAGE_LIMIT: Final = 500
"""A validation message is for the person who corrects the shipment, so more of it is kept."""

READ_LIMIT: Final = 64 * 1024
"""Bytes of an error's body that are looked at when it is not JSON."""

MOST_JSON: Final = 256 * 1024
"""Bytes of one that is read as JSON for its words: it may repeat every document that it is about."""


CREDENTIALS: Final = re.compile(r"\b(?i:bearer|basic)\s+(?=\S*[0-9=])[A-Za-z0-9._~+/=-]{12,}|\beyJ[\w.-]{13,}")
"""What looks like an Authorization header or a JWT, whosever it is; the transport blanks out our own by its value.

A JWT is taken as one run of characters: with its dots in the pattern a search would begin anew at each "eyJ".
"""


def sanitised(text: str, limit: int = TEXT_LIMIT) -> str:
    """One line of at most `limit` characters without invisible characters (control, bidi …) and credentials."""
    # Categories C*: control, format (bidi marks are among them), surrogate, private use, unassigned.
    visible = "".join(" " if unicodedata.category(each).startswith("C") else each for each in text[: limit * 20])
    line = CREDENTIALS.sub(REDACTED, " ".join(visible.split()))
    return line if len(line) <= limit else line[: limit - 1] + "…"


def words_of(body: bytes) -> str:
    """What an error's body says, whatever it is; empty where it says nothing."""
    if len(body) <= MOST_JSON:
        with contextlib.suppress(UnreadableError):
            return sanitised(_message_in(read_object(body)))
    text = body[:READ_LIMIT].decode("utf-8", "replace")
    return sanitised(_without_tags(text) if "<" in text else text)


def validation_messages(value: object) -> tuple[str, ...]:
    """Every message in every `ValidationErrors` within a JSON value, in order, once each."""
    return tuple(dict.fromkeys(_messages_below(value)))


def messages(entries: object) -> tuple[str, ...]:
    """The messages of one list of Xero's errors or warnings (`Message`; some documentation shows `Description`)."""
    if not isinstance(entries, list):
        return ()
    texts = (entry.get("Message") or entry.get("Description") for entry in entries if isinstance(entry, dict))
    return tuple(sanitised(text, MESSAGE_LIMIT) for text in texts if isinstance(text, str) and text.strip())


def _messages_below(value: object) -> Iterator[str]:
    # A stack of our own: a reply may be nested deeper than Python's.
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            yield from messages(each.get("ValidationErrors"))
            waiting.extend(value for value in reversed(each.values()) if value and isinstance(value, dict | list))
        elif isinstance(each, list):
            waiting.extend(value for value in reversed(each) if value and isinstance(value, dict | list))


def _message_in(problem: Mapping[str, Any]) -> str:
    names = ("Message", "Detail", "detail", "message", "Title", "title", "error")
    texts = (problem.get(name) for name in names)
    return next((text for text in texts if isinstance(text, str) and text.strip()), "")


def _without_tags(text: str) -> str:
    visible = re.sub(r"(?is)<(script|style)\b.*?(</\1>|$)", " ", text)
    return html.unescape(re.sub(r"<[^>]*(>|$)", " ", visible))
