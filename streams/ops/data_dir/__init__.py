"""The worker's data folder: one process's own, closed to everybody else, with an id that outlives the process."""

from streams.ops.data_dir.errors import DataDirError
from streams.ops.data_dir.lock import DataDirLock

__all__ = [
    "DataDirError",
    "DataDirLock",
]
