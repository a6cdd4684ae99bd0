"""On which line of a TOML text a key is; tomllib only tells this for syntax errors."""

import re
from collections.abc import Iterator

Path = tuple[str | int, ...]

_ARRAY = re.compile(r"^\s*\[\[\s*(?P<name>[^\]]+?)\s*\]\]")
_TABLE = re.compile(r"^\s*\[\s*(?P<name>[^\[\]]+?)\s*\]")
_KEY = re.compile(r"""^\s*(?P<name>(?:"[^"]*"|'[^']*'|[\w.-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*=""")
_STEP = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([\w-]+))\s*\.?""")
_LONG_QUOTES = ('"""', "'''")


class Lines:
    """The line numbers (from 1) of the tables and keys of `text`, which tomllib must have accepted."""

    def __init__(self, text: str) -> None:
        self._numbers: dict[Path, int] = {}
        self._counts: dict[Path, int] = {}
        table: Path = ()
        for number, line in _code_lines(text):
            if header := _ARRAY.match(line):
                table = self._next_of_array(_steps(header["name"]))
                self._numbers[table] = number
            elif header := _TABLE.match(line):
                table = self._with_indices(_steps(header["name"]))
                self._numbers.setdefault(table, number)
            elif key := _KEY.match(line):
                self._numbers.setdefault((*table, *_steps(key["name"])), number)

    def of(self, path: Path) -> int:
        """The line of `path`, or of the nearest thing around it that has a line of its own; 1 for the whole text."""
        while path:
            if path in self._numbers:
                return self._numbers[path]
            path = path[:-1]
        return 1

    def _next_of_array(self, steps: tuple[str, ...]) -> Path:
        array = (*self._with_indices(steps[:-1]), steps[-1])
        index = self._counts.get(array, 0)
        self._counts[array] = index + 1
        return (*array, index)

    def _with_indices(self, steps: tuple[str, ...]) -> Path:
        path: Path = ()
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
