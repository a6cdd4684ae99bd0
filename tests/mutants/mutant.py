"""A planted bug: a piece of a file, what stands in its place, and the tests that have to notice."""

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]


class StaleMutantError(Exception):
    """The mutant's piece of code is not there any more, or more than once: the mutant has to follow the code."""


@dataclass(frozen=True)
class Mutant:
    """`bug` says what goes wrong; `instead` stands in the place of `there`, which is in `file` once.

    `tests` are the files, or single tests, of `make test` that are run against it: those whose rule it breaks.
    """

    bug: str
    file: str
    there: str
    instead: str
    tests: tuple[str, ...]

    def planted(self, source: str) -> str:
        """The source with the bug. Raises StaleMutantError."""
        count = source.count(self.there)
        if count != 1:
            raise StaleMutantError(f"{self.bug!r}: {self.file} has this {count} times:\n{self.there}")
        mutated = source.replace(self.there, self.instead)
        try:
            changed = ast.dump(ast.parse(mutated)) != ast.dump(ast.parse(source))
        except SyntaxError as error:
            raise StaleMutantError(f"{self.bug!r} does not leave Python in {self.file}: {error}") from error
        if not changed:
            raise StaleMutantError(f"{self.bug!r} changes nothing in {self.file}")
        return mutated

    def plant(self, root: Path) -> str:
        """Plant the bug in the tree under `root`; returns the file as it was. Raises StaleMutantError."""
        path = root / self.file
        source = path.read_text(encoding="utf-8")
        path.write_text(self.planted(source), encoding="utf-8")
        return source
