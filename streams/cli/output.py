"""How rows are printed: for people, or for programs."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Annotated, assert_never

import typer

from streams.cli.terminal import say_csv, say_json, say_table

Cell = str | int | None


class Output(StrEnum):
    """How what a command found is printed."""

    TEXT = "text"
    TABLE = "table"
    JSON = "json"
    CSV = "csv"


OutputOption = Annotated[
    Output,
    typer.Option("--output", help="text says the most; csv is safe to open in a spreadsheet."),
]


def say_rows(output: Output, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Print rows as a table, as CSV, or as a JSON list of objects. Text is the command's own."""
    match output:
        case Output.JSON:
            say_json([dict(zip(columns, row, strict=True)) for row in rows])
        case Output.CSV:
            say_csv(columns, map(_texts, rows))
        case Output.TABLE | Output.TEXT:
            say_table(columns, map(_texts, rows))
        case _:
            assert_never(output)


def _texts(row: Sequence[Cell]) -> Sequence[str]:
    return ["" if each is None else str(each) for each in row]
