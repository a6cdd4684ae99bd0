"""Text from other systems: how it is trimmed and normalised, and which characters never belong in a code."""

import re
import sys
import unicodedata
from collections.abc import Iterable
from typing import Final, Literal

# Every character of the categories Cc, Cf, Zl and Zp (control and format characters, among them the zero-width and the
# bidirectional ones, which make two codes look alike; line and paragraph separators) of Unicode 15.1. Written out: each
# Python knows its own edition, and readers and the published schema must agree under all of them.
_HIDDEN: Final = (
    (0x0000, 0x001F),
    (0x007F, 0x009F),
    (0x00AD, 0x00AD),
    (0x0600, 0x0605),
    (0x061C, 0x061C),
    (0x06DD, 0x06DD),
    (0x070F, 0x070F),
    (0x0890, 0x0891),
    (0x08E2, 0x08E2),
    (0x180E, 0x180E),
    (0x200B, 0x200F),
    (0x2028, 0x202E),
    (0x2060, 0x2064),
    (0x2066, 0x206F),
    (0xFEFF, 0xFEFF),
    (0xFFF9, 0xFFFB),
    (0x110BD, 0x110BD),
    (0x110CD, 0x110CD),
    (0x13430, 0x1343F),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0001, 0xE0001),
    (0xE0020, 0xE007F),
)
_HIDDEN_POINTS: Final = tuple(point for first, last in _HIDDEN for point in range(first, last + 1))

MOST_MARKS: Final = 30
"""Marks that may stand in a row: no language needs as many (Unicode Standard Annex 15, "Stream-Safe Text Format")."""

COMPOSED_FROM: Final = 4
"""Composing makes one character of so many at most, so a text is surely too long at so many times its limit."""

# They count as letters, and come apart into marks; the last two only where compatible characters do as well.
_COME_APART: Final = "\u0f73\u0f75\u0f81\uff9e\uff9f"
_MARK: Final = "\u0301"
_PILE: Final = b"\x01" * (MOST_MARKS + 1)

# Spreadsheets of East Asia take the full-width forms for the same.
_FORMULA: Final = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def normalise(text: str) -> str:
    """Trimmed, and in Unicode's composed form (NFC), so that equal codes are equal however they were typed.

    A text with too many marks in a row is only trimmed: see `in_form`.
    """
    trimmed = text.strip()
    return trimmed if trimmed.isascii() else in_form("NFC", trimmed).strip()


def in_form(form: Literal["NFC", "NFKD"], text: str) -> str:
    """The text in a normal form of Unicode; as it is where more than `MOST_MARKS` marks stand in a row.

    Putting marks in order takes time that grows with the square of their number, and nothing else runs meanwhile:
    300 KB of them took 49 s. Nobody writes so; such a text equals those alone that are spelt alike.
    """
    return text if _piles_marks(text) else unicodedata.normalize(form, text)


def _piles_marks(text: str) -> bool:
    for each in _COME_APART:
        text = text.replace(each, _MARK)
    # Of a run that is too long, at least one character is among these.
    if not any(map(unicodedata.combining, text[MOST_MARKS :: MOST_MARKS + 1])):
        return False
    return _PILE in bytes(map(bool, map(unicodedata.combining, text)))


def forbidden_in_code(text: str) -> str | None:
    """Name the first character that no code, number or id may hold ("U+200B ZERO WIDTH SPACE"); None: all may."""
    return _first(_NEVER_IN_CODES, text)


def forbidden_in_prose(text: str) -> str | None:
    """As `forbidden_in_code`, for descriptions: line breaks, tabs and the joiners of scripts are allowed."""
    return _first(_NEVER_IN_PROSE, text)


def is_printable_ascii(text: str) -> bool:
    """Whether every character is one of ASCII's 95 printable ones; Xero takes no others in an invoice number."""
    return text.isascii() and text.isprintable()


def utf16_length(text: str) -> int:
    """How many UTF-16 units the text has: characters beyond U+FFFF, emoji among them, have two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def excerpt(text: str, limit: int = 100) -> str:
    """The text for a message or log, cut to `limit` characters, with an ellipsis where it was cut."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def visible(text: str, limit: int = 100) -> str:
    """As `excerpt`, safe to print: hidden characters are written as escapes."""
    return excerpt(_NEVER_IN_CODES.sub(lambda found: f"\\u{ord(found[0]):04x}", excerpt(text, limit)), limit)


def no_formula(text: str) -> str:
    """For a cell of a file of cells: with an apostrophe before what a spreadsheet may take for a formula (OWASP, "CSV
    Injection"), in both widths. A number stays one.
    """
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def hidden_characters() -> str:
    """Every character that no code may hold, as the inside of a regular expression's brackets.

    Halves of characters are left out: no UTF-8 has them.
    """
    return character_class(_HIDDEN_POINTS)


def blank_characters() -> str:
    """Every character that `normalise` trims, as the inside of a regular expression's brackets."""
    return character_class([each for each in range(sys.maxunicode + 1) if chr(each).isspace()])


def character_class(points: Iterable[int]) -> str:
    """The code points, which ascend, as ranges. Those beyond U+FFFF are not escaped: dialects differ in how."""
    ranges: list[tuple[int, int]] = []
    for point in points:
        if ranges and ranges[-1][1] == point - 1:
            ranges[-1] = (ranges[-1][0], point)
        else:
            ranges.append((point, point))
    return "".join(_escaped(one) + (f"-{_escaped(last)}" if last > one else "") for one, last in ranges)


def _escaped(point: int) -> str:
    return f"\\u{point:04x}" if point <= 0xFFFF else chr(point)  # noqa: PLR2004  # The last one of four hex digits.


def _first(characters: re.Pattern[str], text: str) -> str | None:
    found = None if is_printable_ascii(text) else characters.search(text)
    return None if found is None else _name(found[0])


def _name(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, 'control character')}"


# Halves of characters too, which JSON can spell and no UTF-8 has.
_HALVES: Final = r"\ud800-\udfff"
_NEVER_IN_CODES: Final = re.compile(f"[{hidden_characters()}{_HALVES}]")
# Control characters but tabs and line breaks. Overrides and isolates reorder what people read; joiners and marks, which
# some scripts need, may stay in prose.
_NEVER_IN_PROSE: Final = re.compile(rf"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069{_HALVES}]")
