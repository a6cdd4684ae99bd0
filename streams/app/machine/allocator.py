"""How the C library's allocator gives memory back: what is large at once, so that it does not stay in pieces.

glibc keeps freed memory for the next one who asks. Of events, fetches and RocksDB's blocks, which are between some
kilobytes and a megabyte, that leaves a heap half full of holes: a third of a worker's growth under large events.
"""

import ctypes

import structlog

log = structlog.get_logger(__name__)

# mallopt(3); the numbers are those of glibc's malloc.h.
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _MMAP_MAX = -1, -3, -4
LARGE = 32 * 1024
"""Bytes from which a block is the system's own, and goes back to it when it is freed."""
MOST_LARGE = 16_384
"""So many at a time: the system has 65,530 for each process (`vm.max_map_count`), also for files and threads."""
KEPT_FREE = 1024 * 1024
"""Free bytes at the end of the heap beyond which they are given back."""


def give_memory_back() -> None:
    """Set it for this process; other C libraries than glibc have no `mallopt`, and no such heap."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return
    wanted = {_MMAP_THRESHOLD: LARGE, _MMAP_MAX: MOST_LARGE, _TRIM_THRESHOLD: KEPT_FREE}
    if not all(mallopt(parameter, value) for parameter, value in wanted.items()):
        log.warning("allocator_not_set")
