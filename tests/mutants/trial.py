"""Tries mutants: each is planted in a copy of the tree, and the tests that have to notice it are run there."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.mutants.mutant import ROOT, Mutant

COPIED: Final = ("benchmarks", "config", "deploy", "docs", "mappers", "streams", "tests", "xero_client")
LONGEST_TEST: Final = 90
"""Seconds, beyond which a test has noticed: what it waits for does not come any more."""
TESTS_FAILED: Final = 1


class BrokenTrialError(Exception):
    """The tests could not be run, which says nothing of the bug."""


@dataclass(frozen=True)
class Trial:
    """What became of a mutant: the first test that noticed it, None where none did."""

    mutant: Mutant
    caught_by: str | None
    seconds: float


class Tree:
    """A copy of the tree, with one bug at a time."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._changes = 1_000_000_000

    def try_out(self, mutant: Mutant) -> Trial:
        """Plant the bug, run its tests up to the first that fails, and take the bug out again."""
        began = time.monotonic()
        before = mutant.plant(self._root)
        self._touch(mutant.file)
        try:
            failed = self.first_failure(mutant.tests)
        finally:
            (self._root / mutant.file).write_text(before, encoding="utf-8")
            self._touch(mutant.file)
        return Trial(mutant, failed, time.monotonic() - began)

    def _touch(self, file: str) -> None:
        """Give the file a time that it never had: Python knows by the second and the size what it has compiled."""
        self._changes += 1
        os.utime(self._root / file, (self._changes, self._changes))

    def first_failure(self, tests: Sequence[str]) -> str | None:
        """The first of the tests that fails, if any. Raises BrokenTrialError."""
        command = [sys.executable, "-m", "pytest", *self._arguments(tests)]
        environment = os.environ | {"PYTHONPATH": str(self._root)}
        done = subprocess.run(command, cwd=self._root, env=environment, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return None
        failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED ", "ERROR "))]
        if done.returncode != TESTS_FAILED or not failed:
            raise BrokenTrialError(f"pytest {' '.join(tests)} ended with {done.returncode}:\n{done.stdout[-3000:]}")
        return failed[0].split(" ", 1)[1].split(" - ", 1)[0]

    def _arguments(self, tests: Sequence[str]) -> list[str]:
        """Pytest's. To load schemathesis takes longer than most of these tests, and none of them needs it."""
        chosen = ["-m", "not long and not artefacts", "--hypothesis-profile=ci", f"--timeout={LONGEST_TEST}"]
        return [*tests, "-x", "-q", "--tb=no", "-rfE", "-p", "no:cacheprovider", "-p", "no:schemathesis", *chosen]


@contextmanager
def copied_trees(count: int, kind: type[Tree] = Tree) -> Iterator[list[Tree]]:
    """So many copies of the tree, for the block."""
    with ExitStack() as stack:
        yield [kind(stack.enter_context(_copied())) for _ in range(count)]


@contextmanager
def _copied() -> Iterator[Path]:
    """A copy of the tree that is there for the block."""
    with TemporaryDirectory(prefix="shipledger-mutants-") as folder:
        root = Path(folder)
        for name in COPIED:
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("pyproject.toml", "CHANGELOG.md"):
            shutil.copy(ROOT / name, root / name)
        yield root
