"""Keeps an organisation's open requests planned, a few batches ahead. Missing codes are looked up in a second pass."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from itertools import islice
from typing import Any
from uuid import UUID

from mappers.model import Trigger
from streams.dispatch.batch import Backoff, ReadyQueue
from streams.dispatch.lane.candidates import Candidates
from streams.dispatch.lane.request_planner import RequestPlanner
from streams.dispatch.lane.second_looks import LookUpFaultError, SecondLook, Work, failed, next_looks
from streams.dispatch.ledger import BeginUpdate, Ledger, RowKey, State
from xero_client.errors import DisconnectedError, OutOfQuotaError, XeroError

# A batch is taken up at a time: what arrives meanwhile is seen soon, and what is under way or planned already, which
# stands in front, is not walked over for each few of them.
PLANNED_AT_ONCE = 50
RELEASED_AT_ONCE = 200
BYTES_AT_ONCE = 1_000_000
"""Of the rows that are taken up, or read to be released: as objects they take some six times that."""
MOST_SECOND_LOOKS = 200
"""Beyond, only people's requests are planned: a flood of codes that Xero does not know waits for their look-up."""


class PlanningLoop:
    """Fills the ready queue."""

    def __init__(
        self,
        candidates: Candidates,
        room: Callable[[], Awaitable[None]],
        ledger: Ledger,
        begin_update: BeginUpdate,
        ready_queue: ReadyQueue,
        request_planner: RequestPlanner,
        backoff: Backoff,
    ) -> None:
        """`room` is awaited before more is planned: what planning answers must be committed as well."""
        self._candidates = candidates
        self._organisation = candidates.organisation
        self._room = room
        self._ledger = ledger
        self._begin_update = begin_update
        self._ready_queue = ready_queue
        self._request_planner = request_planner
        self._backoff = backoff
        self._second_looks: dict[RowKey, SecondLook] = {}
        self._answers_at_fault = -1
        self._is_through = False
        self._has_open = asyncio.Event()
        self._has_second_looks = asyncio.Event()
        self._may_be_cured = asyncio.Event()

    def wake(self) -> None:
        """There may be something to plan, whatever it is."""
        self._candidates.walk()
        self._has_open.set()

    def has_room(self) -> None:
        """The ready queue has room; what may have to be planned is known."""
        self._has_open.set()

    def may_be_planned(self, keys: Iterable[RowKey], *, urgent: bool = False) -> None:
        """These rows have arrived, or have come back from a batch."""
        self._candidates.tell(keys, urgent=urgent)
        self._has_open.set()

    def master_data_changed(self) -> None:
        """What was rejected for a missing contact, item or currency may be cured."""
        self._may_be_cured.set()

    @property
    def all_planned(self) -> bool:
        """Whether everything open is planned: a partial batch is all there is."""
        return self._is_through and not self._has_open.is_set()

    async def plan_open(self) -> None:
        """Plan what is open with the cache as it is, until cancelled."""
        while True:
            await self._has_open.wait()
            self._has_open.clear()
            self._is_through = False
            while work := self._unplanned():
                if self._backoff.until is not None:
                    self._has_open.clear()
                    self._backoff.announce()
                    await self._backoff.wait_or(self._has_open)
                    continue
                await self._guarded(self._plan_first(work))
                await self._room()
            # Only now is it known that a partial batch is all there is.
            self._is_through = True
            self._ready_queue.changed.set()

    async def plan_second_looks(self) -> None:
        """Look missing codes up, then plan or reject their shipments, until cancelled."""
        while True:
            await self._has_second_looks.wait()
            self._has_second_looks.clear()
            while self._second_looks:
                await self._backoff.wait()
                await self._guarded(self._plan_again(self._next_second_looks()))
                await self._room()

    def _next_second_looks(self) -> dict[RowKey, SecondLook]:
        looks, most = next_looks(self._second_looks)
        return {key: looks[key] for key in some_of(((key, look.size) for key, look in looks.items()), most)}

    async def release_held(self) -> None:
        """Let what was held for a company that is not paused any more go on, in the order in which it was held."""
        held, looked_at = self._request_planner.held, iter(self._ledger.held_keys(self._organisation))
        # In slices: most of it may be held for another company that stays paused.
        while some := list(islice(looked_at, RELEASED_AT_ONCE)):
            held.let_go_on(key for key in some if not held.is_paused(key))
            await self._room()

    async def release_cured(self) -> None:
        """Request again what master data cured, until cancelled."""
        while True:
            await self._may_be_cured.wait()
            self._may_be_cured.clear()
            releasable = self._ledger.releasable_keys(self._organisation)
            sized = ((key, self._ledger.size(key)) for key in releasable)
            while keys := some_of(sized, RELEASED_AT_ONCE):
                await self._backoff.wait()
                await self._guarded(self._release(keys))
                await self._room()

    async def _plan_first(self, work: list[Work]) -> None:
        if second_looks := await self._request_planner.first_look(self._organisation, work):
            self._second_looks |= second_looks
            self._has_second_looks.set()
        self._backoff.planning_succeeded()
        self._ready_queue.changed.set()

    async def _plan_again(self, looks: dict[RowKey, SecondLook]) -> None:
        try:
            await self._request_planner.second_look(self._organisation, looks)
        except (OutOfQuotaError, DisconnectedError):
            raise
        except XeroError as error:
            # As long as Xero answers nobody it is not to be blamed on what was asked.
            if self._backoff.answers != self._answers_at_fault:
                self._answers_at_fault = self._backoff.answers
                await self._count_fault(looks, error)
            raise
        except LookUpFaultError:
            await self._count_fault(looks, None)
        else:
            self._end_looks(looks)

    async def _count_fault(self, looks: dict[RowKey, SecondLook], why: XeroError | None) -> None:
        counted, is_enough = failed(looks)
        if is_enough:
            for key, look in looks.items():
                await self._request_planner.give_up(self._organisation, key, look, why)
            self._end_looks(looks)
        else:
            current = [key for key, look in looks.items() if self._second_looks.get(key) is look]
            self._second_looks |= {key: counted[key] for key in current}

    def _end_looks(self, looks: dict[RowKey, SecondLook]) -> None:
        for key, look in looks.items():
            if self._second_looks.get(key) is look:
                del self._second_looks[key]
            self._candidates.tell([key], urgent=look.urgent)
        self._ready_queue.changed.set()
        self._has_open.set()

    async def _release(self, keys: Sequence[RowKey]) -> None:
        cured = await self._request_planner.cured(self._organisation, keys)
        update = self._begin_update()
        for key, request in cured:
            update.cured(key, request)
        if update.submit_if_any():
            self.may_be_planned(key for key, _ in cured)

    def _unplanned(self) -> list[Work]:
        work: list[Work] = []
        looks = len(self._second_looks)
        if self._ready_queue.is_full or looks >= 2 * MOST_SECOND_LOOKS:
            return work
        size = 0
        for key, found in self._candidates:
            if looks >= MOST_SECOND_LOOKS and not found.is_urgent:
                break  # People come first, also in a flood.
            # What is under way is not even read, nor one that waits for a code, unless a person may have asked again.
            waits = found.state == State.SENDING or (key in self._second_looks and not found.is_urgent)
            row = None if waits else self._ledger.rows.get(key)
            if row is None or row.request is None or self._is_planned(key, row.request.request_id):
                self._candidates.drop(key)
                continue
            work.append((key, row.request))
            size += found.size
            if len(work) == PLANNED_AT_ONCE or size >= BYTES_AT_ONCE:
                break
        for key, request in work:
            # Until it is planned: Xero may not answer for its master data now.
            self._candidates.tell([key], urgent=request.trigger is Trigger.SYNC_NOW)
        return work

    def _is_planned(self, key: RowKey, request_id: UUID) -> bool:
        second = self._second_looks.get(key)
        waits_for_code = second is not None and second.request_id == request_id
        return waits_for_code or self._ready_queue.has(key, request_id)

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except XeroError as error:
            self._backoff.planning_failed(error)


def some_of(sized: Iterable[tuple[RowKey, int]], most: int) -> list[RowKey]:
    """The first keys, up to `most` of them, and no more after `BYTES_AT_ONCE`; an iterator can be asked again."""
    keys: list[RowKey] = []
    size = 0
    for key, each in sized:
        keys.append(key)
        size += each
        if len(keys) == most or size >= BYTES_AT_ONCE:
            break
    return keys
