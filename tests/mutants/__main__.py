"""Tries the planted bugs and prints by what each is caught; exits 1 where one lives."""

import argparse
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

from tests.mutants.catalogue import planted
from tests.mutants.mutant import Mutant
from tests.mutants.page import write
from tests.mutants.trial import BrokenTrialError, Tree, Trial, copied_trees


def main(arguments: Sequence[str]) -> int:
    """Try them, in as many copies of the tree as there are cores."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("words", nargs="*", help="only bugs whose description has them")
    parser.add_argument("--write", action="store_true", help="put the table into docs/mutants.md")
    parsed = parser.parse_args(arguments)
    mutants = [each for each in planted() if all(word.lower() in each.bug.lower() for word in parsed.words)]
    if not mutants:
        parser.error(f"no bug has {' '.join(parsed.words)} in its description")
    with copied_trees(int(os.environ.get("JOBS", str(os.cpu_count() or 1)))) as trees:
        trials = _tried(mutants, trees)
        noticed = sorted({each.caught_by.partition("[")[0] for each in trials if each.caught_by is not None})
        if noticed and (failed := trees[0].first_failure(noticed)) is not None:
            raise BrokenTrialError(f"{failed} fails without any bug too, so it has noticed none")
    if parsed.write:
        write(trials, planted())
    alive = [each.mutant.bug for each in trials if each.caught_by is None]
    sys.stdout.write(f"{len(trials) - len(alive)} of {len(trials)} caught\n")
    return 1 if alive else 0


def _tried(mutants: Sequence[Mutant], trees: Sequence[Tree]) -> list[Trial]:
    free: SimpleQueue[Tree] = SimpleQueue()
    for tree in trees:
        free.put(tree)

    def tried(mutant: Mutant) -> Trial:
        tree = free.get()
        try:
            trial = tree.try_out(mutant)
        finally:
            free.put(tree)
        sys.stdout.write(f"{mutant.bug}: {trial.caught_by or 'SURVIVES'} ({trial.seconds:.0f} s)\n")
        sys.stdout.flush()
        return trial

    with ThreadPoolExecutor(len(trees)) as pool:
        return list(pool.map(tried, mutants))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
