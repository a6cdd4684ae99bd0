"""Xero's `where` filters: comparisons joined by AND (&&) and OR (||), brackets, and a few functions.

`Field` may have dots (`Contact.ContactID`). Values: "text", numbers, true, false, null, guid("…"), DateTime(y, m, d).
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from deploy.simulator.wire.reply import bad_query

Row = Mapping[str, Any]
_TOKEN = re.compile(
    r"""\s*(?:(?P<guid>guid\s*\(\s*"[^"]*"\s*\))|(?P<date>DateTime\s*\([\d\s,]*\))|(?P<text>"(?:[^"\\]|\\.)*")"""
    r"""|(?P<number>-?\d+(?:\.\d+)?)|(?P<op>==|!=|>=|<=|>|<|=)|(?P<and>&&|\bAND\b)|(?P<or>\|\||\bOR\b)"""
    r"""|(?P<open>\()|(?P<close>\))|(?P<name>[A-Za-z][A-Za-z0-9_.]*))""",
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


def parse(text: str) -> Filter:
    """Raises a 400 refusal for what is not a filter."""
    reader = _Reader(_tokens(text))
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

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
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
        name = self._take("name")
        function = name.rpartition(".")[2].lower()
        if function in _FUNCTIONS and self.peek() == "open":
            return self._function(found, name.rpartition(".")[0], function)
        found.fields.add(name)
        sign = self._take("op")
        compare, wanted = _COMPARE[sign], self._literal()
        if sign in ("==", "="):
            found.equals[name] = wanted
        return lambda row: _compared(compare, _looked_up(row, name), wanted)

    def _function(self, found: Filter, name: str, function: str) -> Callable[[Row], bool]:
        found.fields.add(f"{name}.{function}")
        self._take("open")
        part = str(self._literal())
        self._take("close")
        return lambda row: _FUNCTIONS[function](folded(str(_looked_up(row, name) or "")), folded(part))

    def _literal(self) -> Any:
        kind = self.peek()
        text = self._take(kind) if kind != "end" else self._take("text")
        if kind in ("text", "guid"):
            inner = text[text.index('"') + 1 : text.rindex('"')]
            return re.sub(r"\\(.)", r"\1", inner)
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


def _date(text: str) -> date:
    parts = [int(part) for part in re.findall(r"\d+", text)[:3]]
    try:
        return date(*parts)
    except (TypeError, ValueError):
        raise bad_query(f"{text} is not a date") from None


def _looked_up(row: Row, name: str) -> Any:
    value: Any = row
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _compared(compare: Callable[[Any, Any], bool], left: Any, right: Any) -> bool:
    """Texts compare without regard to case and accents, as Xero's index does."""
    if isinstance(left, str) and isinstance(right, str):
        left, right = folded(left), folded(right)
    if left is None and isinstance(right, str):
        left = ""
    try:
        return compare(left, right)
    except TypeError:
        return False


def folded(text: str) -> str:
    """Equal for texts that Xero's contact filters hold for equal (case and accents apart)."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(mark for mark in plain if not unicodedata.combining(mark)).casefold()
