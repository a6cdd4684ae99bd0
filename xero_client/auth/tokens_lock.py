"""A lock between processes of one machine."""

import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from xero_client.collaborators import Monotonic, Sleep
from xero_client.errors import UnavailableError

RETRY_SECONDS = 0.05
PATIENCE_SECONDS = 60.0
"""Longer than a holder's slowest refresh with all its tries."""


class FileLock:
    """Held by one task of one process; the kernel lets go of it when the process ends, however it ends."""

    def __init__(self, path: Path, *, monotonic: Monotonic, sleep: Sleep) -> None:
        self._path = path
        self._monotonic = monotonic
        self._sleep = sleep

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Hold the lock for the block.

        Raises UnavailableError where nobody lets go of it for a minute, or its folder is not ours to write in.
        """
        descriptor = self._opened()
        try:
            await self._acquire(descriptor)
            yield
        finally:
            os.close(descriptor)

    def _opened(self) -> int:
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            return os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise UnavailableError(f"the lock {self._path} cannot be opened ({error.strerror})") from error

    async def _acquire(self, descriptor: int) -> None:
        give_up_at = self._monotonic() + PATIENCE_SECONDS
        while not _taken(descriptor):
            if self._monotonic() >= give_up_at:
                raise UnavailableError(f"another process has held {self._path} for {PATIENCE_SECONDS:.0f} s")
            await self._sleep(RETRY_SECONDS)


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
