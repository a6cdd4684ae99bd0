"""What is printed cannot speak to the terminal: no escape sequence, no forged line, no mark-up, in any command."""

import ast
import csv
import json
import re
import unicodedata
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.console import Console
from rich.table import Table
from typer.testing import Result

from streams.cli.terminal import LONGEST_LINE, as_json, cell, in_one_line, say_csv
from tests.unit.streams.cli.http.test_api import ENTRY, Worker, run
from tests.unit.streams.cli.http.test_api import worker as worker  # noqa: PLC0414  # A fixture.

CLI = Path(__file__).parents[4] / "streams" / "cli"
# ESC and its one-byte form in C1, carriage return and every kind of line end, an override of direction, rich's marks.
WAYS_TO_PRINT = {"echo", "secho", "print", "print_json", "Console"}
HOSTILE = "a\x1b[2K\x1b]0;x\x07\r\nFORGED\x9b31m\x85\u2028FORGED\u202e\u200b[red]b[/red]\x7f\x00"
UNSAFE = {"Cc", "Cs", "Zl", "Zp"}
"""Format characters (Cf) are judged by the list in `mappers.model`, not by the edition of Unicode of this Python."""


def unsafe(text: str) -> set[str]:
    """The characters of an output that a terminal would act on."""
    return {each for each in text if not each.isprintable()} - {"\n"}


def forged(output: str) -> list[str]:
    return [line for line in output.split("\n") if line.startswith("FORGED")]


@given(st.text())
def test_a_line_is_one_line_of_printable_characters(text: str) -> None:
    assert [each for each in in_one_line(text) if unicodedata.category(each) in UNSAFE] == []


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8))
def test_json_stays_the_same_json(value: object) -> None:
    text = as_json(value)
    assert json.loads(text) == value
    assert [each for each in text if each != "\n" and unicodedata.category(each) in UNSAFE] == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(), min_size=1, max_size=4))
def test_no_cell_of_a_csv_is_a_formula_and_none_becomes_two(capsys: pytest.CaptureFixture[str], row: list[str]) -> None:
    say_csv([f"column {number}" for number in range(len(row))], [row])
    _, cells = csv.reader(StringIO(capsys.readouterr().out))
    assert len(cells) == len(row)
    numbers = re.compile(r"-?[0-9.]+|\\+[0-9.]+")
    assert [
        each for each in cells if each[:1] in set("=+-@\uff1d\uff0b\uff0d\uff20") and not numbers.fullmatch(each)
    ] == []
    assert [each.removeprefix("'") for each in cells] == [in_one_line(each).removeprefix("'") for each in row]


def test_blanks_before_a_formula_do_not_hide_it(capsys: pytest.CaptureFixture[str]) -> None:
    say_csv(["column"], [[" =1+1"], ["\u3000=1"]])
    assert list(csv.reader(StringIO(capsys.readouterr().out)))[1:] == [["' =1+1"], ["'\u3000=1"]]


def test_a_line_has_an_end() -> None:
    assert len(in_one_line("\x1b" * 50_000)) <= LONGEST_LINE


def test_a_table_takes_no_marks_from_its_cells() -> None:
    stream, table = StringIO(), Table()
    table.add_row(cell(HOSTILE))
    Console(file=stream, width=200, force_terminal=False).print(table)
    assert "[red]b[/red]" in stream.getvalue()
    assert unsafe(stream.getvalue()) == set()


@pytest.mark.parametrize("options", [(), ("--json",)], ids=["lines", "json"])
def test_log(worker: Worker, options: tuple[str, ...]) -> None:
    problem = {"code": HOSTILE, "message": HOSTILE, "hint": HOSTILE}
    document = {"type": HOSTILE, "number": HOSTILE, "total": HOSTILE, "currency": HOSTILE}
    entry = ENTRY | {"status": HOSTILE, "errors": [problem], "document": document, "waiting": {"reason": HOSTILE}}
    shipment = {"shipment_id": HOSTILE, "sync_status": HOSTILE, "synced_at": HOSTILE, "entries": [entry]}
    worker.answer = {"shipments": [shipment]}
    assert_safe(run(worker, "log", "a", "b", *options))


def test_explain_and_send(worker: Worker) -> None:
    worker.answer = {"document": {HOSTILE: [HOSTILE]}}
    assert_safe(run(worker, "explain", "a", "b"))
    refused = [{"shipment": HOSTILE, "code": HOSTILE, "message": HOSTILE}]
    worker.answer = {"accepted": [{"shipment": HOSTILE, "request_id": HOSTILE}], "refused": refused}
    assert_safe(run(worker, "send-to-accounting", "a", "b"))


@pytest.mark.parametrize("output", ["text", "table", "json", "csv"])
def test_attention(worker: Worker, output: str) -> None:
    affected = dict.fromkeys(("shipment_id", "since", "value", "message", "resume_at"), HOSTILE)
    cause = dict.fromkeys(("status", "code", "field", "value", "message", "hint"), HOSTILE)
    worker.answer = {"causes": [cause | {"count": 2, "shipments": [affected]}], "total_causes": 1, "next_cursor": None}
    assert_safe(run(worker, "attention", "a", "--output", output))


def test_nothing_but_the_terminal_module_prints() -> None:
    """Every command is safe because none has another way to print."""
    found = {path.name: names for path in CLI.rglob("*.py") if (names := set(_ways_to_print(path)))}
    assert found == {
        "terminal.py": {"typer.echo", "Console", "Console(width=_width()).print"},
        "rehearse.py": {"Console", "Console().print"},
    }


def assert_safe(result: Result) -> None:
    assert result.output
    assert unsafe(result.output) == set()
    assert forged(result.output) == []


def _ways_to_print(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        name = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
        if name.split(".")[-1] in WAYS_TO_PRINT or name in {"sys.stdout.write", "sys.stderr.write"}:
            yield name
