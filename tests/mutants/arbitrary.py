"""Small changes of code that a test should notice, one at a time, as Cosmic Ray makes them."""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final, TypeAlias

from cosmic_ray.commands import init
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_db import use_db
from cosmic_ray.work_item import MutationSpec

LEFT_OUT: Final = ("core/ReplaceBinaryOperator_BitOr_", "core/ExceptionReplacer")
"""In this code the bar stands between types: another operator there fails as the module is loaded, and proves nothing.
And Cosmic Ray cannot replace an exception whose name has a dot."""
Place: TypeAlias = tuple[Path, tuple[int, int]]


def places(paths: Iterable[Path]) -> dict[Place, list[MutationSpec]]:
    """The changes that can be made at each place of these files: a file, and where the change begins (line, column).

    Both are in their order, so that a seed draws the same ones.
    """
    with TemporaryDirectory() as folder, use_db(str(Path(folder) / "changes.sqlite")) as database:
        init(paths, database, {})
        found: dict[Place, list[MutationSpec]] = defaultdict(list)
        for change in (item.mutations[0] for item in database.work_items):
            if not change.operator_name.startswith(LEFT_OUT):
                found[Path(change.module_path), tuple(change.start_pos)].append(change)
    return {place: sorted(found[place], key=_order) for place in sorted(found)}


def drawn(changes: dict[Place, list[MutationSpec]], random: Random) -> Iterator[tuple[Path, str, str]]:
    """Places in an order by chance, with one change each: its file, the source, and the source that it makes.

    A place has up to ten changes of its operator and counts once: what any test notices does not count ten times.
    Left out is what is no Python any more, and what changes nothing but annotations, decorators and how arguments
    are given.
    """
    for place in random.sample(list(changes), len(changes)):
        change, file = random.choice(changes[place]), place[0]
        before = file.read_text(encoding="utf-8")
        after = mutate_code(before, get_operator(change.operator_name)(), change.occurrence)
        with suppress(SyntaxError):
            if after is not None and _meaning(after) != _meaning(before):
                yield file, before, after


def _order(change: MutationSpec) -> tuple[str, int]:
    return change.operator_name, change.occurrence


class _Bare(ast.NodeTransformer):
    """Takes out what says nothing of what a function returns."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """As its parent, of every node."""
        for field in ("annotation", "returns"):
            if getattr(node, field, None) is not None:
                setattr(node, field, ast.Constant(None))
        if hasattr(node, "decorator_list"):
            node.decorator_list = []
        return super().generic_visit(node)

    def visit_arguments(self, node: ast.arguments) -> ast.AST:
        """That they are given by name is the callers' affair, and its star looks like a product."""
        self.generic_visit(node)
        node.args = [*node.posonlyargs, *node.args, *node.kwonlyargs]
        node.defaults = [*node.defaults, *(each for each in node.kw_defaults if each is not None)]
        node.posonlyargs, node.kwonlyargs, node.kw_defaults = [], [], []
        return node


def _meaning(source: str) -> str:
    """The source's tree without annotations and decorators. Raises SyntaxError."""
    return ast.dump(_Bare().visit(ast.parse(source)))
