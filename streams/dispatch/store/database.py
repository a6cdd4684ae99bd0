"""RocksDB as the ledger's store uses it: one database a partition, one process a folder."""

import shutil
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import structlog
from rocksdict import (
    BlockBasedIndexType,
    BlockBasedOptions,
    Cache,
    DbClosedError,
    DBCompressionType,
    Options,
    Rdict,
    RdictIter,
    ReadOptions,
    WriteBatch,
    WriteBufferManager,
    WriteOptions,
)

from streams.dispatch.store.errors import StoreBusyError, StoreDamagedError, StoreError

Answer = TypeVar("Answer")

_log = structlog.get_logger(__name__)

_CACHE = 8 * 1024 * 1024
_BUFFERS = 32 * 1024 * 1024
_KEPT = 24 * 1024 * 1024
_WRITE_BUFFER = 4 * 1024 * 1024
_BULK_WRITE_BUFFER = 16 * 1024 * 1024
"""Of a rebuild: a partition is then some files that need no merging. All of a process share `_BUFFERS` nevertheless."""
_WRITE_BUFFERS = 3
# A million rows come out of a rebuild as some fifty files that are not merged yet: that alone must not refuse writes.
_FILES_SLOWDOWN, _FILES_STOP = 96, 128
_BLOCK = 8 * 1024
_BLOOM_BITS = 10
_OPEN_FILES = 256
_BACKGROUND_JOBS = 2
_LOG_FILE = 1024 * 1024
_SMALLEST_PAGE, _LARGEST_PAGE = 1024, 256 * 1024


class StoreMemory:
    """The block cache and the write buffers that all stores of a process share: a worker with many partitions needs no
    more memory than one with few.

    `kept` is what a rebuild keeps until all is read; more goes to the disk and is read again from there.
    """

    def __init__(self, cache: int = _CACHE, buffers: int = _BUFFERS, kept: int = _KEPT) -> None:
        self.cache = Cache(cache)
        self.buffers = WriteBufferManager(buffers, allow_stall=False)
        self.kept = kept


