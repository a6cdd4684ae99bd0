"""RocksDB on a real disk: what the suite of both stores cannot show."""

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from streams.projection.key_value import StoreDamagedError, StoreError
from streams.projection.rocksdb import RocksKeyValue


def test_what_was_written_is_there_after_reopening(tmp_path: Path) -> None:
    first = RocksKeyValue(tmp_path / "log")
    first.write({b"a": b"1", b"b": b"2"})
    first.write({b"a": None})
    first.close()
    again = RocksKeyValue(tmp_path / "log")
    assert list(again.scan(b"")) == [(b"b", b"2")]
    again.close()


def test_a_folder_that_another_has_open_is_refused_with_what_to_do(tmp_path: Path) -> None:
    first = RocksKeyValue(tmp_path / "log")
    with pytest.raises(StoreError, match="data folder") as refused:
        RocksKeyValue(tmp_path / "log")
    assert refused.value.code == "projection_locked"
    first.close()


@pytest.mark.parametrize("file", ["MANIFEST-*", "CURRENT"])
def test_a_damaged_store_is_put_aside_and_begun_anew(tmp_path: Path, file: str) -> None:
    first = RocksKeyValue(tmp_path / "log")
    first.write({b"a": b"1"})
    first.close()
    (damaged,) = (tmp_path / "log").glob(file)
    damaged.write_bytes(b"garbage")
    anew = RocksKeyValue(tmp_path / "log")
    assert anew.get(b"a") is None
    anew.write({b"a": b"2"})
    assert anew.get(b"a") == b"2"
    anew.close()
    assert (tmp_path / "log.damaged").is_dir()


def test_a_folder_whose_parent_is_missing_is_refused_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be used") as refused:
        RocksKeyValue(tmp_path / "file" / "log")
    assert refused.value.code == "projection_unusable"


def test_a_closed_store_says_so_and_may_be_closed_again(tmp_path: Path) -> None:
    store = RocksKeyValue(tmp_path / "log")
    store.close()
    store.close()
    with pytest.raises(StoreError, match="stopping") as refused:
        store.get(b"a")
    assert refused.value.code == "projection_closed"


def test_a_scan_over_a_damaged_block_fails_instead_of_ending_early(tmp_path: Path) -> None:
    """Rows that are missed without a word are shipments that nobody looks after (`Rdict.items` ends silently)."""
    store = RocksKeyValue(tmp_path / "log")
    store.write({f"{number:05}".encode(): os.urandom(100) for number in range(20_000)})
    store._db.flush(wait=True)
    store.close()
    (table,) = (tmp_path / "log").glob("*.sst")
    content = bytearray(table.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 20_000] = bytes(20_000)
    table.write_bytes(content)
    store = RocksKeyValue(tmp_path / "log")
    with pytest.raises(StoreDamagedError):
        list(store.scan(b""))
    store.close()


def test_a_scan_that_nobody_finishes_does_not_keep_the_folder(tmp_path: Path) -> None:
    store = RocksKeyValue(tmp_path / "log")
    store.write({f"{number:05}".encode(): b"1" for number in range(2_000)})
    unfinished = store.scan(b"0")
    assert next(unfinished) == (b"00000", b"1")
    store.close()
    RocksKeyValue(tmp_path / "log").close()


@contextmanager
def no_file_grows() -> Iterator[None]:
    """As on a full disk, for this process: Python ignores the signal, and each write that would add bytes fails."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_disk_that_was_full_is_written_to_again_once_it_is_not(tmp_path: Path) -> None:
    """RocksDB refuses every write after one that failed, until it is opened anew."""
    store = RocksKeyValue(tmp_path / "log")
    store.write({b"a": b"1"})
    with no_file_grows():
        for _ in range(2):
            with pytest.raises(StoreError) as refused:
                store.write({b"b": b"2"})
            assert refused.value.code == "projection_unusable"
        assert store.get(b"a") == b"1", "what is there can be read meanwhile"
    store.write({b"c": b"3"})
    assert list(store.scan(b"")) == [(b"a", b"1"), (b"c", b"3")]
    store.close()
