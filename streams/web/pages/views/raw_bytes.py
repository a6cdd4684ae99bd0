"""Bytes that somebody else wrote, so that what is copied from the page is what they were."""

from base64 import b64encode
from dataclasses import dataclass
from typing import Literal

from mappers.model import visible


@dataclass(frozen=True, slots=True)
class ShownBytes:
    """The text that stands on the page, and what it is of the bytes."""

    text: str
    encoding: Literal["utf-8", "base64"]


def shown_bytes(content: bytes) -> ShownBytes:
    """As text where a page shows all of it and a copy of it has the same bytes; else in Base64."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return _base64(content)
    # HTML drops a line end right after <pre>; what is invisible, also a carriage return, would be lost unseen.
    is_faithful = not text.startswith("\n") and _shows_all(text)
    return ShownBytes(text, "utf-8") if is_faithful else _base64(content)


def _shows_all(text: str) -> bool:
    plain = text.replace("\n", "").replace("\t", "")
    return visible(plain, len(plain) + 1) == plain


def _base64(content: bytes) -> ShownBytes:
    return ShownBytes(b64encode(content).decode(), "base64")
