"""Why a data folder cannot be used."""

import errno
from pathlib import Path


class DataDirError(Exception):
    """The data folder cannot be used; the message says what to do. `code` is stable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def unusable(folder: Path, error: OSError) -> DataDirError:
    """The folder cannot be made, written or read; or one of its files is a link, which the kernel did not follow."""
    if error.errno == errno.ELOOP:
        return linked(folder / str(error.filename))
    return DataDirError(
        "data_dir_unusable",
        f"{folder} cannot be used ({error.strerror or error}). "
        "Make it writable for the worker's user, or set SHIPLEDGER_DATA_DIR to a folder that is.",
    )


def linked(path: Path) -> DataDirError:
    """A link is where the folder, or something in it, ought to be."""
    return DataDirError(
        "data_dir_link",
        f"{path} is a link, and the worker follows none in its data folder. Put the folder itself there, or set "
        "SHIPLEDGER_DATA_DIR to where it really is.",
    )
