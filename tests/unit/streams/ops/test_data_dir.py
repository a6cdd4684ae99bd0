"""The data folder: one process's own, with an id that outlives it."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from streams.ops.data_dir.errors import DataDirError
from streams.ops.data_dir.lock import ID_FILE, DataDirLock


def numbered() -> Callable[[], str]:
    numbers = iter(range(1, 100))
    return lambda: f"worker-{next(numbers)}"


def id_of(folder: Path, new_id: Callable[[], str]) -> str:
    with DataDirLock.acquire(folder, new_id) as lock:
        return lock.instance_id


def test_the_id_is_the_same_for_every_start_on_the_folder(tmp_path: Path) -> None:
    new_id = numbered()
    with DataDirLock.acquire(tmp_path / "data", new_id) as first, pytest.raises(DataDirError):
        DataDirLock.acquire(tmp_path / "data", new_id)
    assert id_of(tmp_path / "data", new_id) == first.instance_id == "worker-1"


def test_two_folders_have_two_ids(tmp_path: Path) -> None:
    new_id = numbered()
    assert id_of(tmp_path / "a", new_id) != id_of(tmp_path / "b", new_id)


def test_a_second_process_is_told_who_has_the_folder_and_what_to_do(tmp_path: Path) -> None:
    script = (
        "import pathlib, sys; from streams.ops.data_dir.lock import DataDirLock\n"
        "own = DataDirLock.acquire(pathlib.Path(sys.argv[1]), lambda: 'other')\n"
        "print(own.instance_id, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "other\n"
        with pytest.raises(DataDirError, match=rf"process {other.pid}\).*SHIPLEDGER_DATA_DIR") as refused:
            DataDirLock.acquire(tmp_path, numbered())
        assert refused.value.code == "data_dir_in_use"
        other.kill()
        other.wait()
    assert id_of(tmp_path, numbered()) == "other"


@pytest.mark.parametrize("kept", ["", "two words", "\x00", "x" * 101])
def test_an_id_file_that_kafka_would_refuse_is_replaced(tmp_path: Path, kept: str) -> None:
    (tmp_path / ID_FILE).write_text(kept)
    assert id_of(tmp_path, numbered()) == "worker-1"
    assert (tmp_path / ID_FILE).read_text() == "worker-1\n"


def test_a_folder_that_cannot_be_made_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DataDirError, match="Make it writable") as refused:
        DataDirLock.acquire(tmp_path / "file" / "data", numbered())
    assert refused.value.code == "data_dir_unusable"


def test_a_made_up_id_that_kafka_would_refuse_is_not_kept(tmp_path: Path) -> None:
    with pytest.raises(DataDirError, match="no instance id"):
        DataDirLock.acquire(tmp_path, lambda: "not valid!")
    assert not (tmp_path / ID_FILE).exists()
    assert id_of(tmp_path, numbered()) == "worker-1"
