"""What a lane waits for on purpose: Xero's answers, its turn at Xero, and the pauses that are kept for Xero's sake."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import replace

from mappers.model import DocumentType, ExistingDocument, Needs, ReferenceData
from streams.dispatch.context import LaneContext
from xero_client.port import Accounting, ElementReply, Grant, Operation, Priority, References


class XeroWaits:
    """Counts the waits of a lane that are under way at its ports; each of them is bounded behind its port."""

    def __init__(self) -> None:
        self._under_way = 0

    @property
    def any(self) -> bool:
        """Whether the lane waits on purpose at present."""
        return self._under_way > 0

    def watch(self, context: LaneContext) -> LaneContext:
        """The context for one lane, whose waits are counted."""
        return replace(
            context,
            accounting=_WatchedAccounting(context.accounting, self),
            references=_WatchedReferences(context.references, self),
            sleep=self._watched_sleep(context.sleep),
        )

    @contextmanager
    def one(self) -> Iterator[None]:
        """A wait."""
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1

    def _watched_sleep(self, sleep: Callable[[float], Awaitable[None]]) -> Callable[[float], Awaitable[None]]:
        async def watched(seconds: float) -> None:
            with self.one():
                await sleep(seconds)

        return watched


class _WatchedAccounting:
    """The port Accounting."""

    def __init__(self, accounting: Accounting, waits: XeroWaits) -> None:
        self.encode = accounting.encode
        self.joined = accounting.joined
        self._accounting = accounting
        self._waits = waits

    def slot(self, organisation: str, priority: Priority) -> AbstractAsyncContextManager[Grant]:
        return self._watched_slot(self._accounting.slot(organisation, priority))

    @asynccontextmanager
    async def _watched_slot(self, slot: AbstractAsyncContextManager[Grant]) -> AsyncIterator[Grant]:
        with self._waits.one():
            async with slot as grant:
                yield grant

    async def write(
        self,
        grant: Grant,
        kind: DocumentType,
        operation: Operation,
        body: bytes,
        *,
        idempotency_key: str,
        start_before: float,
    ) -> tuple[ElementReply, ...]:
        with self._waits.one():
            return await self._accounting.write(
                grant, kind, operation, body, idempotency_key=idempotency_key, start_before=start_before
            )

    async def find(
        self,
        organisation: str,
        kind: DocumentType,
        numbers: Sequence[str],
        priority: Priority,
        *,
        thorough: bool = False,
    ) -> tuple[ExistingDocument, ...]:
        with self._waits.one():
            return await self._accounting.find(organisation, kind, numbers, priority, thorough=thorough)

    async def read(
        self, organisation: str, kind: DocumentType, xero_ids: Sequence[str], priority: Priority
    ) -> tuple[ExistingDocument, ...]:
        with self._waits.one():
            return await self._accounting.read(organisation, kind, xero_ids, priority)

    async def note(self, organisation: str, kind: DocumentType, xero_id: str, text: str) -> None:
        with self._waits.one():
            await self._accounting.note(organisation, kind, xero_id, text)


class _WatchedReferences:
    """The port References."""

    def __init__(self, references: References, waits: XeroWaits) -> None:
        self.doubt, self.watch = references.doubt, references.watch
        self._references = references
        self._waits = waits

    async def resolve(
        self, organisation: str, needs: Needs, *, asked_at: float | None = None, for_people: bool = False
    ) -> ReferenceData:
        with self._waits.one():
            return await self._references.resolve(organisation, needs, asked_at=asked_at, for_people=for_people)
