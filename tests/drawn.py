"""From which seed tests draw their cases, and how many: the same in each run, where nothing else is said.

`make nightly` says another seed each night. Read when the tests are collected: before the first of them runs, the
environment is emptied of all that is ours.
"""

import os

SEED = int(os.environ.get("SHIPLEDGER_TEST_SEED", "20261126"))


def how_many(of: str, otherwise: int) -> int:
    """So many as SHIPLEDGER_TEST_ and the name of what is drawn say. Raises ValueError for what is no number."""
    return int(os.environ.get(f"SHIPLEDGER_TEST_{of}", str(otherwise)))
