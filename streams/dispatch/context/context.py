"""What a lane has of the worker around it: ports, clocks, the profile, and who may be written for."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar

from mappers.inbound import PoisonReason
from mappers.model import (
    AttachmentStatus,
    ChangeKind,
    Company,
    CompanyPause,
    DriftKind,
    Outcome,
    Trigger,
)
from mappers.planning import Steps
from streams.dispatch.context.files import FilesContext
from streams.dispatch.settings import DispatchSettings
from streams.ops import (
    BackgroundTask,
    Invariant,
    LaneState,
    LedgerFailure,
    LedgerStep,
    Part,
    PreventedBy,
    RequestResult,
    Resolution,
    StoreMemoryUse,
    WaitedFor,
)
from streams.tracing import PASS_ON, Tracing
from xero_client.port import Accounting, Budget, DocumentChanges, References

Result = TypeVar("Result")


class DispatchMetrics(Protocol):
    """What the dispatcher counts."""

    def request(self, result: RequestResult) -> None:
        """A request at intake."""
        ...

    def outcome(self, outcome: Outcome) -> None:
        """A published outcome."""
        ...

    def end_to_end(self, seconds: float, trigger: Trigger, waited_for: WaitedFor) -> None:
        """From when a request was asked for to its terminal outcome, and what it waited for."""
        ...

    def batch(self, size: int) -> None:
        """Documents in one write."""
        ...

    def lane(self, organisation: str, state: LaneState, depth: int) -> None:
        """Requests of an organisation by state."""
        ...

    def oldest_waiting(self, seconds: float) -> None:
        """Age of the oldest request without a terminal outcome."""
        ...

    def oldest_unanswered(self, organisation: str, ages: Mapping[WaitedFor, float]) -> None:
        """The same of one organisation, by what it waits for."""
        ...

    def unknown_effect(self, resolution: Resolution) -> None:
        """A write of unknown effect was resolved."""
        ...

    def unknown_effect_open(self, change: int) -> None:
        """One more batch of unknown effect is being resolved, or one less."""
        ...

    def duplicate_prevented(self, how: PreventedBy) -> None:
        """A second document that was not made."""
        ...

    def ledger_transaction(self, step: LedgerStep, seconds: float) -> None:
        """A committed transaction."""
        ...

    def ledger_failure(self, reason: LedgerFailure) -> None:
        """A failed one."""
        ...

    def restored(self, part: Part, seconds: float) -> None:
        """A partition was read back."""
        ...

    def store_memory(self, use: StoreMemoryUse, size: int) -> None:
        """Bytes that the stores use."""
        ...

    def partitions_owned(self, part: Part, count: int) -> None:
        """Partitions at present."""
        ...

    def dead_letter(self, reason: PoisonReason) -> None:
        """A request that cannot be read."""
        ...

    def restarted(self, task: BackgroundTask) -> None:
        """A partition that begins anew."""
        ...

    def document_change(self, change: ChangeKind) -> None:
        """Somebody changed a document of ours in Xero."""
        ...

    def watched_until(self, organisation: str, timestamp: float) -> None:
        """Everything that was changed before is told, Unix time; 0: the organisation is not watched here."""
        ...

    def document_drift(self, kinds: Iterable[DriftKind]) -> None:
        """A document differs in Xero from what the ledger knows, or no longer does."""
        ...

    def compared_until(self, organisation: str, timestamp: float) -> None:
        """When the newest nightly comparison ended, Unix time; 0: the organisation is not compared here."""
        ...

    def attachment(self, status: AttachmentStatus) -> None:
        """How a file of a shipment stands now, where that is news."""
        ...

    def invariant_violated(self, invariant: Invariant) -> None:
        """A broken invariant."""
        ...


class CompanyPauses(Protocol):
    """Which companies are paused, as far as this worker has heard."""

    @property
    def is_known(self) -> bool:
        """Whether it has heard all that was said some seconds ago. Else nothing may be written for anybody."""
        ...

    def pause_of(self, company_id: str) -> CompanyPause | None:
        """The company's pause; None where it is not paused."""
        ...

    async def caught_up(self) -> None:
        """Return when all that was said up to now is heard."""
        ...


