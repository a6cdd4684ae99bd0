"""What commands print. Topics, workers and Xero hold what others wrote; none of it may speak to the terminal itself.

An escape sequence could rewrite what is above it, a carriage return forge a line, a mark of direction swap digits; so
every command prints through here (`tests/unit/streams/cli/test_terminal.py` looks for others).
"""

import csv
import json
import os
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import StringIO
from typing import Any, Final

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from mappers.model import minute_in_words, no_formula, visible

LONGEST_LINE: Final = 10_000
"""A dead letter's message may be as long as its record; a person reads the beginning."""


def say(line: str, *, err: bool = False) -> None:
    """Print one line, whatever is in it."""
    typer.echo(in_one_line(line), err=err)


def say_lines(text: str, *, err: bool = False) -> None:
    """Print a text that has lines of its own, each made safe."""
    for line in text.split("\n"):
        say(line, err=err)


def say_json(value: Any) -> None:
    """Print a value as JSON for people and programs."""
    typer.echo(as_json(value))


def say_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows for people, as wide as the terminal is."""
    table = Table(*columns, box=SIMPLE_HEAD)
    for row in rows:
        table.add_row(*map(cell, row))
    Console(width=_width()).print(table)


def _width() -> int | None:
    """What rich finds out of a terminal; in a pipe or a file, where it would take 80 columns, as much as there is."""
    return None if sys.stdout.isatty() or "COLUMNS" in os.environ else LONGEST_LINE


def local_minute(text: str) -> str:
    """A time of RFC 3339 to the minute, in this machine's zone, which is named; what is no time stays as it is."""
    try:
        return minute_in_words(datetime.fromisoformat(text).astimezone())
    except (ValueError, OverflowError):
        return text


def say_csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows for programs and spreadsheets (RFC 4180, but with plain line ends)."""
    lines = StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([no_formula(in_one_line(each)) for each in row] for row in rows)
    typer.echo(lines.getvalue(), nl=False)


def cell(text: str) -> Text:
    """A cell of a table: rich takes no marks (`[red]`) of its own from it, and no hidden character is printed."""
    return Text(in_one_line(text))


def in_one_line(text: str) -> str:
    """Control and hidden characters, line ends among them, as escapes."""
    return visible(text, LONGEST_LINE)


def as_json(value: Any) -> str:
    """Hidden characters as JSON's own escapes, so that it stays the same JSON."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    # JSON itself escapes the control characters below U+0020 in texts, so the line ends that are left are the layout.
    return "".join(each if each == "\n" else _json_escaped(each) for each in text)


def _json_escaped(character: str) -> str:
    return character if visible(character) == character else json.dumps(character)[1:-1]
