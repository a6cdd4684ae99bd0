"""Event names in the log are for searches and alerts: snake_case texts, written out where the line is logged."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import streams
import xero_client

LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
PACKAGES = [Path(package.__path__[0]) for package in (streams, xero_client)]


def logged(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LEVELS:
            owner = node.func.value
            name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            if name in {"log", "_log", "logger"}:
                yield node


def names(path: Path) -> Iterator[str]:
    for call in logged(ast.parse(path.read_text(encoding="utf-8"))):
        yield from literals(call.args[0])


def literals(node: ast.expr) -> Iterator[str]:
    """The texts that the argument may be; a name is checked where it was given."""
    if isinstance(node, ast.IfExp):
        yield from (*literals(node.body), *literals(node.orelse))
    elif isinstance(node, ast.Constant):
        yield str(node.value)
    elif not isinstance(node, ast.Name):
        yield ast.unparse(node)


@pytest.mark.parametrize(
    "path", [path for package in PACKAGES for path in sorted(package.rglob("*.py"))], ids=lambda path: path.name
)
def test_every_event_name_is_snake_case(path: Path) -> None:
    assert [name for name in names(path) if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name)] == []


def test_the_rule_sees_what_breaks_it() -> None:
    calls = 'log.info("Not snake"); self._log.error(f"x_{y}"); log.warning("fine_name", text="Any Text")'
    found = [name for call in logged(ast.parse(calls)) for name in literals(call.args[0])]
    assert found == ["Not snake", "f'x_{y}'", "fine_name"]
