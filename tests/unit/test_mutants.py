"""The planted bugs of `make mutants` follow the code and the tests, so that it can be run at any time."""

import ast
from pathlib import Path

import pytest

from tests.mutants.catalogue import planted
from tests.mutants.mutant import ROOT, Mutant, StaleMutantError
from tests.mutants.page import BEGINNING, END, PAGE, rows_by_bug

PLANTED = planted()


@pytest.mark.parametrize("mutant", PLANTED, ids=[each.bug for each in PLANTED])
def test_a_planted_bug_still_applies_and_names_tests_that_exist(mutant: Mutant) -> None:
    assert mutant.planted((ROOT / mutant.file).read_text(encoding="utf-8"))
    for test in mutant.tests:
        path, _, name = test.partition("::")
        assert (ROOT / path).exists()
        assert not name or name in _functions(ROOT / path)


def test_each_planted_bug_is_another_one() -> None:
    assert len({each.bug for each in PLANTED}) == len({(each.file, each.instead, each.there) for each in PLANTED})
    assert len({each.bug for each in PLANTED}) == len(PLANTED) >= 20


def test_the_page_tells_of_no_bug_that_is_not_planted() -> None:
    rows = PAGE.read_text(encoding="utf-8").partition(BEGINNING)[2].partition(END)[0]
    assert rows_by_bug(rows).keys() <= {each.bug for each in PLANTED}


@pytest.mark.parametrize("source", ["", "x = 1\nx = 1\n", "y = (x = 1)\n"])
def test_one_that_applies_nowhere_or_twice_or_leaves_no_python_is_stale(source: str) -> None:
    with pytest.raises(StaleMutantError):
        Mutant("a bug", "a.py", "x = 1", "x = 2", ()).planted(source)


def _functions(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {each.name for each in ast.walk(tree) if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)}
