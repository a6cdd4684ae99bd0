"""Tries the planted bugs and prints by what each is caught; exits 1 where one lives.

`python -m tests.mutants [--write] [WORDS ...]`: those whose description has the words; all of them without any.
`--write` puts the table into docs/mutants.md.
"""

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
    words = [each.lower() for each in arguments if each != "--write"]
    mutants = [each for each in planted() if all(word in each.bug.lower() for word in words)]
    with copied_trees(int(os.environ.get("JOBS", str(os.cpu_count() or 1)))) as trees:
        trials = _tried(mutants, trees)
        noticed = sorted({each.caught_by.partition("[")[0] for each in trials if each.caught_by is not None})
        if noticed and (failed := trees[0].first_failure(noticed)) is not None:
            raise BrokenTrialError(f"{failed} fails without any bug too, so it has noticed none")
    if "--write" in arguments:
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