class Clearance:
    """For whom one organisation's lane may write now: by the profile, and by what people have paused.

    Both change while calls are under way, so it is asked anew wherever something is decided.
    """

    def __init__(self, organisation: str, companies: Mapping[str, Company], pauses: CompanyPauses) -> None:
        self.companies = companies
        self._organisation = organisation
        self._pauses = pauses

    @property
    def is_known(self) -> bool:
        """Whether it is known who is paused."""
        return self._pauses.is_known

    def belongs(self, company_id: str) -> bool:
        """Whether the profile has the company in this organisation."""
        company = self.companies.get(company_id)
        return company is not None and company.organisation == self._organisation

    def pause_of(self, company_id: str) -> CompanyPause | None:
        """Why the company's requests are held; None where they are not, or are no longer ours to hold."""
        return self._pauses.pause_of(company_id) if company_id in self.companies else None

    def may_plan(self, company_id: str) -> bool:
        """Whether the company's requests may be planned, and answered."""
        return self.belongs(company_id) and self.pause_of(company_id) is None

    def stands(self, company: Company) -> bool:
        """Whether what was planned by this version of the company still stands."""
        return self.companies.get(company.id) is company and self._pauses.pause_of(company.id) is None


TURN_SECONDS = 0.01
"""So long organisations may work before others have the event loop: a document of 80 lines takes milliseconds."""


LEAST_SECONDS = 0.001
"""Of a turn that many share: less would be spent on changing over."""


class Turns:
    """Shares out each turn of the event loop: twenty organisations at work must not keep it for twenty times as long.

    Each has an equal part of `TURN_SECONDS`, by how many began in the turn before, or have begun in this one.
    """

    def __init__(self) -> None:
        self._before = 1
        self._now = 0

    def share(self) -> float:
        """The seconds for somebody who begins in this turn."""
        if not self._now:
            # Called back at the beginning of the next one, ahead of all who let others have this one.
            asyncio.get_running_loop().call_soon(self._end)
        self._now += 1
        return max(LEAST_SECONDS, TURN_SECONDS / max(self._before, self._now))

    def _end(self) -> None:
        self._before, self._now = self._now, 0


@dataclass(frozen=True, slots=True)
class LaneTime:
    """`utc` is the time of day, `monotonic` and `cpu` are seconds; `cpu` tells how long a piece of work takes."""

    utc: Callable[[], datetime]
    monotonic: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]
    cpu: Callable[[], float] = time.perf_counter
    turns: Turns = field(default_factory=Turns)

    def begin_turn(self) -> float:
        """The `cpu` time up to which the caller may keep the event loop."""
        return self.cpu() + self.turns.share()

    def is_over(self, turn: float) -> bool:
        """Whether others should have the event loop now."""
        return self.cpu() >= turn

    async def next_turn(self, turn: float) -> float:
        """Let others have the event loop where this turn is over."""
        if not self.is_over(turn):
            return turn
        await self.sleep(0)
        return self.begin_turn()

    async def sleep_or(self, seconds: float, *alarms: asyncio.Event) -> None:
        """Sleep so long, or until one of the alarms is set."""
        waits: list[asyncio.Future[Any]] = [asyncio.ensure_future(self.sleep(seconds))]
        waits += [asyncio.ensure_future(each.wait()) for each in alarms]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waits:
                each.cancel()

    async def finish(self, steps: Steps[Result], turn: float) -> tuple[Result, float]:
        """The result of the steps, and the turn that is left; others have the event loop where one is over between."""
        while True:
            try:
                next(steps)
            except StopIteration as done:
                return done.value, turn
            turn = await self.next_turn(turn)


@dataclass(frozen=True, slots=True)
class LaneContext:
    """What all lanes share; each part of a lane is given what it needs. `clock` gives UTC, `monotonic` seconds."""

    accounting: Accounting
    references: References
    budget: Budget
    companies: Mapping[str, Company]
    pauses: CompanyPauses
    metrics: DispatchMetrics
    settings: DispatchSettings
    clock: Callable[[], datetime]
    monotonic: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]
    cpu: Callable[[], float] = time.perf_counter
    turns: Turns = field(default_factory=Turns)
    tracing: Tracing = PASS_ON
    changes: DocumentChanges | None = None
    """None: what people do to documents in Xero is not followed."""
    files: FilesContext | None = None
    """None: no files are put on documents here."""

    @property
    def time(self) -> LaneTime:
        """The clocks, for the parts of a lane."""
        return LaneTime(self.clock, self.monotonic, self.sleep, self.cpu, self.turns)
