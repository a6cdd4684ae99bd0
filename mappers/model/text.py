"""Text from other systems: how it is trimmed and normalised, and which characters never belong in a code."""

import unicodedata
from typing import Final

# Cc: control characters. Cf: format characters, among them the zero-width and the bidirectional ones, which make two
# codes look alike. Zl, Zp: line and paragraph separators. Cs: halves of characters (Unicode Standard, table 4-4).
_NEVER_IN_CODES: Final = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs"})
_NEVER_IN_PROSE: Final = frozenset({"Cc", "Cs"})
_LAYOUT: Final = frozenset("\t\n\r")
# Overrides and isolates reorder what people read; joiners and marks, which some scripts need, may stay in prose.
_REORDERING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def normalise(text: str) -> str:
    """Trimmed, and in Unicode's composed form (NFC), so that equal codes are equal however they were typed."""
    return unicodedata.normalize("NFC", text).strip()


def forbidden_in_code(text: str) -> str | None:
    """Name the first character that no code, number or id may hold ("U+200B ZERO WIDTH SPACE"); None: all may."""
    if is_printable_ascii(text):
        return None
    return next((_name(each) for each in text if unicodedata.category(each) in _NEVER_IN_CODES), None)


def forbidden_in_prose(text: str) -> str | None:
    """As `forbidden_in_code`, for descriptions: line breaks, tabs and the joiners of scripts are allowed."""
    if is_printable_ascii(text):
        return None
    return next((_name(each) for each in text if _spoils_prose(each)), None)


def is_printable_ascii(text: str) -> bool:
    """Whether every character is one of ASCII's 95 printable ones; Xero takes no others in an invoice number."""
    return text.isascii() and text.isprintable()


def excerpt(text: str, limit: int = 100) -> str:
    """The text for a message or log, cut to `limit` characters, with an ellipsis where it was cut."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _spoils_prose(character: str) -> bool:
    if character in _LAYOUT:
        return False
    return character in _REORDERING or unicodedata.category(character) in _NEVER_IN_PROSE


def _name(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, 'control character')}"
