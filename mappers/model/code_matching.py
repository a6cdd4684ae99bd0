"""Compares the shipping system's codes with Xero's: exactly, after trimming and composing (contract 6.1)."""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from itertools import islice, zip_longest
from types import MappingProxyType
from typing import Final, TypeVar

from mappers.model.text import in_form, normalise

Record = TypeVar("Record")

MOST_ALIKE: Final = 5

# Letters of the Cyrillic and Greek alphabets that look like Latin ones, folded, and marks that look like others
# (Unicode Technical Standard 39, "confusables"; only those that people type).
_CYRILLIC: Final = dict(zip("авекмнорстухіјѕԁԛԝ", "abekmhopctyxijsdqw", strict=True))
_GREEK: Final = dict(zip("αβεζηικμνορτυχ", "abezhikmnoptyx", strict=True))
_DASHES: Final = dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
_QUOTES: Final = {"\u2018": "'", "\u2019": "'", "\u00b4": "'", "`": "'", "\u201c": '"', "\u201d": '"'}
_DIGITS: Final = {"o": "0", "i": "1", "l": "1", "\u0131": "1"}
_BLANKS: Final = dict.fromkeys(" \t\n\r\x0b\x0c")
_LOOKS: Final = str.maketrans({**_CYRILLIC, **_GREEK, **_DASHES, **_QUOTES})
_LAST: Final = str.maketrans({**_DIGITS, **_BLANKS})
# Marks that are set on letters, and characters that nobody sees.
_UNSEEN: Final = frozenset({"Mn", "Me", "Cf", "Zs", "Zl", "Zp", "Cc"})


def aliased(code: str, aliases: Mapping[str, str]) -> str:
    """The code to look up in Xero: trimmed, and replaced where the profile has an alias for it.

    The keys of `aliases` are normalised, as a company's are.
    """
    trimmed = normalise(code)
    return normalise(aliases[trimmed]) if trimmed in aliases else trimmed


def code_key(code: str) -> str:
    """The key under which the reference data keeps the records of a code: trimmed, composed, without regard to case."""
    return normalise(code).casefold()


def is_same_code(theirs: str | None, wanted: str) -> bool:
    """Whether a code of Xero is exactly `wanted`, which is trimmed already."""
    return normalise(theirs or "") == wanted


class RecordsByCode(Mapping[str, tuple[Record, ...]]):
    """Records by `code_key`. The mapping that it is made of must not change any more.

    Which codes look alike is worked out once, when it is first asked for: a batch of unknown codes asks often.
    """

    def __init__(self, records: Mapping[str, tuple[Record, ...]] = MappingProxyType({})) -> None:
        self._records = records

    def __getitem__(self, key: str) -> tuple[Record, ...]:
        return self._records[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)

    @cached_property
    def keys_by_look(self) -> Mapping[str, tuple[str, ...]]:
        """The keys of codes that look alike, sorted, by what they look like."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for key in sorted(self._records):
            found[_look_of(key)].append(key)
        return {look: tuple(keys) for look, keys in found.items()}


def with_code(
    index: Mapping[str, tuple[Record, ...]], wanted: str, code_of: Callable[[Record], str | None]
) -> tuple[Record, ...]:
    """The records of `index`, which is keyed by `code_key`, whose code is exactly `wanted`."""
    return tuple(each for each in index.get(code_key(wanted), ()) if is_same_code(code_of(each), wanted))


def with_similar_code(index: RecordsByCode[Record], wanted: str) -> tuple[Record, ...]:
    """The first few records of `index` whose code looks like `wanted`, sorted by key: more is no help to anybody."""
    alike = (record for key in index.keys_by_look.get(_look_of(wanted), ()) for record in index[key])
    return tuple(islice(alike, MOST_ALIKE))


def _look_of(code: str) -> str:
    """Equal for codes that look alike on paper: without blanks, accents and case, and letters by their shape."""
    folded = code.casefold()
    if not folded.isascii():
        seen = (each for each in in_form("NFKD", folded) if unicodedata.category(each) not in _UNSEEN)
        folded = "".join(seen).casefold().translate(_LOOKS)
    return folded.translate(_LAST)


def first_difference(wanted: str, theirs: str) -> str:
    """Where and how two codes differ: 'character 5 is U+00A0 NO-BREAK SPACE, in Xero " "'. Empty where they are equal.

    Places count from 1, after trimming and composing.
    """
    pairs = zip_longest(normalise(wanted), normalise(theirs))
    found = next(((place, pair) for place, pair in enumerate(pairs, start=1) if pair[0] != pair[1]), None)
    if found is None:
        return ""
    place, (ours, other) = found
    if ours is None:
        return f"Xero has character {place}, {_shown(other)}, in addition"
    if other is None:
        return f"character {place}, {_shown(ours)}, is not in Xero"
    return f"character {place} is {_shown(ours)}, in Xero {_shown(other)}"


def _shown(character: str) -> str:
    if character.isascii() and character.isprintable():
        return '"' + character + '"'
    return f"U+{ord(character):04X} {unicodedata.name(character, 'control character')}"
