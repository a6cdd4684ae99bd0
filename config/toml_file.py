"""TOML files that settings name: read, with the faults of one that cannot be, and on which line a key is.

tomllib only tells the line of a syntax error.
"""

import re
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from config.faults import Code, ConfigurationError, Fault

Steps = tuple[str | int, ...]
"""Where in a TOML text something is: names, and positions in lists."""

_ARRAY = re.compile(r"^\s*\[\[\s*(?P<name>[^\]]+?)\s*\]\]")
_TABLE = re.compile(r"^\s*\[\s*(?P<name>[^\[\]]+?)\s*\]")
_KEY = re.compile(r"""^\s*(?P<name>(?:"[^"]*"|'[^']*'|[\w.-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*=""")
_STEP = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([\w-]+))\s*\.?""")
_LONG_QUOTES = ('"""', "'''")
_SYNTAX_LINE = re.compile(r"line (\d+)")


def text_of(path: Path, what: str, variable: str, code: Code) -> str:
    """The file's text. `what` names it in the fault, which is `variable`'s."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as failure:
        reason = getattr(failure, "strerror", None) or "is not UTF-8 text"
        raise ConfigurationError([Fault(code, variable, f"{what} {path} cannot be read: {reason}")]) from None


def tables_of(text: str, file: str, code: Code) -> dict[str, Any]:
    """What the TOML text says; `file` is what the fault of its syntax calls it, with the line."""
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as failure:
        place = f"{file}:{found[1]}" if (found := _SYNTAX_LINE.search(str(failure))) else file
        raise ConfigurationError([Fault(code, place, str(failure))]) from None


class Lines:
    """The line numbers (from 1) of the tables and keys of `text`, which tomllib must have accepted."""

    def __init__(self, text: str) -> None:
        self._numbers: dict[Steps, int] = {}
        self._counts: dict[Steps, int] = {}
        table: Steps = ()
        for number, line in _code_lines(text):
            if header := _ARRAY.match(line):
                table = self._next_of_array(_steps(header["name"]))
                self._numbers[table] = number
            elif header := _TABLE.match(line):
                table = self._with_indices(_steps(header["name"]))
                self._numbers.setdefault(table, number)
            elif key := _KEY.match(line):
                self._numbers.setdefault((*table, *_steps(key["name"])), number)

    def of(self, path: Steps) -> int:
        """The line of `path`, or of the nearest thing around it that has a line of its own; 1 for the whole text."""
        while path:
            if path in self._numbers:
                return self._numbers[path]
            path = path[:-1]
        return 1

    def _next_of_array(self, steps: tuple[str, ...]) -> Steps:
        array = (*self._with_indices(steps[:-1]), steps[-1])
        index = self._counts.get(array, 0)
        self._counts[array] = index + 1
        return (*array, index)

    def _with_indices(self, steps: tuple[str, ...]) -> Steps:
        path: Steps = ()
        for step in steps:
            path = (*path, step)
            if path in self._counts:
                path = (*path, self._counts[path] - 1)
        return path


def _steps(dotted: str) -> tuple[str, ...]:
    return tuple(next(part for part in match.groups() if part is not None) for match in _STEP.finditer(dotted))


def _code_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines that may hold a header or a key: those inside a multi-line string may not."""
    ends_with: str | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        if ends_with is not None:
            ends_with = None if ends_with in line else ends_with
            continue
        yield number, line
        for quotes in _LONG_QUOTES:
            if line.count(quotes) % 2 == 1:
                ends_with = quotes
