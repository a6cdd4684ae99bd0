"""A file of a folder, opened step by step from the folder down, so that no link leads out of it. Blocks."""

import errno
import os
import stat
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Final

PIECE: Final = 256 * 1024
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
# A pipe or a device of that name must not keep the thread.
_FILE: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_MISSING: Final = frozenset({errno.ENOENT, errno.ENOTDIR})
_LINK: Final = "a link is on the way, and none is followed"
_LINKS: Final = frozenset({errno.ELOOP, errno.EMLINK})


class MissingFileError(Exception):
    """There is none."""


class UnreadableFileError(Exception):
    """Why it cannot be read."""


class LongFileError(Exception):
    """It has more bytes than are taken."""


def read_below(folder: str, path: str, most: int) -> bytes:
    """The file's bytes; `path` is below `folder`. Raises the errors of this module."""
    *between, name = PurePosixPath(path).relative_to(folder).parts
    try:
        at = _inside(os.open(folder, _FOLDER), between)
        try:
            found = os.open(name, _FILE, dir_fd=at)
        finally:
            os.close(at)
        try:
            return _content(found, most)
        finally:
            os.close(found)
    except OSError as error:
        raise _named(error) from None


def _inside(at: int, between: Iterable[str]) -> int:
    """The folder at the end of the way. Whoever may write there could lay a link, so none is followed."""
    for part in between:
        try:
            # With both flags Linux says of a link that it is no folder.
            if stat.S_ISLNK(os.stat(part, dir_fd=at, follow_symlinks=False).st_mode):
                raise UnreadableFileError(_LINK)
            below = os.open(part, _FOLDER | os.O_NOFOLLOW, dir_fd=at)
        finally:
            os.close(at)
        at = below
    return at


def _content(found: int, most: int) -> bytes:
    if not stat.S_ISREG(os.fstat(found).st_mode):
        raise UnreadableFileError("it is not a file")
    pieces, left = list[bytes](), most
    while piece := os.read(found, PIECE):
        pieces.append(piece)
        left -= len(piece)
        if left < 0:
            raise LongFileError
    return b"".join(pieces)


def _named(error: OSError) -> Exception:
    if error.errno in _MISSING:
        return MissingFileError()
    if error.errno in _LINKS:
        return UnreadableFileError(_LINK)
    return UnreadableFileError(os.strerror(error.errno) if error.errno else type(error).__name__)
