"""docs/commands.md names every command, and the codes with which one may end."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import typer.main

from streams.cli.main import build
from streams.exit_codes import ExitCode

PAGE = (Path(__file__).parents[4] / "docs/commands.md").read_text(encoding="utf-8")
# By name: one that has the option.
ROWS = dict(re.findall(r"^\| `([a-z -]+)` \|[^|]*\|([^|]*)\|$", PAGE, re.MULTILINE))


def commands() -> Iterator[tuple[str, click.Command]]:
    group = typer.main.get_command(build())
    for name, command in group.commands.items():  # type: ignore[attr-defined]  # A group: it has commands.
        nested = getattr(command, "commands", None)
        yield from ((f"{name} {each}", own) for each, own in nested.items()) if nested else ((name, command),)


def test_every_command_is_listed_and_no_other() -> None:
    assert set(ROWS) == {name for name, _ in commands()}


def test_the_forms_of_the_output_are_listed_where_there_are_some() -> None:
    having = {name for name, command in commands() if any(each.name == "output" for each in command.params)}
    assert {name for name, forms in ROWS.items() if "csv" in forms} == having
    # One document, screens, logs, and a health check of a line.
    assert {name for name, _ in commands()} - having == {"demo", "explain", "health", "simulator", "worker"}


def test_every_exit_code_is_explained() -> None:
    explained = {int(code) for code in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)}
    assert explained == {int(code) for code in ExitCode}


def test_the_help_of_a_command_breaks_where_the_terminal_ends() -> None:
    """Not where the lines of our code end."""
    broken = {name for name, command in commands() if any("\n" in each for each in (command.help or "").split("\n\n"))}
    assert broken == set()
    assert all(command.help for _, command in commands())
