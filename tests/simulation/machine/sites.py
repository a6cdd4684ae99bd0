"""Where the worker's own code waits: every `await` in the source, and at which one a task is suspended."""

import ast
import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True, order=True)
class Site:
    """One place that waits. Its name outlives other lines of the file; `number` counts those of one function."""

    file: str
    function: str
    number: int

    def __str__(self) -> str:
        return f"{self.file}:{self.function}:{self.number}"


class AwaitSites:
    """Those in `folders`, relative to the repository."""

    def __init__(self, folders: tuple[str, ...]) -> None:
        self._folders = tuple(str(ROOT / each) for each in folders)
        # By the code's identity: the hash of a code object is that of all it contains.
        self._known: dict[tuple[int, int], tuple[Any, Site | None]] = {}

    @cached_property
    def all(self) -> frozenset[Site]:
        """Every one in the source."""
        files = [path for folder in self._folders for path in _modules(Path(folder))]
        return frozenset(site for path in files for site, _ in _sites_in(str(path)))

    def of(self, task: "asyncio.Task[Any]") -> list[Site]:
        """Those of ours at which the task is suspended, the outermost first."""
        found = []
        waiting: Any = task.get_coro()
        while (frame := getattr(waiting, "cr_frame", None)) is not None:
            site = self._at(frame.f_code, frame.f_lasti)
            if site is not None:
                found.append(site)
            waiting = waiting.cr_await
        return found

    def _at(self, code: Any, instruction: int) -> Site | None:
        place = id(code), instruction
        if place not in self._known:
            is_ours = code.co_filename.startswith(self._folders)
            self._known[place] = code, _site_at(code, instruction) if is_ours else None
        return self._known[place][1]


def _modules(path: Path) -> list[Path]:
    return sorted(path.rglob("*.py")) if path.is_dir() else [path]


def _site_at(code: Any, instruction: int) -> Site | None:
    line, _, column, _ = list(code.co_positions())[instruction // 2]
    name = code.co_qualname.replace("<locals>.", "")
    places = [(site, at) for site, at in _sites_in(code.co_filename) if site.function == name]
    # Of several that begin before it, the last: an `await` may span lines.
    before = [site for site, at in places if at <= (line or 0, column or 0)]
    exact = [site for site, at in places if at == (line or 0, column or 0)]
    return next(iter(exact or before[-1:]), None)


@cache
def _sites_in(file: str) -> tuple[tuple[Site, tuple[int, int]], ...]:
    tree = ast.parse(Path(file).read_text(encoding="utf-8"))
    name = str(Path(file).relative_to(ROOT))
    found: list[tuple[Site, tuple[int, int]]] = []
    for function, body in _functions(tree, ""):
        places = sorted(_waits(body))
        found += [(Site(name, function, number), at) for number, at in enumerate(places, 1)]
    return tuple(found)


def _functions(node: ast.AST, prefix: str) -> Iterator[tuple[str, ast.AsyncFunctionDef]]:
    for child in ast.iter_child_nodes(node):
        inner = prefix
        if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            inner = f"{prefix}.{child.name}" if prefix else child.name
        if isinstance(child, ast.AsyncFunctionDef):
            yield inner, child
        yield from _functions(child, inner)


def _waits(function: ast.AsyncFunctionDef) -> Iterator[tuple[int, int]]:
    """Awaits, and the entries of `async with` and rounds of `async for`, but not those of functions inside."""
    pending: list[ast.AST] = list(ast.iter_child_nodes(function))
    while pending:
        node = pending.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.Await):
            yield node.lineno, node.col_offset
        if isinstance(node, ast.AsyncWith):
            first = node.items[0].context_expr
            yield first.lineno, first.col_offset
        if isinstance(node, ast.AsyncFor):
            yield node.iter.lineno, node.iter.col_offset
        pending += ast.iter_child_nodes(node)
