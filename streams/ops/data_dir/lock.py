"""The worker's identity: an id kept in its data folder, and the lock that makes it one process's own.

The id is the worker's `group.instance.id` (KIP-345, static membership): a killed worker that restarts on the folder has
its partitions back at once. Two processes with one id would fence each other for ever, so the folder is locked. The
lock is the kernel's (flock): it ends with the process, however it ends. A folder copied to another machine takes its id
along; delete `instance-id` in the copy.
"""

import fcntl
import os
import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Self

from streams.ops.data_dir.errors import DataDirError, unusable
from streams.ops.data_dir.privacy import FILE_MODE, close_to_others, opened_folder

ID_FILE = "instance-id"
LOCK_FILE = "lock"
# What Kafka takes in a group.instance.id.
_VALID = re.compile(r"[A-Za-z0-9._-]{1,100}")


class DataDirLock:
    """A data folder that is this process's own: keep it, or use it as a context manager.

    `instance_id` is the same for every start on the folder.
    """

    def __init__(self, folder: Path, instance_id: str, lock: IO[str]) -> None:
        self.folder = folder
        self.instance_id = instance_id
        self._lock = lock

    @classmethod
    def acquire(cls, folder: Path, new_id: Callable[[], str], leave: Collection[Path] = ()) -> Self:
        """Create the folder where it is missing, lock it, close it to others, and read its id or write a new one.

        `leave` are the folders in it that hold secrets: the token store judges them itself, and does not close but
        refuse what was open.

        Raises:
            DataDirError: `data_dir_in_use` where another process has the lock, `data_dir_unusable` where the folder
                cannot be made, written or read, `data_dir_link` where it is a link or has one in it, `data_dir_unsafe`
                where everybody may write in it.
        """
        try:
            with _described(folder) as described:
                lock = _opened_lock(described)
        except OSError as error:
            raise unusable(folder, error) from error
        try:
            _lock(folder, lock)
            close_to_others(folder, leave)
            return cls(folder, _read_or_write_id(folder, new_id), lock)
        except OSError as error:
            lock.close()
            raise unusable(folder, error) from error
        except DataDirError:
            lock.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.release()

    def release(self) -> None:
        """Give the folder up. The end of the process does the same."""
        self._lock.close()


@contextmanager
def _described(folder: Path) -> Iterator[int]:
    descriptor = opened_folder(folder)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _opened_lock(folder: int) -> IO[str]:
    """The lock's file, made where it is missing; never what a link in its place points to."""
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    return os.fdopen(os.open(LOCK_FILE, flags, FILE_MODE, dir_fd=folder), "a+", encoding="utf-8")


def _lock(folder: Path, lock: IO[str]) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.seek(0)
        owner = lock.read().strip() or "unknown"
        raise DataDirError(
            "data_dir_in_use",
            f"{folder} belongs to a running worker (process {owner}). "
            "Stop that worker, or give this one its own folder: SHIPLEDGER_DATA_DIR.",
        ) from error
    lock.seek(0)
    lock.truncate()
    lock.write(f"{os.getpid()}\n")
    lock.flush()


def _read_or_write_id(folder: Path, new_id: Callable[[], str]) -> str:
    path = folder / ID_FILE
    if path.exists() and _VALID.fullmatch(kept := path.read_text(encoding="utf-8", errors="replace").strip()):
        return kept
    fresh = new_id()
    if not _VALID.fullmatch(fresh):
        raise DataDirError("instance_id_invalid", f"{fresh!r} is no instance id: letters, digits, '.', '_', '-' only.")
    _write_durably(path, fresh)
    return fresh


def _write_durably(path: Path, text: str) -> None:
    """Write all or nothing: a half-written id after a power cut would be a new member to Kafka."""
    partial = path.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, FILE_MODE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{text}\n")
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
