"""When an organisation is not to be called: out of quota, offline, disconnected. It rests; the others go on."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog

from mappers.model import WaitingReason
from streams.dispatch.context import World
from xero_client.errors import DisconnectedError, OutOfQuotaError, UnavailableError, XeroError

Result = TypeVar("Result")

log = structlog.get_logger(__name__)

FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=5)
DISCONNECTED_PAUSE = timedelta(minutes=1)
DISCONNECTED = WaitingReason.DISCONNECTED
OUT_OF_QUOTA = WaitingReason.OUT_OF_QUOTA
LONGEST_NAP = timedelta(minutes=1)
GATHER = timedelta(seconds=1)
"""Requests that come during a rest are told of it together, not one by one."""


class Resting:
    """One organisation's rest. `tell(reason, until)` is told of rests long enough to announce."""

    def __init__(self, organisation: str, world: World, tell: Callable[[str, datetime], None]) -> None:
        self._organisation = organisation
        self._world = world
        self._tell = tell
        self._until: datetime | None = None
        self._reason = ""
        self._failures = 0
        self._told = ""
        self._relief = asyncio.Event()

    @property
    def until(self) -> datetime | None:
        """UTC time before which no call is made; null while the organisation works."""
        return self._until if self._until is not None and self._until > self._world.clock() else None

    @property
    def reason(self) -> str:
        """Why the organisation rests."""
        return self._reason

    def resume(self, reason: str, until: datetime) -> None:
        """Take up a rest that the ledger remembers."""
        self._reason, self._until = reason, until
        self._world.budget.park(self._organisation, until, reason)

    def planned(self) -> None:
        """The master data is there, maybe from memory: the next trouble starts with a short pause again."""
        self._failures = 0

    def succeeded(self) -> None:
        """A write went well: whatever was wrong is over."""
        self._failures = 0
        if self._told:
            log.info("organisation_works", organisation=self._organisation, after=self._told)
        self._told = ""

    def relieve(self) -> None:
        """Somebody may have consented anew: a rest for want of consent ends now."""
        if self.until is None or self._reason != DISCONNECTED:
            return
        self._until, self._failures = None, 0
        self._world.budget.park(self._organisation, self._world.clock(), self._reason)
        self._relief.set()
        self._relief = asyncio.Event()

    def trouble(self, error: XeroError) -> None:
        """Rest for as long as the error asks for."""
        reason, until = self._sentence(error)
        self._failures += 1
        longer = self.until is None or until > self.until
        if not longer:
            return
        self._reason, self._until = reason, until
        if reason != self._told:
            # Once: it is tried again and again until somebody acts, and nobody needs to be told each time.
            self._told = reason
            log.warning(
                "organisation_rests",
                organisation=self._organisation,
                reason=reason,
                until=until.isoformat(),
                message=error.message,
            )
        self.announce()

    def announce(self) -> None:
        """Tell of the present rest, where it is long: also for requests that came during it."""
        until = self.until
        if until is not None and (until - self._world.clock()).total_seconds() > self._world.settings.announce_wait:
            self._tell(self._reason, until)

    async def over(self) -> None:
        """Return when the organisation may be called."""
        while (until := self.until) is not None:
            await self._nap(until, LONGEST_NAP)

    async def over_or(self, news: asyncio.Event) -> None:
        """Return when the organisation may be called; or for news, but not before some may have gathered."""
        if self.until is not None:
            await self._nap(self.until, GATHER)
        while (until := self.until) is not None and not news.is_set():
            await self._nap(until, LONGEST_NAP, news)

    async def through(self, work: Callable[[], Awaitable[Result]]) -> Result:
        """Do the work, resting and trying again for as long as Xero is in trouble."""
        while True:
            await self.over()
            try:
                return await work()
            except XeroError as error:
                self.trouble(error)

    async def _nap(self, until: datetime, longest: timedelta, *alarms: asyncio.Event) -> None:
        """Sleep; relief and the alarms wake up."""
        seconds = min(until - self._world.clock(), longest).total_seconds()
        waits: list[asyncio.Future[Any]] = [asyncio.ensure_future(self._world.sleep(seconds))]
        waits += [asyncio.ensure_future(each.wait()) for each in (self._relief, *alarms)]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waits:
                each.cancel()

    def _sentence(self, error: XeroError) -> tuple[str, datetime]:
        now = self._world.clock()
        backoff = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(self._failures, 10))
        match error:
            case OutOfQuotaError(resume_at=resume_at):
                return OUT_OF_QUOTA, max(resume_at, now + timedelta(seconds=0.2))
            case DisconnectedError():
                return DISCONNECTED, now + max(DISCONNECTED_PAUSE, backoff)
            case UnavailableError(retry_after=seconds) if seconds is not None:
                return WaitingReason.UNAVAILABLE, now + timedelta(seconds=seconds)
            case _:
                return WaitingReason.UNAVAILABLE, now + backoff
