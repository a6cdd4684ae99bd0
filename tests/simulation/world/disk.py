"""A machine's disk, as a crash leaves it."""

import shutil
from contextlib import suppress
from pathlib import Path
from typing import Final

TRIES: Final = 100


def copy_disk(folder: Path, to: Path) -> None:
    """As the disk is at one moment, though RocksDB's own threads may go on merging files while it is copied.

    `to` is new. Raises OSError where the files do not come to rest in `TRIES` tries.
    """
    for _ in range(TRIES):
        before = _names(folder)
        with suppress(shutil.Error):  # A file that was listed is gone.
            shutil.copytree(folder, to)
            if _names(folder) == before:
                return
        shutil.rmtree(to)
    raise OSError(f"{folder} was never the same before and after it was copied")


def _names(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))
