"""How many arbitrary small changes of the rules are noticed: a sample, drawn by a seed.

`python -m tests.mutants.survey 100 [SEED [FOLDER …]]` prints by what each change is noticed, or that it survives,
and the share that was noticed.
"""

import argparse
import sys
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from random import Random
from typing import Final

from tests.mutants.arbitrary import drawn, places
from tests.mutants.forked import ForkedTree, load
from tests.mutants.mutant import ROOT, Mutant
from tests.mutants.trial import copied_trees

SEED: Final = 2026
_RULES: Final = ("tests/unit/mappers", "tests/properties/mappers")
_ROWS: Final = ("tests/unit/streams/dispatch/ledger", "tests/properties/dispatch/test_ledger.py")
NO_RULES: Final = ("__init__.py", "errors_page.py")
TRANSITIONS: Final = "streams/dispatch/ledger/transitions.py"


def surveyed() -> list[Path]:
    """The files whose rules are surveyed: all of `mappers`, and how a row of the ledger changes."""
    return [path for path in sorted((ROOT / "mappers").rglob("*.py")) if path.name not in NO_RULES] + [
        ROOT / TRANSITIONS
    ]


def sample(count: int, seed: int, files: Sequence[Path]) -> tuple[list[Mutant], int]:
    """So many mutants, and of how many places they were drawn."""
    found = places(files)
    changes = drawn(found, Random(seed))  # noqa: S311  # It has to be repeatable.
    return [_mutant(*change) for change in islice(changes, count)], len(found)


def _mutant(file: Path, before: str, after: str) -> Mutant:
    name = str(file.relative_to(ROOT))
    was, now = before.splitlines(), after.splitlines()
    line = next(at for at, (one, other) in enumerate(zip(was, now, strict=False), 1) if one != other)
    told = f"{name}:{line}: {was[line - 1].strip()} becomes {now[line - 1].strip()}"
    return Mutant(told, name, before, after, tests_of(name))


def tests_of(name: str) -> tuple[str, ...]:
    """The tests of the rules in a file, the nearest first."""
    if name == TRANSITIONS:
        return _ROWS
    nearest = Path("tests/unit") / Path(name).parent
    own = nearest / f"test_{Path(name).name}"
    return (*(str(each) for each in (own, nearest) if (ROOT / each).exists()), *_RULES)


def main(arguments: Sequence[str]) -> int:
    """Try the sample in one copy of the tree."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants.survey", description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("seed", type=int, nargs="?", default=SEED)
    parser.add_argument("folders", nargs="*", default=[""])
    parsed = parser.parse_args(arguments)
    files = [each for each in surveyed() if str(each.relative_to(ROOT)).startswith(tuple(parsed.folders))]
    mutants, of = sample(parsed.count, parsed.seed, files)
    noticed = 0
    load()
    with copied_trees(1, ForkedTree) as (tree,):
        for number, mutant in enumerate(mutants, 1):
            trial = tree.try_out(mutant)
            noticed += trial.caught_by is not None
            told = trial.caught_by or "SURVIVES"
            sys.stdout.write(f"{number} {mutant.bug}: {told} ({trial.seconds:.0f} s)\n")
            sys.stdout.flush()
    sys.stdout.write(f"{noticed} of {len(mutants)} noticed, drawn of {of}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
