"""Xero's `where` filters: comparisons joined by AND (&&) and OR (||), brackets, and a few functions.

`Field` may have dots (`Contact.ContactID`) and end in `.ToLower()` or the like; case does not matter in names. Values:
"text", numbers, true, false, null, guid("…"), DateTime(y, m, d), DateTime.Parse("…"). An unknown field is refused.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from deploy.simulator.wire import dates
from deploy.simulator.wire.ids import guid
from deploy.simulator.wire.reply import bad_query

Row = Mapping[str, Any]
_TOKEN = re.compile(
    r"""\s*(?:(?P<guid>guid\s*\(\s*"[^"]*"\s*\))|(?P<date>DateTime(?:\.Parse)?\s*\([^)]*\))|(?P<text>"(?:[^"\\]|\\.|"")*")"""
    r"""|(?P<number>-?\d+(?:\.\d+)?)|(?P<op>==|!=|>=|<=|>|<|=)|(?P<and>&&|\bAND\b)|(?P<or>\|\||\bOR\b)"""
    r"""|(?P<open>\()|(?P<close>\))|(?P<method>\.[A-Za-z]+)|(?P<name>[A-Za-z][A-Za-z0-9_.]*))""",
    re.IGNORECASE,
)
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda left, right: left == right,
    "=": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    ">": lambda left, right: left > right,
    "<": lambda left, right: left < right,
    ">=": lambda left, right: left >= right,
    "<=": lambda left, right: left <= right,
}
_FUNCTIONS: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda text, part: part in text,
    "startswith": lambda text, part: text.startswith(part),
    "endswith": lambda text, part: text.endswith(part),
}
_SHAPERS: dict[str, Callable[[str], str]] = {
    "tolower": str.lower,
    "toupper": str.upper,
    "tostring": str,
    "trim": str.strip,
}
_WORDS = {"true": True, "false": False, "null": None}


@dataclass
class Filter:
    """A filter read: its test, and what it asked for (an index serves some fields, an OR few)."""

    test: Callable[[Row], bool] = field(default=lambda _: True)
    fields: set[str] = field(default_factory=set)
    equals: dict[str, Any] = field(default_factory=dict)
    """Fields compared for equality; with no OR about, every row that passes has these values."""
    uses_or: bool = False

    def wanted(self, name: str) -> str | None:
        """The one text that this field must equal, where the filter leaves no other way."""
        value = self.equals.get(name)
        return value if isinstance(value, str) and not self.uses_or else None


@dataclass(frozen=True)
class Grammar:
    """What a filter may say. `name_of` gives a field in Xero's spelling; the others say how a text may hold a quote.

    By default it may not: Xero answers a syntax error (XeroAPI/Xero-Java issue 347).
    """

    name_of: Callable[[str], str | None] = lambda name: name
    backslash_escapes: bool = False
    doubling_escapes: bool = False

    def unquoted(self, text: str) -> str:
        """The text between the quotes. Raises a 400 refusal."""
        inner = text[text.index('"') + 1 : text.rindex('"')]
        if ('\\"' in inner and not self.backslash_escapes) or ('""' in inner and not self.doubling_escapes):
            raise bad_query("Syntax error")
        inner = inner.replace('""', '"') if self.doubling_escapes else inner
        return re.sub(r"\\(.)", r"\1", inner) if self.backslash_escapes else inner


def parse(text: str, grammar: Grammar | None = None) -> Filter:
    """Raises a 400 refusal for what is not a filter."""
    reader = _Reader(_tokens(text), grammar or Grammar())
    found = Filter()
    found.test = reader.any_of(found)
    if reader.peek() != "end":
        raise bad_query(f"the filter cannot be read at {reader.value()!r}")
    return found


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens, at = [], 0
    text = text.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise bad_query(f"the filter cannot be read from {text[at : at + 20]!r}")
        tokens.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return tokens


class _Reader:
    """A descent over the tokens: any_of > all_of > one."""

    def __init__(self, tokens: list[tuple[str, str]], grammar: Grammar) -> None:
        self._tokens = tokens
        self._grammar = grammar
        self._at = 0

    def peek(self) -> str:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else "end"

    def value(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else "its end"

    def any_of(self, found: Filter) -> Callable[[Row], bool]:
        tests = [self._all_of(found)]
        while self.peek() == "or":
            self._take("or")
            found.uses_or = True
            tests.append(self._all_of(found))
        return lambda row: any(test(row) for test in tests)

    def _all_of(self, found: Filter) -> Callable[[Row], bool]:
        tests = [self._one(found)]
        while self.peek() == "and":
            self._take("and")
            tests.append(self._one(found))
        return lambda row: all(test(row) for test in tests)

    def _one(self, found: Filter) -> Callable[[Row], bool]:
        if self.peek() == "open":
            self._take("open")
            inner = self.any_of(found)
            self._take("close")
            return inner
        name, shapers, function = self._field(self._take("name"))
        if function:
            return self._function(found, name, shapers, function)
        # Only the bare field has an index; a function of it has to be reckoned for every row.
        found.fields.add(".".join((name, *shapers)))
        sign = self._take("op")
        compare, wanted = _COMPARE[sign], self._literal()
        if sign in ("==", "=") and not shapers:
            found.equals[name] = wanted
        return lambda row: _compared(compare, _shaped(looked_up(row, name), shapers), wanted, exact=bool(shapers))

    def _field(self, text: str) -> tuple[str, list[str], str]:
        """A field, the shapers behind it (`.ToLower()`), and the test that ends it (`.Contains(`), if one does."""
        shapers: list[str] = []
        while self.peek() == "open":
            text, _, function = text.rpartition(".")
            if function.lower() in _FUNCTIONS:
                return self._known(text), shapers, function.lower()
            if function.lower() not in _SHAPERS:
                raise bad_query(f"No applicable method '{function}' exists")
            shapers.append(function.lower())
            self._take("open")
            self._take("close")
            if self.peek() == "method":
                text = f"{text}{self._take('method')}"
        return self._known(text), shapers, ""

    def _known(self, name: str) -> str:
        known = self._grammar.name_of(name)
        if known is None:
            raise bad_query(f"No property or field '{name}' exists")
        return known

    def _function(self, found: Filter, name: str, shapers: list[str], function: str) -> Callable[[Row], bool]:
        found.fields.add(f"{name}.{function}")
        self._take("open")
        part = str(self._literal())
        self._take("close")
        return lambda row: _FUNCTIONS[function](folded(str(_shaped(looked_up(row, name), shapers) or "")), folded(part))

    def _literal(self) -> Any:
        kind = self.peek()
        text = self._take(kind) if kind != "end" else self._take("text")
        if kind == "guid":
            return guid(self._grammar.unquoted(text))
        if kind == "text":
            return self._grammar.unquoted(text)
        if kind == "number":
            return Decimal(text)
        if kind == "date":
            return _date(text)
        if text.lower() in _WORDS:
            return _WORDS[text.lower()]
        raise bad_query(f"{text!r} is not a value")

    def _take(self, kind: str) -> str:
        if self.peek() != kind:
            raise bad_query(f"the filter needs {kind} at {self.value()!r}")
        self._at += 1
        return self._tokens[self._at - 1][1]


def _date(text: str) -> datetime:
    """`DateTime(2026, 11, 19)`, with or without a time, or `DateTime.Parse("2026-11-19")`."""
    try:
        read = datetime.fromisoformat(text.split('"')[1]) if '"' in text else _counted(text)
    except ValueError:
        raise bad_query(f"{text} is not a date") from None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _counted(text: str) -> datetime:
    """The year, month, day and maybe time that `text` counts up. Raises `ValueError`."""
    day, time = re.findall(r"\d+", text)[:3], re.findall(r"\d+", text)[3:6]
    return datetime.fromisoformat("-".join(_padded(day)) + (f"T{':'.join(_padded(time))}" if time else ""))


def _padded(numbers: list[str]) -> list[str]:
    return [each.zfill(2) for each in numbers]


def looked_up(row: Row, name: str) -> Any:
    """The value of a field that may lie in another; `None` where there is none."""
    value: Any = row
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _shaped(value: Any, shapers: list[str]) -> Any:
    for shaper in shapers:
        value = None if value is None else _SHAPERS[shaper](str(value))
    return value


def _compared(compare: Callable[[Any, Any], bool], left: Any, right: Any, *, exact: bool) -> bool:
    """Texts compare without regard to case and accents, as Xero's index does; `exact`: a function shaped the left."""
    if isinstance(right, datetime):
        left = _instant(left)
    if isinstance(left, str) and isinstance(right, str) and not exact:
        left, right = folded(left), folded(right)
    if left is None and isinstance(right, str):
        left = ""
    try:
        return compare(left, right)
    except TypeError:
        return False


def _instant(value: Any) -> Any:
    if isinstance(value, str):
        return dates.from_microsoft(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    return value


def folded(text: str) -> str:
    """Equal for texts that Xero's contact filters hold for equal (case and accents apart)."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(mark for mark in plain if not unicodedata.combining(mark)).casefold()
