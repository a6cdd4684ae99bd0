"""The projection's disk: RocksDB, one process a folder."""

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import structlog
from rocksdict import BlockBasedOptions, Cache, DbClosedError, Options, Rdict, WriteBatch

from streams.projection.key_value import StoreDamagedError, StoreError

Answer = TypeVar("Answer")

_log = structlog.get_logger(__name__)

_CACHE = 8 * 1024 * 1024
_WRITE_BUFFER = 4 * 1024 * 1024
_LOG_FILE = 1024 * 1024
_PAGE = 1000
_TRIED = 64 * 1024
"""Bytes that a disk which was full must take before the store is opened anew."""


class RocksKeyValue:
    """A `KeyValue` in `folder`. Its parent must exist.

    Writes go to RocksDB's log without an fsync: a killed process loses nothing, and a machine that loses power loses
    the last writes as wholes, offsets included, so that they are read from the topic again.
    """

    def __init__(self, folder: Path) -> None:
        """Open the folder; files that cannot be read are put aside as `<folder>.damaged` and a new store is started.

        Raises StoreError: `projection_locked` where another process has it, `projection_unusable` otherwise.
        """
        self._folder = folder
        self._write_failed = False
        try:
            self._db = _open(folder)
        except StoreDamagedError as error:
            _log.error("projection_damaged", folder=str(folder), reason=str(error))
            self._put_aside()
            self._db = _open(folder)

    def get(self, key: bytes) -> bytes | None:
        """See `KeyValue`."""
        value = self._guarded(lambda: self._db.get(key))
        return bytes(value) if value is not None else None

    def scan(self, prefix: bytes, start: bytes = b"", most: int | None = None) -> Iterator[tuple[bytes, bytes]]:
        """See `KeyValue`.

        Read in pages: an iterator of RocksDB that somebody forgot would keep the folder locked after `close`.
        """
        start = max(prefix, start)
        left = sys.maxsize if most is None else most
        while page := self._guarded(lambda: self._page(start, prefix, min(left, _PAGE))):  # noqa: B023  # Called at once.
            yield from page
            start = page[-1][0] + b"\x00"
            left -= len(page)

    def _page(self, start: bytes, prefix: bytes, most: int) -> list[tuple[bytes, bytes]]:
        """The next pairs from `start` on; none at the end."""
        iterator = self._db.iter()
        iterator.seek(start)
        page: list[tuple[bytes, bytes]] = []
        while len(page) < most and iterator.valid() and iterator.key().startswith(prefix):
            page.append((iterator.key(), iterator.value()))
            iterator.next()
        # At a damaged block the iterator just ends; only its status tells (and `Rdict.items` has none).
        iterator.status()
        return page

    def write(self, changes: dict[bytes, bytes | None]) -> None:
        """See `KeyValue`."""
        batch = WriteBatch(raw_mode=True)
        for key, value in changes.items():
            if value is None:
                batch.delete(key)
            else:
                batch.put(key, value)
        if self._write_failed:
            self._reopen()
        self._write_failed = True
        self._guarded(lambda: self._db.write(batch))
        self._write_failed = False

    def _reopen(self) -> None:
        """After a write that failed, as on a full disk, RocksDB refuses every other one until it is opened anew.

        Not before the disk takes something again: an open store can be read meanwhile, and opening writes.
        """
        self._guarded(self._try_disk)
        with suppress(Exception):  # It tells once more of the write that failed.
            self._db.close()
        self._db = _open(self._folder)

    def _try_disk(self) -> None:
        tried = self._folder.with_name(f"{self._folder.name}.tried")
        try:
            tried.write_bytes(bytes(_TRIED))
        finally:
            tried.unlink(missing_ok=True)

    def reset(self) -> None:
        """See `KeyValue`. May be called again where it failed halfway."""
        self.close()
        if self._folder.exists():
            shutil.rmtree(self._folder)
        self._db = _open(self._folder)

    def close(self) -> None:
        """See `KeyValue`."""
        with suppress(DbClosedError):
            self._db.close()

    def _put_aside(self) -> None:
        """Keep the damaged files for whoever wants to know, but only the last ones: they must not fill the disk."""
        aside = self._folder.with_name(f"{self._folder.name}.damaged")
        shutil.rmtree(aside, ignore_errors=True)
        self._folder.rename(aside)

    def _guarded(self, step: Callable[[], Answer]) -> Answer:
        try:
            return step()
        except DbClosedError as error:
            raise StoreError("projection_closed", "The integration log is closed; the worker is stopping.") from error
        except Exception as error:
            raise _translated(self._folder, error) from error


def _open(folder: Path) -> Rdict:
    options = Options(raw_mode=True)
    options.create_if_missing(True)
    options.set_write_buffer_size(_WRITE_BUFFER)
    table = BlockBasedOptions()
    table.set_block_cache(Cache(_CACHE))
    options.set_block_based_table_factory(table)
    options.set_max_log_file_size(_LOG_FILE)
    options.set_keep_log_file_num(2)
    try:
        # Without `column_families`, reopening ignores the options (rocksdict 0.3.29).
        return Rdict(str(folder), options, column_families={"default": options})
    except Exception as error:
        raise _translated(folder, error) from error


def _translated(folder: Path, error: Exception) -> StoreError:
    """RocksDB's binding raises bare Exceptions whose text begins with the kind of error (rocksdict 0.3.29)."""
    text = str(error)
    if text.startswith("Corruption"):
        return StoreDamagedError(text)
    if "LOCK" in text:
        return StoreError(
            "projection_locked", f"{folder} belongs to another process; give each worker its own data folder."
        )
    return StoreError("projection_unusable", f"{folder} cannot be used: {text}. Check the disk's space and rights.")
