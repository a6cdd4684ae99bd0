"""A process that writes to a store until it is killed: `python -m … <folder> steps|rebuild`."""

import sys
from collections.abc import Iterator
from pathlib import Path

from streams.dispatch.store import Identity, LedgerStore, StoreMemory, Trust, WireRecord, open_store
from tests.contract.dispatch.rows import WEEK, gone, index, row

LOG = Trust(Identity("cluster", "ledger", 0), now=0, delete_retention=WEEK)
ROWS = 40
REBUILT = 20_000


def step(position: int) -> list[WireRecord]:
    """What the step that ends at `position` writes: a row that goes on, and a number that changes hands."""
    taken, freed = f"n{position % ROWS}", f"n{(position - 1) % ROWS}"
    number = (("invoice", "the-number"),)
    moving = row(taken, "sending", numbers=number, occurred_at=position)
    passing = row(freed, "done", ended_at=position) if position % 3 else gone(freed)
    return [moving, passing]


def log() -> Iterator[tuple[bytes, bytes | None]]:
    """What a rebuild reads."""
    for position in range(REBUILT):
        each = row(f"n{position}", "pending", occurred_at=position)
        yield each.key, each.value


def main(folder: Path, mode: str) -> None:
    store = open_store(folder, LOG, StoreMemory(), index).store
    sys.stdout.write("open\n")
    sys.stdout.flush()
    while True:
        if mode == "steps":
            store.apply(step(store.position + 1), store.position + 1, equal_at=0)
        else:
            _rebuild(store)


def _rebuild(store: LedgerStore) -> None:
    load = store.rebuild()
    load.add(log())
    load.finish(index, REBUILT, equal_at=0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
