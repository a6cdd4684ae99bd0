"""Reads the fields of a JSON object from the shipping system and collects what is wrong with each of them.

A field that is absent or of the wrong type reads as None (a text as the empty one), and `problems` says what is wrong.
A text that has hidden characters is a problem too, and reads as it is; one that is too long reads as the empty one.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from mappers.model import (
    COMPOSED_FROM,
    MAX_INTEGER_DIGITS,
    Code,
    NotANumber,
    Problem,
    XeroFacts,
    aliased,
    forbidden_in_code,
    forbidden_in_prose,
    normalise,
    read_number,
    visible,
)

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SENDER: Final = "Whoever sends the shipments: "
_NO_ALIASES: Final[Mapping[str, str]] = {}
_ASSUMED: Final = XeroFacts()
_PLURAL: Final = frozenset({"incoterms"})


class FieldReader:
    """Reads one object; `path` goes before the names of its fields ("lines[0]."), `label` before messages.

    `facts` say how Xero counts the length of a text.
    """

    def __init__(
        self,
        raw: Mapping[str, Any],
        problems: list[Problem],
        *,
        path: str = "",
        label: str = "",
        facts: XeroFacts = _ASSUMED,
    ) -> None:
        self._raw = raw
        self._problems = problems
        self._facts = facts
        self._path = path
        self._label = label

    def is_blank(self, name: str) -> bool:
        """Whether the field is absent, null in JSON, or a blank text; all three mean that nobody entered anything."""
        value = self._raw.get(name)
        return value is None or (isinstance(value, str) and (not value or value.isspace()))

    def first_present(self, names: Sequence[str]) -> str | None:
        """The first of `names` that is not blank. A faulty one counts: a fallback would hide the fault."""
        return next((name for name in names if not self.is_blank(name)), None)

    def missing(self, name: str, what: str = "") -> None:
        """Add the problem that a required field is blank."""
        said = what or _words(name)
        verb = _verb(name, "is", "are")
        self._add(Code.FIELD_MISSING, name, f"The {said} {verb} missing.", f"Shipping: enter the {said}.", value=None)

    def code(self, name: str, *, limit: int) -> str:
        """A code, number or reference: one line, no hidden characters, at most `limit` characters."""
        return self._text(name, limit, forbidden_in_code)

    def prose(self, name: str, *, limit: int) -> str:
        """A description, which may have several lines."""
        return self._text(name, limit, forbidden_in_prose)

    def required_code(self, name: str, *, limit: int, aliases: Mapping[str, str] = _NO_ALIASES) -> str:
        """As `code`; a blank field is a problem. The limit is for the code that an alias makes of it: that one is
        Xero's.
        """
        return self._text(name, limit, forbidden_in_code, aliases, is_required=True)

    def number(self, name: str, *, digits: int = MAX_INTEGER_DIGITS) -> Decimal | None:
        """A number of at most so many digits before the point."""
        if self.is_blank(name):
            return None
        try:
            return read_number(self._raw[name], digits=digits)
        except NotANumber as reason:
            self.invalid(name, f"The {_words(name)} {reason}.", f"Shipping: {reason.advice}.")
            return None

    def required_number(self, name: str) -> Decimal | None:
        """As `number`; a blank field is a problem."""
        if self.is_blank(name):
            self.missing(name)
            return None
        return self.number(name)

    def date(self, name: str) -> dt.date | None:
        """A plain date. A time is refused: which day it falls on depends on a zone, and the shipment names none."""
        if self.is_blank(name):
            return None
        value = self._raw[name]
        text = value.strip() if isinstance(value, str) else ""
        if _DATE.fullmatch(text) and (read := _calendar_date(text)):
            return read
        self.invalid(
            name, f"The {_words(name)} is not a date.", f"{_date_hint(text)}YYYY-MM-DD, for example 2026-11-19."
        )
        return None

    def required_date(self, name: str) -> dt.date | None:
        """As `date`; a blank field is a problem."""
        if self.is_blank(name):
            self.missing(name)
            return None
        return self.date(name)

    def invalid(self, name: str, message: str, hint: str) -> None:
        """Add the problem that a field's value cannot be used."""
        self._add(Code.FIELD_INVALID, name, message, hint, value=self._raw.get(name))

    def _text(
        self,
        name: str,
        limit: int,
        forbidden: Callable[[str], str | None],
        aliases: Mapping[str, str] = _NO_ALIASES,
        *,
        is_required: bool = False,
    ) -> str:
        value = self._raw.get(name)
        if value is not None and not isinstance(value, str):
            self.invalid(name, f"The {_words(name)} must be text.", f"{_SENDER}send it in quotation marks.")
            return ""
        trimmed = "" if value is None else value.strip()
        if not trimmed:
            if is_required:
                self.missing(name)
            return ""
        # The length first: what follows looks at every character.
        if len(trimmed) > COMPOSED_FROM * limit and trimmed not in aliases:
            return self._too_long(name, trimmed, trimmed, limit)
        text = normalise(trimmed)
        if found := forbidden(text):
            verb = _verb(name, "holds", "hold")
            message = f"The {_words(name)} {verb} a hidden character: {found}."
            self._add(
                Code.CONTROL_CHARACTERS, name, message, "Shipping: delete the text and type it again.", value=text
            )
        elif self._facts.length_of(sent := aliased(text, aliases) if aliases else text) > limit:
            return self._too_long(name, text, sent, limit)
        return text

    def _too_long(self, name: str, text: str, sent: str, limit: int) -> str:
        """Nothing else is worth saying of it, and nobody looks it up."""
        length = self._facts.length_in_words(sent)
        verb = _verb(name, "has", "have")
        message = f"The {_words(name)} {verb} {length}, more than the {limit} that Xero takes."
        self._add(Code.FIELD_TOO_LONG, name, message, f"Shipping: shorten the {_words(name)}.", value=text)
        return ""

    def _add(self, code: Code, name: str, message: str, hint: str, *, value: Any) -> None:
        shown = None if value is None else visible(_as_text(value))
        said = f"{self._label}{message[0].lower()}{message[1:]}" if self._label else message
        self._problems.append(Problem(code=code, field=self._path + name, value=shown, message=said, hint=hint))


def _as_text(value: Any) -> str:
    """A list or object in a word: what is in it may be as large as the event."""
    if isinstance(value, Mapping | list):
        return "a list" if isinstance(value, list) else "an object"
    return str(value)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _verb(name: str, of_one: str, of_many: str) -> str:
    return of_many if name in _PLURAL else of_one


def _calendar_date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _date_hint(text: str) -> str:
    if _DATE.match(text) and len(text) > len("2026-11-19"):
        return f"{_SENDER}send the day alone, without a time: "
    return "Shipping: correct it. Dates are written "
