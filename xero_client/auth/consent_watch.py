"""The news that somebody consented anew, as the files of the consents show it."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

from xero_client.collaborators import Sleep

LOOK_EVERY = 1.0

FileIdentity = tuple[int, int] | None


class ConsentWatch:
    """Looks whether a consent's file was replaced: by `shipledger connect`, or by a worker that renewed its token."""

    def __init__(
        self,
        files: Mapping[str, Path],
        on_change: Callable[[str], None],
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """`on_change` is told the connection's name."""
        self._files = files
        self._on_change = on_change
        self._sleep = sleep

    async def run(self) -> None:
        """Look every second until cancelled."""
        # In a thread: the folder may be on a network disk that hangs.
        seen = await asyncio.to_thread(self._look)
        while True:
            await self._sleep(LOOK_EVERY)
            now = await asyncio.to_thread(self._look)
            for name in [name for name, identity in now.items() if identity is not None and identity != seen[name]]:
                self._on_change(name)
            seen = now

    def _look(self) -> dict[str, FileIdentity]:
        return {name: _identity(file) for name, file in self._files.items()}


def _identity(file: Path) -> FileIdentity:
    """What differs between a file and the one that replaces it; None where there is none, or it cannot be seen."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns
