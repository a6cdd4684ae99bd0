"""How values are shown on a page: icons, times, paths. Pure."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

from markupsafe import Markup, escape

from mappers.model import minute_in_words

_ICONS: Final[Mapping[str | None, str]] = {
    "PROCESSED": "done",
    "REJECTED": "cross",
    "WAITING": "clock",
    "SKIPPED": "skip",
    None: "none",
}


def icon_of(status: str | None) -> str:
    """The name of the icon beside it."""
    return _ICONS.get(status, "none")


def instant(text: str | datetime | None) -> str:
    """A time to the minute in UTC, which is named; the script shows the same in the viewer's zone."""
    if text is None:
        return ""
    at = (text if isinstance(text, datetime) else datetime.fromisoformat(text)).astimezone(UTC)
    return minute_in_words(at)


def prose(text: str) -> Markup:
    """Words of ours in which `names` stand in backticks; everything else is escaped."""
    parts = [escape(each) for each in text.split("`")]
    whole = len(parts) % 2 == 1
    shown = [f"<code>{each}</code>" if number % 2 else each for number, each in enumerate(parts)]
    return Markup("".join(shown)) if whole else escape(text)  # noqa: S704  # Each part is escaped.


def segment(text: str) -> str:
    """The text as one segment of a path."""
    return quote(text, safe="")


def pretty_json(value: Any) -> str:
    """JSON to read and to copy."""
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)
