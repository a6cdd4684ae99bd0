"""Files that hold secrets: made for their owner alone, replaced as a whole, read only where nobody else could.

A file that others may read or write is refused, not closed: what was copied from it cannot be taken back, and what was
put into it is not ours.
"""

import errno
import os
import stat
from pathlib import Path

FILE_MODE = 0o600
FOLDER_MODE = 0o700
OTHERS = 0o077
LARGEST_FILE = 1024 * 1024
_OPENED = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK


class ExposedFileError(Exception):
    """Somebody else can read or replace the file, or could have; the message says what to do."""


def read_private(path: Path) -> bytes:
    """The content. Raises ExposedFileError, and OSError such as FileNotFoundError."""
    try:
        descriptor = os.open(path, _OPENED)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise _linked(path) from error
        raise
    with os.fdopen(descriptor, "rb") as file:
        _refuse_exposed(path, os.fstat(descriptor))
        return file.read(LARGEST_FILE)


def write_private(path: Path, content: bytes) -> None:
    """Replace the file: after a crash it is the old one or the new one, whole. Raises ExposedFileError and OSError."""
    make_folder(path.parent)
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    draft.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    with os.fdopen(os.open(draft, flags, FILE_MODE), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    # This replaces a link that was put there, and not what it points to.
    draft.replace(path)
    _sync_folder(path.parent)


def open_lock(path: Path) -> int:
    """A descriptor of the file, made where it is missing. Raises ExposedFileError and OSError."""
    make_folder(path.parent)
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, FILE_MODE)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise _linked(path) from error
        raise


def make_folder(folder: Path) -> None:
    """Make it where it is missing. Raises ExposedFileError where it is a link, or everybody may write in it."""
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    found = folder.lstat()
    if stat.S_ISLNK(found.st_mode):
        raise _linked(folder)
    if found.st_mode & stat.S_IWOTH:
        raise ExposedFileError(f"everybody may write in {folder}; run: chmod o-w {folder}")


def _refuse_exposed(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise ExposedFileError(f"{path} is not a file")
    if found.st_uid not in {os.geteuid(), 0}:
        raise ExposedFileError(f"{path} belongs to another user; give it to the one that the worker runs as")
    if found.st_mode & OTHERS:
        mode = f"{stat.S_IMODE(found.st_mode):o}"
        raise ExposedFileError(f"others than its owner may use {path} (mode {mode}); run: chmod 600 {path}")


def _linked(path: Path) -> ExposedFileError:
    return ExposedFileError(f"{path} is a link, and none is followed to a secret; put the file or folder itself there")


def _sync_folder(folder: Path) -> None:
    """Without this the new name may be lost in a power cut, though the file is on disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
