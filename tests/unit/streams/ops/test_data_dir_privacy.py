"""The data folder is its user's alone: from the first moment, for what lies there already, and without links."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.ops.data_dir.errors import DataDirError
from streams.ops.data_dir.lock import DataDirLock
from streams.projection.rocksdb import RocksKeyValue


@pytest.fixture(autouse=True)
def umask_of_the_command() -> Iterator[None]:
    """As `streams.cli.main` sets it before anything else."""
    before = os.umask(0o077)
    yield
    os.umask(before)


def acquired(folder: Path, *leave: Path) -> None:
    with DataDirLock.acquire(folder, lambda: "worker", leave):
        pass


def modes(folder: Path) -> dict[str, str]:
    return {path.name: oct(stat.S_IMODE(path.lstat().st_mode)) for path in [folder, *sorted(folder.rglob("*"))]}


def open_modes(folder: Path) -> dict[str, str]:
    return {name: mode for name, mode in modes(folder).items() if int(mode, 8) & 0o077}


def test_everything_is_private_from_its_first_moment_rocksdbs_files_too(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "data"
    acquired(folder)
    store = RocksKeyValue(folder / "projection")
    store.write({b"key": b"value"})
    store.close()
    assert open_modes(tmp_path / "deep") == {}
    assert {"lock", "instance-id", "LOG", "CURRENT"} <= modes(folder).keys()


def test_what_an_earlier_version_left_open_is_closed_at_the_start(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    (folder / "projection").mkdir(parents=True)
    (folder / "projection" / "LOG").write_text("customers")
    for path in (folder, folder / "projection"):
        path.chmod(0o755)
    (folder / "projection" / "LOG").chmod(0o644)
    acquired(folder)
    assert open_modes(folder) == {}
    assert (folder / "projection" / "LOG").read_text() == "customers"


def test_what_holds_secrets_is_left_to_the_token_store(tmp_path: Path) -> None:
    """It refuses a token that others could read; closing the file first would hide that."""
    consent = tmp_path / "data" / "tokens" / "default.consent"
    consent.parent.mkdir(parents=True)
    consent.touch()
    consent.chmod(0o644)
    acquired(tmp_path / "data", consent.parent)
    assert oct(stat.S_IMODE(consent.stat().st_mode)) == "0o644"


@pytest.mark.parametrize("name", ["", "lock", "instance-id", "projection", "ledger/3", "ledger/3/LOG"])
def test_a_link_is_refused_and_nothing_is_written_through_it(tmp_path: Path, name: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    if name in {"lock", "instance-id", "ledger/3/LOG"}:
        elsewhere.write_text("another's")
    else:
        elsewhere.mkdir()
    link = tmp_path / "data" / name
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(elsewhere)
    with pytest.raises(DataDirError, match="link") as refused:
        acquired(tmp_path / "data")
    assert refused.value.code == "data_dir_link"
    left = elsewhere.read_text() if elsewhere.is_file() else [each.name for each in elsewhere.iterdir()]
    assert left in ("another's", [])


def test_a_link_above_the_folder_is_the_operators_own(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "mounted").symlink_to(tmp_path / "disk")
    acquired(tmp_path / "mounted" / "data")
    assert (tmp_path / "disk" / "data" / "instance-id").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be two users")
def test_what_is_another_users_and_closed_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The root folder of a disk has `lost+found`, which only root may list."""
    (tmp_path / "data" / "lost+found").mkdir(parents=True)
    (tmp_path / "data" / "lost+found").chmod(0o700)
    os.chown(tmp_path / "data", 12_345, -1)
    tmp_path.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    os.seteuid(12_345)
    try:
        acquired(Path("data"))
    finally:
        os.seteuid(0)
    assert (tmp_path / "data" / "instance-id").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_another_user_is_taken_where_not_everybody_may_write(tmp_path: Path) -> None:
    """A volume of Kubernetes belongs to root, and to the worker's group."""
    folder = tmp_path / "data"
    folder.mkdir()
    os.chown(folder, 12_345, -1)
    folder.chmod(0o2775)
    acquired(folder)
    folder.chmod(0o777)
    with pytest.raises(DataDirError, match="chmod o-w") as refused:
        acquired(folder)
    assert refused.value.code == "data_dir_unsafe"
