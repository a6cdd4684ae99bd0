"""Reports on a terminal or in a file of plain text."""

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

from benchmarks.report import Report, Target

_PLAIN_WIDTH = 140


def new_console() -> Console:
    """As wide as the terminal, or wide enough for the tables where there is none."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(width=_PLAIN_WIDTH, highlight=False)


def show_conditions(console: Console, conditions: Mapping[str, object]) -> None:
    """One line a condition."""
    for name, value in conditions.items():
        console.print(f"{name}: {value}", markup=False)


def show(console: Console, report: Report, seconds: float, load: float) -> None:
    """The table, each target with what was measured, the notes; `load` is the machine's in the last minute."""
    table = Table()
    for position, column in enumerate(report.columns):
        table.add_column(column, justify="left" if position == 0 else "right")
    for row in report.rows:
        table.add_row(*row)
    console.print(f"\n{report.name}: {report.title}", markup=False, style="bold")
    console.print(table)
    for target in report.targets:
        console.print(f"  {_verdict(target)}: {target.promise}; measured {target.measured}", markup=False)
    for note in report.notes:
        console.print(f"  {note}", markup=False, style="dim")
    console.print(f"  (took {seconds:.0f} s; the machine's load at its end was {load:.1f})", style="dim")


def _verdict(target: Target) -> str:
    return {True: "met", False: "MISSED", None: "not judged"}[target.met]
