"""What a crash leaves of a disk is what was there at one moment."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

from tests.simulation.world.disk import copy_disk

COPIES = 20


def merge(folder: Path, stop: Event) -> None:
    """As RocksDB: the new file is there before CURRENT names it, and the old one goes after that."""
    number = 0
    while not stop.wait(0.005):
        number += 1
        (folder / f"{number}.sst").write_bytes(b"row" * 1000)
        (folder / "part").write_text(f"{number}.sst")
        (folder / "part").rename(folder / "CURRENT")
        (folder / f"{number - 1}.sst").unlink()


def test_a_disk_is_copied_as_it_was_at_one_moment_while_others_merge_its_files(tmp_path: Path) -> None:
    folder, stop = tmp_path / "disk", Event()
    folder.mkdir()
    (folder / "0.sst").write_bytes(b"")
    (folder / "CURRENT").write_text("0.sst")
    with ThreadPoolExecutor(1) as pool:
        merging = pool.submit(merge, folder, stop)
        try:
            for number in range(COPIES):
                to = tmp_path / str(number)
                copy_disk(folder, to)
                assert (to / (to / "CURRENT").read_text()).exists()
        finally:
            stop.set()
    assert merging.exception() is None
