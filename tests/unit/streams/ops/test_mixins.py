"""The parts of `Metrics` share one namespace: a name that two of them took would be the later one's, unseen."""

import ast
import inspect
from itertools import combinations
from textwrap import dedent
from typing import Final

from streams.ops.metrics.metrics import Metrics

PARTS: Final = Metrics.__mro__[:-1]
SHARED: Final = {"_shown"}
"""What two parts are handed alike."""


def names_of(part: type) -> set[str]:
    """What the class defines, and what its methods put on `self`."""
    tree = ast.parse(dedent(inspect.getsource(part)))
    put = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    }
    return put | {each for each in vars(part) if not each.startswith("__")}


def taken_twice(parts: tuple[type, ...]) -> list[tuple[str, str, set[str]]]:
    named = {each: names_of(each) for each in parts}
    return [
        (one.__name__, other.__name__, both)
        for one, other in combinations(parts, 2)
        if (both := (named[one] & named[other]) - SHARED)
    ]


class _First:
    def __init__(self) -> None:
        self._a = 1


class _Second:
    def __init__(self) -> None:
        self._a, self.b = 1, 2

    def b_too(self) -> None:
        self._c = self.b


def test_a_name_that_two_parts_take_is_found() -> None:
    assert taken_twice((_First, _Second)) == [("_First", "_Second", {"_a"})]
    assert names_of(_Second) == {"_a", "b", "b_too", "_c"}


def test_no_two_parts_of_the_metrics_take_the_same_name() -> None:
    assert len(PARTS) > 3
    assert taken_twice(PARTS) == []