class Database:
    """An ordered map of bytes in `folder`; its parent must exist.

    Writes go to RocksDB's log without an fsync: a killed process loses nothing, and a machine that loses power loses
    the last batches as wholes, positions included, so that they are read from the topic again.
    """

    def __init__(self, folder: Path, memory: StoreMemory) -> None:
        """Open it. Raises StoreDamagedError, after which the folder is gone, or StoreError."""
        self._folder = folder
        self.memory = memory
        self._logged = WriteOptions()
        self._logged.no_slowdown = True
        self._unlogged = WriteOptions()
        self._unlogged.no_slowdown = True
        self._unlogged.disable_wal = True  # type: ignore[method-assign, assignment]  # A property; the stub is wrong.
        self._db = self._open(_options(memory))

    def get(self, key: bytes) -> bytes | None:
        """The value, or None."""
        value = self._guarded(lambda: self._db.get(key))
        return bytes(value) if value is not None else None

    def scan(self, start: bytes, end: bytes) -> Iterator[tuple[bytes, bytes]]:
        """The pairs from `start` to just before `end`, by key.

        Read in pages: an iterator of RocksDB that somebody forgot would keep the folder locked after `close`.
        """
        size = _SMALLEST_PAGE
        while True:
            page, is_last = self._page(self._iterator(start, end), size)
            yield from page
            if is_last:
                return
            start = page[-1][0] + b"\x00"
            size = min(size * 4, _LARGEST_PAGE)

    def write(self, changes: Iterable[tuple[bytes, bytes | None]], *, logged: bool = True) -> None:
        """Put the values, delete where None: all of it or, after a crash at any moment, nothing.

        Raises StoreBusyError instead of blocking until the disk has caught up. What is not `logged` is on the disk
        after `flush` only.
        """
        batch = WriteBatch(raw_mode=True)
        put = batch.put
        for key, value in changes:
            if value is None:
                batch.delete(key)
            else:
                put(key, value)
        options = self._logged if logged else self._unlogged
        self._guarded(lambda: self._db.write(batch, options))

    def flush(self, *, wait: bool = True) -> None:
        """Bring to the disk what was not logged; or only begin with it."""
        self._guarded(lambda: self._db.flush(wait=wait))

    def begin_bulk(self) -> None:
        """Much is put in at once: write fewer, larger files, as merging small ones costs as much as writing them."""
        self._set_write_buffer(_BULK_WRITE_BUFFER)

    def end_bulk(self) -> None:
        """Write small files again, which take less memory."""
        self._set_write_buffer(_WRITE_BUFFER)

    def walk(self, start: bytes, end: bytes) -> Generator[list[tuple[bytes, bytes]], None, None]:
        """Pages of the pairs as they are now, faster than by `scan`. Close the iterator, or the folder stays locked."""
        iterator = self._iterator(start, end)
        is_last = False
        while not is_last:
            page, is_last = self._page(iterator, _LARGEST_PAGE)
            yield page

    def recreate(self) -> None:
        """Begin anew, empty."""
        self._remove()
        self._db = self._open(_options(self.memory))

    def close(self) -> None:
        """Give the files up. Closing again does nothing."""
        with suppress(DbClosedError):
            self._db.close()

    def _set_write_buffer(self, size: int) -> None:
        self._guarded(lambda: self._db.set_options({"write_buffer_size": str(size)}))

    def _iterator(self, start: bytes, end: bytes) -> RdictIter:
        # The bound also spares RocksDB the markers of deleted keys behind the end.
        bounds = ReadOptions()
        bounds.set_iterate_upper_bound(end)
        iterator = self._guarded(lambda: self._db.iter(bounds))
        self._guarded(lambda: iterator.seek(start))
        return iterator

    def _page(self, iterator: RdictIter, size: int) -> tuple[list[tuple[bytes, bytes]], bool]:
        """The next pairs, about so many bytes of them, and whether they are the last."""
        page: list[tuple[bytes, bytes]] = []
        read = 0
        key, value, advance, is_valid = iterator.key, iterator.value, iterator.next, iterator.valid
        while read < size and is_valid():
            page.append(pair := (key(), value()))
            read += len(pair[0]) + len(pair[1])
            advance()
        is_last = not is_valid()
        if is_last:
            # At a damaged block the iterator just ends; only its status tells (and `Rdict.items` has none).
            self._guarded(iterator.status)
        return page, is_last

    def _open(self, options: Options) -> Rdict:
        existed = self._folder.exists()
        try:
            # Without `column_families`, reopening ignores the options: no bloom filter, no cache (rocksdict 0.3.29).
            return Rdict(str(self._folder), options, column_families={"default": options})
        except Exception as error:
            if "/LOCK:" in str(error):
                raise _locked(self._folder) from error
            raise (self._damaged(error) if existed else self._unusable(error)) from error

    def _guarded(self, step: Callable[[], Answer]) -> Answer:
        try:
            return step()
        except DbClosedError as error:
            raise StoreError("ledger_store_closed", "The ledger's store is closed; the worker is stopping.") from error
        except Exception as error:
            raise self._translated(error) from error

    def _translated(self, error: Exception) -> StoreError:
        """RocksDB's binding raises bare Exceptions whose text begins with the kind of error (rocksdict 0.3.29)."""
        text = str(error)
        if text.startswith("Corruption"):
            return self._damaged(error)
        if text.startswith("Result incomplete"):
            return StoreBusyError(f"{self._folder}: the disk is behind.")
        return self._unusable(error)

    def _unusable(self, error: Exception) -> StoreError:
        return StoreError(
            "ledger_store_unusable", f"{self._folder} cannot be used: {error}. Check the disk's space and rights."
        )

    def _damaged(self, error: Exception) -> StoreError:
        """Remove what cannot be read: the topic has it all, and the next opening must not trust the rest of it."""
        _log.error("ledger_store_damaged", folder=str(self._folder), reason=str(error))
        self._remove()
        return StoreDamagedError(f"{self._folder} could not be read and was emptied: {error}")

    def _remove(self) -> None:
        if hasattr(self, "_db"):
            self.close()
        # Renamed first: a process that is killed while it deletes must not leave half a store under the old name.
        gone = self._folder.with_name(f"{self._folder.name}.gone")
        shutil.rmtree(gone, ignore_errors=True)
        try:
            self._folder.rename(gone)
        except FileNotFoundError:
            return
        except OSError as error:
            raise self._unusable(error) from error
        shutil.rmtree(gone, ignore_errors=True)


def _options(memory: StoreMemory) -> Options:
    options = Options(raw_mode=True)
    options.create_if_missing(True)
    options.set_write_buffer_size(_WRITE_BUFFER)
    options.set_max_write_buffer_number(_WRITE_BUFFERS)
    options.set_level_zero_slowdown_writes_trigger(_FILES_SLOWDOWN)
    options.set_level_zero_stop_writes_trigger(_FILES_STOP)
    # One thread writes at a time, and keys that follow one another are put in without a search then.
    options.set_allow_concurrent_memtable_write(False)
    options.set_write_buffer_manager(memory.buffers)
    options.set_block_based_table_factory(_table(memory))
    options.set_compression_type(DBCompressionType.lz4())
    options.set_bottommost_compression_type(DBCompressionType.zstd())
    options.set_max_background_jobs(_BACKGROUND_JOBS)
    options.set_max_open_files(_OPEN_FILES)
    options.set_max_log_file_size(_LOG_FILE)
    options.set_keep_log_file_num(2)
    return options


def _table(memory: StoreMemory) -> BlockBasedOptions:
    """Index and filters are partitioned and live in the cache: bounded memory, and a read needs one part of them."""
    table = BlockBasedOptions()
    table.set_block_cache(memory.cache)
    table.set_block_size(_BLOCK)
    table.set_bloom_filter(_BLOOM_BITS, block_based=False)
    table.set_index_type(BlockBasedIndexType.two_level_index_search())
    table.set_partition_filters(True)
    table.set_cache_index_and_filter_blocks(True)
    table.set_pin_top_level_index_and_filter(True)
    return table


def _locked(folder: Path) -> StoreError:
    return StoreError(
        "ledger_store_locked", f"{folder} belongs to another process; give each worker its own data folder."
    )
