"""A partition that puts the files of shipments on documents, all of it in memory."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from mappers.existing.attachments import not_found
from mappers.model import LARGEST_ATTACHMENT, WantedAttachment, sha256_of
from streams.dispatch.context import FilesContext, ReadFile, UnreadFileError
from streams.dispatch.ledger.files import AttachmentWork
from streams.dispatch.ledger.records import RowKey
from streams.dispatch.ownership.partition import Partition
from streams.dispatch.settings import DriftSettings, FilesSettings
from tests.builders import COMPANY_ID, ORGANISATION, make_company
from tests.fakes.document_files import FakeFiles
from tests.unit.streams.dispatch.harness import SETTINGS, Harness
from tests.unit.streams.dispatch.requests import numbered

PLACE = "https://docs.example/invoices/"
PDF = b"%PDF-1.7 one"
OTHER_PDF = b"%PDF-1.7 another"


class FakeReader:
    """The port FileReader: what lies at each reference, or why it cannot be read."""

    def __init__(self) -> None:
        self.lies: dict[str, bytes] = {}
        self.faults: list[Exception] = []
        self.read_count = 0
        self._held: asyncio.Event | None = None

    def hold(self) -> asyncio.Event:
        """Whatever is read from now on is there when the event is set."""
        self._held = asyncio.Event()
        return self._held

    async def read(self, wanted: WantedAttachment, sources: Sequence[str]) -> ReadFile:
        """As the port says."""
        del sources
        self.read_count += 1
        await asyncio.sleep(0)
        if self._held is not None:
            await self._held.wait()
        if self.faults:
            raise self.faults.pop(0)
        content = self.lies.get(wanted.reference)
        if content is None:
            raise UnreadFileError(not_found(wanted.name, wanted.reference), may_heal=True)
        assert len(content) <= LARGEST_ATTACHMENT
        return ReadFile(content, sha256_of(content))


class Filing(Harness):
    """Sleepers wake at once, to read the clock again: a test puts it forward."""

    def __init__(self, *, hold_seconds: float = 60.0, **fields: Any) -> None:
        files = FilesSettings(hold_seconds=hold_seconds)
        settings = replace(SETTINGS, start_guard=600, drift=DriftSettings(enabled=False), files=files)
        super().__init__(make_company(**{"attachments_from": (PLACE,), **fields}), settings=settings)
        self.longest_sleep = 0.002
        self.kept = FakeFiles(self.accounting.documents, self.clock.utc, self.clock.monotonic)
        self.reader = FakeReader()
        self.reader.lies[PLACE + "a.pdf"] = PDF
        self.files = FilesContext(self.kept, self.reader, asyncio.Semaphore(2))

    def ship(self, partition: Partition, index: int = 1, *names: str, revision: int = 1, **fields: Any) -> None:
        """A shipment with these files."""
        wanted = [{"name": name, "reference": PLACE + name} for name in names]
        given = {"attachments": wanted, **fields} if wanted else fields
        self.give(partition, [numbered(index, revision=revision, **given)])

    async def told(self, count: int = 1) -> list[list[tuple[str, str, str]]]:
        """So many events: of each file its name, how it stands, and the problem's code."""
        await self.until(lambda: len(self.topic.attachments) >= count)
        return [
            [(each.name, each.status.value, "" if each.problem is None else each.problem.code.value) for each in files]
            for files in (event.attachments for event in self.topic.attachments)
        ]

    def work(self, index: int = 1) -> AttachmentWork | None:
        """What is still to be done, as a new owner reads it."""
        return self.topic.read().rows.work(RowKey(ORGANISATION, COMPANY_ID, f"SHP-{index:05}"))

    async def asked(self, call: str, count: int) -> None:
        """Wait until something was asked of Xero so often."""
        await self.until(lambda: self.kept.calls.count(call) == count)

    async def read(self, count: int) -> None:
        """Wait until files were read so often."""
        await self.until(lambda: self.reader.read_count >= count)

    async def tried(self, count: int) -> None:
        """Wait until so many tries are counted, and the newest has come to something."""

        def is_so() -> bool:
            work = self.work()
            return work is not None and work.tries == count and work.files[0].report is not None

        await self.until(is_so)

    async def settled(self) -> None:
        """Long enough for what is due to be taken up."""
        for _ in range(10):
            await asyncio.sleep(0.003)

    async def idle(self) -> None:
        """Long enough for whatever is due to be taken up many times."""
        asked = self.kept.calls.copy()
        for _ in range(30):
            await asyncio.sleep(0.003)
        assert self.kept.calls == asked, "something was taken up"

    def later(self, seconds: float) -> None:
        """Time passes."""
        self.clock.ahead += timedelta(seconds=seconds)

    def xero_id(self, number: str = "INV-00001") -> str:
        """The document's."""
        return next(each.xero_id for each in self.accounting.documents(ORGANISATION) if each.number == number)
