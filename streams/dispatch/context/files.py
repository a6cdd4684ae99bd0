"""What puts the files of shipments on documents needs from outside."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from mappers.model import Problem, WantedAttachment
from xero_client.port import DocumentFiles


class UnreadFileError(Exception):
    """A file that a shipment refers to could not be read. `may_heal`: it may be another time."""

    def __init__(self, problem: Problem, *, may_heal: bool) -> None:
        super().__init__(problem.message)
        self.problem = problem
        self.may_heal = may_heal


class ReadFile(NamedTuple):
    """A file that was read, and the SHA-256 of its bytes."""

    content: bytes
    sha256: str


class FileReader(Protocol):
    """Reads the files that shipments refer to."""

    async def read(self, wanted: WantedAttachment, sources: Sequence[str]) -> ReadFile:
        """The file, where it lies in one of the places. Raises UnreadFileError; takes a bounded time and space."""
        ...


@dataclass(frozen=True, slots=True)
class FilesContext:
    """What puts files on documents. `places` bounds how many are in memory at once, of all organisations."""

    documents: DocumentFiles
    reader: FileReader
    places: asyncio.Semaphore
