"""The worker's identity: an id kept in its data folder, and the lock that makes it one process's own.

The id is the worker's `group.instance.id` (KIP-345, static membership): a killed worker that restarts on the folder has
its partitions back at once. Two processes with one id would fence each other for ever, so the folder is locked. The
lock is the kernel's (flock): it ends with the process, however it ends. A folder copied to another machine takes its id
along; delete `instance-id` in the copy.
"""

import fcntl
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import IO, Self

ID_FILE = "instance-id"
LOCK_FILE = "lock"
# What Kafka takes in a group.instance.id.
_VALID = re.compile(r"[A-Za-z0-9._-]{1,100}")


class DataDirError(Exception):
    """The data folder cannot be used; the message says what to do. `code` is stable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class DataDirLock:
    """A data folder that is this process's own: keep it, or use it as a context manager.

    `instance_id` is the same for every start on the folder.
    """

    def __init__(self, folder: Path, instance_id: str, lock: IO[str]) -> None:
        self.folder = folder
        self.instance_id = instance_id
        self._lock = lock

    @classmethod
    def acquire(cls, folder: Path, new_id: Callable[[], str]) -> Self:
        """Create the folder where it is missing, lock it, and read its id or write a new one.

        Raises:
            DataDirError: `data_dir_in_use` where another process has the lock, `data_dir_unusable` where the folder
                cannot be made, written or read.
        """
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = (folder / LOCK_FILE).open("a+", encoding="utf-8")
        except OSError as error:
            raise _unusable(folder, error) from error
        try:
            _lock(folder, lock)
            return cls(folder, _read_or_write_id(folder, new_id), lock)
        except OSError as error:
            lock.close()
            raise _unusable(folder, error) from error
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
    with partial.open("w", encoding="utf-8") as file:
        file.write(f"{text}\n")
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def _unusable(folder: Path, error: OSError) -> DataDirError:
    return DataDirError(
        "data_dir_unusable",
        f"{folder} cannot be used ({error.strerror or error}). "
        "Make it writable for the worker's user, or set SHIPLEDGER_DATA_DIR to a folder that is.",
    )
