"""Closes the data folder to everybody but the worker's user.

In it lie snapshots of shipments: customers, goods, prices. What is merely too open is closed, and said: it is data, and
what was copied before cannot be taken back. A link is refused: whoever may put one there could have the worker write in
a place of his choice. Of the way to the folder only its last part must be no link; the parts before it are the
operator's (`/var` is one on some systems).
"""

import errno
import os
import stat
from collections.abc import Collection, Iterator
from pathlib import Path

import structlog

from streams.ops.data_dir.errors import DataDirError, linked

_log = structlog.get_logger(__name__)

FOLDER_MODE = 0o700
FILE_MODE = 0o600
OTHERS = 0o077
_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_FILE_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK


def opened_folder(folder: Path) -> int:
    """A descriptor of the folder, made where it is missing.

    Raises OSError, and DataDirError where it is a link, or somebody else's that everybody may write in.
    """
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    if folder.is_symlink():
        raise linked(folder)
    descriptor = os.open(folder, _FOLDER_FLAGS)
    found = os.fstat(descriptor)
    if found.st_uid == os.geteuid():
        os.fchmod(descriptor, FOLDER_MODE)
    elif found.st_mode & stat.S_IWOTH:
        os.close(descriptor)
        raise DataDirError(
            "data_dir_unsafe",
            f"{folder} is another user's, and everybody may write in it. Give it to the worker's user, or run "
            f"chmod o-w {folder} as its owner.",
        )
    elif found.st_mode & OTHERS:
        # As a volume of Kubernetes with `fsGroup`: the group is the worker's own, the folder is not ours to close.
        _log.info("data_dir_is_anothers", folder=str(folder), mode=oct(stat.S_IMODE(found.st_mode)))
    return descriptor


def close_to_others(folder: Path, leave: Collection[Path] = ()) -> None:
    """Take from group and others what they may do with anything in the folder; `leave` alone what judges itself.

    Raises DataDirError `data_dir_link` where there is a link in it.
    """
    closed = sum(_close(path) for path in _everything_in(folder, leave))
    if closed:
        _log.warning("data_dir_was_open", folder=str(folder), closed=closed)


def _everything_in(folder: Path, leave: Collection[Path]) -> Iterator[Path]:
    with os.scandir(folder) as entries:
        for entry in entries:
            path = Path(entry.path)
            if entry.is_symlink():
                raise linked(path)
            if path in leave:
                continue
            yield path
            if entry.is_dir(follow_symlinks=False) and os.access(path, os.R_OK | os.X_OK, effective_ids=True):
                # What we cannot list we do not use either, such as the `lost+found` of a disk's own folder.
                yield from _everything_in(path, leave)


def _close(path: Path) -> bool:
    """Whether there was something to close."""
    try:
        found = path.lstat()
        if not found.st_mode & OTHERS:
            return False
        _change(path, FOLDER_MODE if stat.S_ISDIR(found.st_mode) else FILE_MODE)
    except FileNotFoundError:
        return False
    except PermissionError:
        _log.warning("data_file_stays_open", file=str(path), hint="Operations: give it to the worker's user.")
        return False
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.ENXIO}:
            raise linked(path) from error
        raise
    return True


def _change(path: Path, mode: int) -> None:
    """Through a descriptor: a name could have become a link since it was looked at."""
    descriptor = os.open(path, _FILE_FLAGS)
    try:
        os.fchmod(descriptor, mode)
    finally:
        os.close(descriptor)
