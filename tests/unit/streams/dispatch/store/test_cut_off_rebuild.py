"""A rebuild that is cut off at any moment leaves nothing on the disk that is believed."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from rocksdict import Options

from streams.dispatch.store import Identity, StoreMemory, Trust, database, open_store, rebuild
from streams.dispatch.store.database import Database
from tests.contract.dispatch.rows import ORG, WEEK, index, row, row_key

TRUST = Trust(Identity("cluster", "ledger", 3), now=0, delete_retention=WEEK)
ROWS = 1500
SMALL = 64 * 1024


def number(at: int) -> tuple[str, str]:
    return "invoice", f"inv-{at:05}"


def log() -> Iterator[tuple[bytes, bytes | None]]:
    """Each row twice: what was said first must not be found by anything."""
    for at in range(ROWS):
        yield row_key(f"{at:05}"), row(f"{at:05}", numbers=(number(at + 1),), occurred_at=at).value
    for at in range(ROWS):
        yield row_key(f"{at:05}"), row(f"{at:05}", "done", numbers=(number(at),), ended_at=at).value


def copied(source: str, target: str) -> None:
    """RocksDB may remove a log of its own meanwhile."""
    with suppress(FileNotFoundError):
        shutil.copy2(source, target)


@pytest.fixture(params=[SMALL, 2**30], ids=["more than is kept", "less than is kept"])
def memory(request: pytest.FixtureRequest) -> StoreMemory:
    return StoreMemory(kept=request.param)


@pytest.fixture
def images(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Copies of what is on the disk after each write and each flush, which small buffers make many files of."""
    options = database._options

    def never_merging(memory: StoreMemory) -> Options:
        """A copy is no image of one moment where files are merged and deleted meanwhile."""
        found = options(memory)
        found.set_disable_auto_compactions(True)
        return found

    monkeypatch.setattr(database, "_options", never_merging)
    monkeypatch.setattr(database, "_WRITE_BUFFER", SMALL)
    monkeypatch.setattr(database, "_BULK_WRITE_BUFFER", SMALL)
    monkeypatch.setattr(rebuild, "_BYTES_AT_ONCE", SMALL)
    taken: list[Path] = []

    def watched(step: Callable[..., None]) -> Callable[..., None]:
        def run(self: Database, *arguments: Any, **named: Any) -> None:
            step(self, *arguments, **named)
            taken.append(tmp_path / f"image-{len(taken)}")
            shutil.copytree(self._folder, taken[-1], copy_function=copied)

        return run

    for name in ("write", "flush"):
        monkeypatch.setattr(Database, name, watched(getattr(Database, name)))
    return taken


def test_what_a_rebuild_leaves_at_any_moment_is_whole_or_not_believed(
    tmp_path: Path, images: list[Path], memory: StoreMemory
) -> None:
    store = open_store(tmp_path / "3", TRUST, memory, index).store
    load = store.rebuild()
    load.add(log())
    load.finish(index, 2 * ROWS, equal_at=0)
    store.close()
    whole = 0
    for image in images.copy():
        found, emptied = open_store(image, TRUST, StoreMemory(), index)
        if emptied is None:
            whole += 1
            assert (found.position, found.depths(ORG)) == (2 * ROWS, {})
            assert len(found.ended_before(ROWS, ROWS)) == ROWS
            assert all(found.holders_by_number(ORG, *number(at)) == (row_key(f"{at:05}"),) for at in range(ROWS))
            assert found.holders_by_number(ORG, *number(ROWS)) == ()
        found.close()
    assert len(images) > 8
    assert whole, "the last image is that of the finished rebuild"
