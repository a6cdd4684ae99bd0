"""One try to put a shipment's files on its document: looked at first, so that nothing is put there twice."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta

from mappers.existing.attachments import (
    Decision,
    Putting,
    content_problem,
    decide,
    document_gone,
    document_unseen,
    is_in_question,
    name_taken,
    no_room,
    not_allowed,
    not_consented,
    refused,
    unconfirmed,
)
from mappers.inbound.attachments import is_allowed, reference_in
from mappers.model import (
    AttachmentStatus,
    DocumentType,
    ListedFile,
    Problem,
    PutFile,
    ReportedAttachment,
    WantedAttachment,
    sha256_of,
)
from streams.dispatch.context import Clearance, FilesContext, LaneContext, ReadFile, UnreadFileError
from streams.dispatch.lane.attaching.putting_off import PutOffError, soon
from streams.dispatch.lane.attaching.tries import is_beyond, is_last, is_only_look, pause_after
from streams.dispatch.lane.watching import Spending
from streams.dispatch.ledger import AttachmentWork, Ledger, RowKey, State, WantedFile
from xero_client.errors import (
    DisconnectedError,
    EffectUnknownError,
    IdempotencyMismatchError,
    NotFoundError,
    RefusedError,
    UnavailableError,
)
from xero_client.port import Grant, NewFile, Priority

GONE = {"VOIDED": "is voided in Xero", "DELETED": "is deleted in Xero"}
UNKNOWN_TO_XERO = "is not known to Xero any more"
NOT_NAMED = "is not among the places that attachments_from of the company names"
NOT_OURS = "is not the shipment's document any more"


class OneTry:
    """`work` is how the files stand, during the try and after it, however it ends."""

    def __init__(
        self,
        key: RowKey,
        work: AttachmentWork,
        context: LaneContext,
        files: FilesContext,
        ledger: Ledger,
        spending: Spending,
    ) -> None:
        self.work = work
        self._key = key
        self._context = context
        self._documents = files.documents
        self._reader = files.reader
        self._places = files.places
        self._ledger = ledger
        self._spending = spending
        self._kind = DocumentType(work.document.type)
        self._clearance = Clearance(key.organisation, context.companies, context.pauses)

    async def run(self) -> None:
        """Raises PutOffError, and of XeroError what says nothing about the file.

        UnavailableError too, when the try is counted: it may be of this document alone, for ever.
        """
        try:
            await self._run()
        except UnavailableError as error:
            words = error.message
            self._fail_all(lambda name: refused(name, words))
            raise

    async def _run(self) -> None:
        if is_beyond(self.work.tries):
            # Some try after another ended with the process, also one that only looked.
            self._fail_all(unconfirmed, may_heal=False)
        self._leave_unallowed()
        if self.work.is_over or not self._is_ours():
            return
        try:
            state = GONE.get(await self._status())
            if state is None:
                await self._put_all()
            else:
                self._leave_all(state)
        except NotFoundError:
            self._not_seen()
        except RefusedError as error:
            words = error.message
            self._fail_all(lambda name: refused(name, words))

    def _leave_unallowed(self) -> None:
        """Before anything is asked: where the profile names no place, nothing costs a call."""
        for wanted in self._open():
            place = reference_in(wanted.reference)
            if not is_allowed(place, self._sources()):
                self._fail(wanted, not_allowed(wanted.name, place.shown, NOT_NAMED), may_heal=False)

    async def _put_all(self) -> None:
        known: tuple[ListedFile, ...] | None = None
        try:
            for wanted in self._open():
                known = await self._put(wanted, await self._listed() if known is None else known)
        except DisconnectedError:
            # The document could be read a moment ago, so it is this that the consent does not cover.
            self._fail_all(not_consented)

    def _open(self) -> list[WantedAttachment]:
        return [each.wanted for each in self.work.files if each.is_open and each.wanted is not None]

    def _is_ours(self) -> bool:
        """Whether the shipment still has the document.

        Raises PutOffError while it is being written to, where somebody holds the company, and where a newer request was
        answered, which says itself what it wants.
        """
        row, present = self._ledger.rows.get(self._key), self._ledger.rows.work(self._key)
        if present is None or present.request_id != self.work.request_id:
            raise PutOffError
        if row is not None and (row.state is State.SENDING or not self._clearance.may_plan(self._key.company_id)):
            raise PutOffError
        if row is None or row.synced is None or row.synced.ref.xero_id != self.work.document.xero_id:
            self._leave_all(NOT_OURS)
            return False
        return True

    async def _status(self) -> str:
        self._spending.spend()
        shown = await self._documents.document(self._key.organisation, self._kind, self.work.document.xero_id)
        return shown.status

    async def _listed(self) -> tuple[ListedFile, ...]:
        self._spending.spend()
        return await self._documents.files(self._key.organisation, self._kind, self.work.document.xero_id)

    async def _put(self, wanted: WantedAttachment, listed: tuple[ListedFile, ...]) -> tuple[ListedFile, ...] | None:
        """Put one file there where it is not; returns what is there then, None where that is not clear."""
        async with self._places:
            try:
                found = await self._reader.read(wanted, self._sources())
            except UnreadFileError as error:
                self._fail(wanted, error.problem, may_heal=error.may_heal)
                return listed
            problem = content_problem(wanted.name, found.content, found.sha256, wanted.sha256)
            if problem is not None:
                self._fail(wanted, problem, may_heal=False)
                return listed
            try:
                decision = await self._decided(wanted, found, listed)
            except RefusedError as error:
                words = f"a file that it lists cannot be read ({error.message})"
                self._fail(wanted, refused(wanted.name, words), may_heal=True)
                return None
            file = NewFile(decision.file_name, found.content, found.sha256, decision.putting is Putting.REPLACE)
            if decision.putting not in {Putting.CREATE, Putting.REPLACE}:
                self._answer(decision.putting, wanted, file)
                return listed
            is_clear = await self._send(wanted, file)
        if not is_clear:
            return None
        return listed if file.replaces else (*listed, ListedFile("", file.file_name, len(file.content)))

    async def _decided(self, wanted: WantedAttachment, found: ReadFile, listed: Sequence[ListedFile]) -> Decision:
        row = self._ledger.rows.get(self._key)
        ours = () if row is None else [each for each in row.files if each.xero_id == self.work.document.xero_id]
        hashes: dict[str, str] = {}
        for each in listed:
            if is_in_question(each, wanted.file_name, found.sha256, len(found.content), ours):
                hashes[each.attachment_id] = await self._hash_of(each)
        return decide(wanted.file_name, found.sha256, listed, hashes, ours)

    async def _hash_of(self, listed: ListedFile) -> str:
        self._spending.spend()
        async with soon(self._context.settings.files.hold_seconds):
            content = await self._documents.file_content(
                self._key.organisation, self._kind, self.work.document.xero_id, listed.attachment_id
            )
        # In a thread: ten megabytes take longer than a turn of the event loop may.
        return await asyncio.to_thread(sha256_of, content)

    def _answer(self, putting: Putting, wanted: WantedAttachment, file: NewFile) -> None:
        """Where nothing is put."""
        if putting is Putting.PRESENT:
            self._attached(wanted, file)
        elif putting is Putting.NAME_TAKEN:
            self._fail(wanted, name_taken(wanted.name, wanted.file_name), may_heal=False)
        else:
            self._fail(wanted, no_room(wanted.name), may_heal=False)

    async def _send(self, wanted: WantedAttachment, file: NewFile) -> bool:
        """Put it there, once it is written down that what lies there so is ours: who lost the partition cannot.

        Returns whether it is clear what is there now.
        """
        if is_only_look(self.work.tries):
            self._fail(wanted, unconfirmed(wanted.name), may_heal=False)
            return True
        slot = self._context.accounting.slot(self._key.organisation, Priority.SPARE)
        async with AsyncExitStack() as holding:
            async with soon(self._context.settings.files.hold_seconds):
                grant = await holding.enter_async_context(slot)
            return await self._send_under(grant, wanted, file)

    async def _send_under(self, grant: Grant, wanted: WantedAttachment, file: NewFile) -> bool:
        start_before = self._context.monotonic() + self._context.settings.start_guard
        if not self._is_ours():
            return True
        self._spending.spend()
        xero_id = self.work.document.xero_id
        update = self._spending.begin_update()
        update.puts_file(
            self._key, PutFile(xero_id=xero_id, file_name=file.file_name, sha256=file.sha256, size=len(file.content))
        )
        await update.submit()
        try:
            await self._documents.put_file(grant, self._kind, xero_id, file, start_before=start_before)
        except (EffectUnknownError, IdempotencyMismatchError):
            self._unclear(wanted)
            return False
        except RefusedError as error:
            # Not even 404 ends it, with which Xero may also mean the document.
            is_unknown = isinstance(error, NotFoundError)
            self._fail(wanted, refused(wanted.name, error.message), may_heal=is_unknown)
            if is_unknown:
                self._outlast_key()
            return False
        self._attached(wanted, file)
        return True

    def _sources(self) -> Sequence[str]:
        company = self._context.companies.get(self._key.company_id)
        return () if company is None else company.attachments_from

    def _attached(self, wanted: WantedAttachment, file: NewFile) -> None:
        self._report(
            wanted,
            ReportedAttachment(
                name=wanted.name,
                status=AttachmentStatus.ATTACHED,
                file_name=file.file_name,
                sha256=file.sha256,
                size=len(file.content),
            ),
        )

    def _fail(self, wanted: WantedAttachment, problem: Problem, *, may_heal: bool) -> None:
        status = AttachmentStatus.WAITING if may_heal and not is_last(self.work.tries) else AttachmentStatus.LEFT
        self._report(wanted, ReportedAttachment(name=wanted.name, status=status, problem=problem))

    def _unclear(self, wanted: WantedAttachment) -> None:
        """Never the end of it: the next try looks at least."""
        problem = unconfirmed(wanted.name)
        self._report(wanted, ReportedAttachment(name=wanted.name, status=AttachmentStatus.WAITING, problem=problem))
        self._outlast_key()

    def _outlast_key(self) -> None:
        """The next try comes when Xero does not repeat this answer any more."""
        pause = timedelta(seconds=pause_after(self.work.tries, is_unclear=True))
        self.work = self.work.model_copy(update={"due_at": max(self.work.due_at, self._context.clock() + pause)})

    def _fail_all(self, problem: Callable[[str], Problem], *, may_heal: bool = True) -> None:
        """Those that are not there."""
        for wanted in self._open():
            self._fail(wanted, problem(wanted.name), may_heal=may_heal)

    def _not_seen(self) -> None:
        """Xero may show what was just made only after a while; what it does not show to the last is gone."""
        if is_last(self.work.tries):
            self._leave_all(UNKNOWN_TO_XERO)
            return
        number = self.work.document.number
        self._fail_all(lambda name: document_unseen(name, number))

    def _leave_all(self, state: str) -> None:
        number = self.work.document.number
        self._fail_all(lambda name: document_gone(name, number, state), may_heal=False)

    def _report(self, wanted: WantedAttachment, report: ReportedAttachment) -> None:
        files = tuple(
            WantedFile(wanted=wanted, report=report) if each.wanted == wanted else each for each in self.work.files
        )
        self.work = self.work.model_copy(update={"files": files})
