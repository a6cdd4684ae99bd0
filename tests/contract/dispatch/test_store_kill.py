"""Kill -9: what is on the disk is the state after some step, and the position says which."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from streams.dispatch.store import Emptied, RowReader, StoreMemory, open_store
from tests.contract.dispatch.rows import ORG, index, row_key
from tests.contract.dispatch.writes_until_killed import LOG, REBUILT, ROWS, log, step
from tests.fakes.row_store import MemoryRowStore

ROUNDS = 4
REBUILD_ROUNDS = 3


def run_and_kill(folder: Path, mode: str, seconds: float) -> None:
    command = [sys.executable, "-m", "tests.contract.dispatch.writes_until_killed", str(folder), mode]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        while (line := child.stdout.readline()) != b"open\n":
            assert line, "the child ended by itself"
        time.sleep(seconds)  # Not a wait for anything: the kill comes whenever it comes.
        child.kill()


def everything(reader: RowReader) -> object:
    """All that can be asked."""
    return (
        list(reader.scan(b"")),
        [reader.indexed(row_key(f"n{number}")) for number in range(ROWS)],
        reader.holders_by_number(ORG, "invoice", "the-number"),
        list(reader.open_rows(ORG)),
        (reader.depths(ORG), reader.oldest(), reader.ended_before(10**9, ROWS)),
    )


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_killed_store_has_the_state_that_its_position_says(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # When to kill is no secret.
    written = 0
    for _ in range(2):
        run_and_kill(tmp_path / "0", "steps", chance.uniform(0.0, 0.5))
        store, emptied = open_store(tmp_path / "0", LOG, StoreMemory(), index)
        assert emptied is (Emptied.NEW if store.position == 0 else None)
        expected = MemoryRowStore()
        for position in range(1, store.position + 1):
            expected.apply(step(position), position)
        assert everything(store) == everything(expected)
        assert store.position >= written
        written = store.position
        store.close()


@pytest.mark.parametrize("seed", range(REBUILD_ROUNDS))
def test_a_killed_rebuild_is_whole_or_not_believed(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # As above.
    run_and_kill(tmp_path / "0", "rebuild", chance.uniform(0.0, 3.0))
    store, emptied = open_store(tmp_path / "0", LOG, StoreMemory(), index)
    if emptied is None:
        assert (store.position, store.depths(ORG)) == (REBUILT, {"pending": REBUILT})
        assert dict(store.scan(b"")) == dict(log())
    else:
        assert emptied in {Emptied.NEW, Emptied.UNFINISHED}
        assert (store.position, list(store.scan(b""))) == (0, [])
    store.close()
