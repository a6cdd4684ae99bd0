"""Small changes of code that a test should notice, one at a time: comparisons, arithmetic, conditions, constants."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

OTHER: Final[dict[type[ast.AST], str]] = {
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.Lt: "<=",
    ast.LtE: "<",
    ast.Gt: ">=",
    ast.GtE: ">",
    ast.Is: "is not",
    ast.IsNot: "is",
    ast.In: "not in",
    ast.NotIn: "in",
    ast.Add: "-",
    ast.Sub: "+",
    ast.Mult: "+",
    ast.Div: "*",
    ast.And: "or",
    ast.Or: "and",
}


@dataclass(frozen=True)
class Change:
    """A piece of a source, by its offsets, and what stands in its place."""

    line: int
    start: int
    end: int
    text: str

    def made(self, source: str) -> str:
        """The source with the change."""
        return source[: self.start] + self.text + source[self.end :]


def changes(source: str) -> list[Change]:
    """Every change of a source, in its order. Annotations, and the words of errors, stay as they are."""
    offsets = _Offsets(source)
    nodes = tuple(_walk(ast.parse(source)))
    found = (change for of in (_operators, _values) for node in nodes for change in of(node, source, offsets))
    return sorted(set(found), key=lambda each: (each.start, each.end, each.text))


class _Offsets:
    """Where lines begin; columns of the syntax tree count bytes."""

    def __init__(self, source: str) -> None:
        self._lines = source.splitlines(keepends=True)
        self._begins = [0]
        for line in self._lines:
            self._begins.append(self._begins[-1] + len(line))

    def at(self, line: int, column: int) -> int:
        return self._begins[line - 1] + len(self._lines[line - 1].encode()[:column].decode())

    def of(self, node: ast.expr) -> tuple[int, int]:
        return self.at(node.lineno, node.col_offset), self.at(node.end_lineno or 0, node.end_col_offset or 0)


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes but annotations, and but what raises or describes an error: those words are for people."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "exc"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield child
                yield from _walk(child)


def _operators(node: ast.AST, source: str, offsets: _Offsets) -> Iterator[Change]:
    match node:
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            yield from _between(left, right, operator, source, offsets)
        case ast.BinOp(left=left, op=operator, right=right):
            yield from _between(left, right, operator, source, offsets)
        case ast.BoolOp(op=operator, values=[left, right, *_]):
            yield from _between(left, right, operator, source, offsets)
        case _:
            return


def _values(node: ast.AST, source: str, offsets: _Offsets) -> Iterator[Change]:
    match node:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            (start, _), (inner, end) = offsets.of(node), offsets.of(operand)
            yield Change(node.lineno, start, end, source[inner:end])
        case ast.If(test=test) | ast.IfExp(test=test) | ast.comprehension(ifs=[test]):
            start, end = offsets.of(test)
            yield Change(test.lineno, start, end, "True")
            yield Change(test.lineno, start, end, "False")
        case ast.Constant(value=bool() as value):
            yield Change(node.lineno, *offsets.of(node), str(not value))
        case ast.Constant(value=int() as value):
            yield Change(node.lineno, *offsets.of(node), str(value + 1))
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant):
            start, end = offsets.of(value)
            yield Change(node.lineno, start, end, "None")


def _between(left: ast.expr, right: ast.expr, operator: ast.AST, source: str, offsets: _Offsets) -> Iterator[Change]:
    """Another operator between two operands."""
    other = OTHER.get(type(operator))
    start, end = offsets.of(left)[1], offsets.of(right)[0]
    written = source[start:end]
    words = written.strip(" ()\n")
    if other is not None and words and words.replace(" ", "").isprintable() and written.count(words) == 1:
        begin = start + written.index(words)
        yield Change(left.end_lineno or 0, begin, begin + len(words), other)
