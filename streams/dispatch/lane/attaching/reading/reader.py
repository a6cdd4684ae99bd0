"""The port `FileReader`: what is allowed is read, in bounded time and space, and what goes wrong has a name."""

import asyncio
import ssl
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final

from mappers.existing.attachments import not_allowed, not_found, too_large, unreachable
from mappers.inbound.attachments import FilePlace, Reference, WebPlace, is_allowed, reference_in, source_in
from mappers.model import LARGEST_ATTACHMENT, WantedAttachment, sha256_of
from streams.dispatch.context import ReadFile, UnreadFileError
from streams.dispatch.lane.attaching.reading.folder import (
    LongFileError,
    MissingFileError,
    UnreadableFileError,
    read_below,
)
from streams.dispatch.lane.attaching.reading.web import StrayRedirectError, read_web
from streams.dispatch.settings import FilesSettings

THREADS: Final = 8
"""A folder that hangs may keep two of them."""


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """Bytes of a file, and seconds until all of it is there."""

    most_bytes: int = LARGEST_ATTACHMENT
    seconds: float = FilesSettings().read_seconds


class PlacesReader:
    """Reads from the web and from folders. Folders are read in threads of this object: `close` it at the end."""

    def __init__(self, limits: ReadingLimits, version: str, tls: ssl.SSLContext | None = None) -> None:
        self._limits = limits
        self._agent = f"shipledger/{version}"
        self._tls = tls
        # Its own: a folder of a server that hangs must not take the threads that others need.
        self._threads = ThreadPoolExecutor(THREADS, "attachments")
        self._silent: set[str] = set()
        """Folders that did not answer in time, and still have not."""

    def close(self) -> None:
        """Read nothing more."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def read(self, wanted: WantedAttachment, sources: Sequence[str]) -> ReadFile:
        """See the port."""
        place = reference_in(wanted.reference)
        if not is_allowed(place, sources):
            problem = not_allowed(wanted.name, place.shown, "is not among the places that the profile names")
            raise UnreadFileError(problem, may_heal=False)
        try:
            async with asyncio.timeout(self._limits.seconds):
                content = await self._content(place, sources)
                return ReadFile(content, await asyncio.to_thread(sha256_of, content))
        except MissingFileError:
            raise UnreadFileError(not_found(wanted.name, place.shown), may_heal=True) from None
        except LongFileError:
            raise UnreadFileError(too_large(wanted.name, self._limits.most_bytes), may_heal=False) from None
        except StrayRedirectError as error:
            problem = not_allowed(wanted.name, place.shown, f"leads to {error.place}, which is not allowed")
            raise UnreadFileError(problem, may_heal=False) from None
        except UnreadableFileError as error:
            raise UnreadFileError(unreachable(wanted.name, place.shown, str(error)), may_heal=True) from None
        except TimeoutError:
            why = f"it took more than {self._limits.seconds:g} seconds"
            raise UnreadFileError(unreachable(wanted.name, place.shown, why), may_heal=True) from None

    async def _content(self, place: Reference, sources: Sequence[str]) -> bytes:
        if isinstance(place, WebPlace):
            allowed = partial(is_allowed, sources=sources)
            return await read_web(place, allowed, self._limits.most_bytes, agent=self._agent, tls=self._tls)
        folder = next(each for each in map(source_in, sources) if _is_folder_of(each, place))
        return await self._of_folder(folder.path, partial(read_below, folder.path, place.path, self._limits.most_bytes))

    async def _of_folder(self, folder: str, read: Callable[[], bytes]) -> bytes:
        """What is read, in a thread, which nothing can end where the folder's server hangs: no other company's folder
        is to wait for that.
        """
        if folder in self._silent:
            raise UnreadableFileError("its folder has not answered since another file was asked for")
        reading = self._threads.submit(read)
        try:
            return await asyncio.wrap_future(reading)
        except asyncio.CancelledError:
            if not reading.cancel():
                self._silent.add(folder)
                reading.add_done_callback(lambda _: self._silent.discard(folder))
            raise


def _is_folder_of(source: Reference, place: FilePlace) -> bool:
    return isinstance(source, FilePlace) and place.path.startswith(source.path.rstrip("/") + "/")
