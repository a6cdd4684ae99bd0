"""When an organisation is not to be called: out of quota, offline, disconnected. The other organisations go on."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from mappers.model import WaitingReason
from streams.dispatch.context import LaneTime
from xero_client.errors import DisconnectedError, OutOfQuotaError, UnavailableError, XeroError
from xero_client.port import Budget

Result = TypeVar("Result")

log = structlog.get_logger(__name__)

FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=5)
LONGEST_QUOTA = timedelta(days=1)
DISCONNECTED_PAUSE = timedelta(minutes=1)
DISCONNECTED = WaitingReason.DISCONNECTED
OUT_OF_QUOTA = WaitingReason.OUT_OF_QUOTA
UNAVAILABLE = WaitingReason.UNAVAILABLE
LONGEST_SLEEP = timedelta(minutes=1)
# Xero's day limit is a sliding day. A time further away than the reason explains comes from a clock that has jumped.
_LONGEST: Mapping[str, timedelta] = {OUT_OF_QUOTA: LONGEST_QUOTA}
MARGIN = timedelta(minutes=10)
GATHER = timedelta(seconds=1)
"""Requests that arrive during a backoff are answered WAITING together, not one by one."""


class Backoff:
    """One organisation's backoff. `on_announce(reason, until)` is called for one that is long enough to announce."""

    def __init__(
        self,
        organisation: str,
        time: LaneTime,
        budget: Budget,
        announce_wait: float,
        on_announce: Callable[[str, datetime], None],
    ) -> None:
        self._organisation = organisation
        self._time = time
        self._budget = budget
        self._announce_wait = announce_wait
        self._on_announce = on_announce
        self._until: datetime | None = None
        self._reason = ""
        self._failures = 0
        self._planning_failures = 0
        self._faults = 0
        self._announced = ""
        self.answers = 0
        """How often Xero answered what was asked or written: it grows as long as Xero is well."""
        self._ended_early = asyncio.Event()

    @property
    def until(self) -> datetime | None:
        """UTC time before which no call is made; None while the organisation may be called."""
        if self._until is None or self._until <= self._time.utc():
            return None
        if self._until - self._time.utc() > _LONGEST.get(self._reason, LONGEST_PAUSE) + MARGIN:
            self._judge_again()
            return None
        return self._until

    def _judge_again(self) -> None:
        """It was set under a clock that was wrong: nobody knows when it ends, and Xero says so again if it must."""
        log.warning("backoff_dropped", organisation=self._organisation, reason=self._reason)
        self._until = None
        self._budget.park(self._organisation, self._time.utc(), self._reason)

    @property
    def reason(self) -> str:
        """Why the organisation is not called."""
        return self._reason

    def resume(self, reason: str, until: datetime) -> None:
        """Go on with a backoff that the ledger remembers."""
        self._reason, self._until = reason, until
        if self.until is not None:
            self._budget.park(self._organisation, until, reason)

    def planning_succeeded(self) -> None:
        """The master data is there: its next failure starts with a short pause again.

        It may be from the cache, so it says nothing of calls that fail.
        """
        self._planning_failures = 0

    def succeeded(self) -> None:
        """Xero answered: whatever was wrong is over."""
        self._failures = self._planning_failures = 0
        self.answers += 1
        if self._announced:
            log.info("organisation_works", organisation=self._organisation, after=self._announced)
        self._announced = ""

    def write_succeeded(self) -> None:
        """Xero took a batch: what it stumbled over before is a matter of single documents."""
        self._faults = 0
        self.succeeded()

    def write_faulted(self, message: str) -> None:
        """Xero answered a write with a fault of its own, and nothing of it is there.

        One may be a document's; as long as no other write succeeds in between, Xero is taken for unwell.
        """
        self._faults += 1
        if self._faults > 1:
            pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(self._faults - 2, 10))
            self._rest(UNAVAILABLE, self._time.utc() + pause, message)

    def end_early(self) -> None:
        """Somebody may have consented anew: a backoff for lack of consent ends now."""
        if self.until is None or self._reason != DISCONNECTED:
            return
        self._until, self._failures, self._planning_failures = None, 0, 0
        self._budget.park(self._organisation, self._time.utc(), self._reason)
        self._ended_early.set()
        self._ended_early = asyncio.Event()

    def failed(self, error: XeroError) -> None:
        """Call nobody for as long as the error asks for."""
        # Calls that were in flight together meet one moment's trouble together: it counts once.
        if self.until is None:
            self._failures += 1
        self._rest_for(error, self._failures)

    def planning_failed(self, error: XeroError) -> None:
        """As `failed`, for want of master data."""
        if self.until is None:
            self._planning_failures += 1
        self._rest_for(error, self._planning_failures)

    def _rest_for(self, error: XeroError, failures: int) -> None:
        reason, until = self._reason_and_end(error, failures)
        self._rest(reason, until, error.message)

    def _rest(self, reason: str, until: datetime, message: str) -> None:
        longer = self.until is None or until > self.until
        if not longer:
            return
        self._reason, self._until = reason, until
        if reason != self._announced:
            # Once: it is tried again and again until somebody acts, and nobody needs to read of each try.
            self._announced = reason
            log.warning(
                "organisation_rests",
                organisation=self._organisation,
                reason=reason,
                until=until.isoformat(),
                message=message,
            )
        self.announce()

    def announce(self) -> None:
        """Announce the present backoff if it is long, for requests that arrived during it too."""
        until = self.until
        if until is not None and (until - self._time.utc()).total_seconds() > self._announce_wait:
            self._on_announce(self._reason, until)

    async def wait(self) -> None:
        """Return when the organisation may be called."""
        while (until := self.until) is not None:
            await self._sleep(until, LONGEST_SLEEP)

    async def wait_or(self, news: asyncio.Event) -> None:
        """Return when the organisation may be called, or for news; but give news a moment to gather."""
        if self.until is not None:
            await self._sleep(self.until, GATHER)
        while (until := self.until) is not None and not news.is_set():
            await self._sleep(until, LONGEST_SLEEP, news)

    async def retry_until_done(self, work: Callable[[], Awaitable[Result]]) -> Result:
        """Do the work, and try again with backoff until it succeeds."""
        while True:
            await self.wait()
            try:
                return await work()
            except XeroError as error:
                self.failed(error)

    async def _sleep(self, until: datetime, longest: timedelta, *alarms: asyncio.Event) -> None:
        """Sleep until then, or `longest`, or an alarm, or the early end of the backoff."""
        seconds = min(until - self._time.utc(), longest).total_seconds()
        await self._time.sleep_or(seconds, self._ended_early, *alarms)

    def _reason_and_end(self, error: XeroError, failures: int) -> tuple[str, datetime]:
        now = self._time.utc()
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(max(0, failures - 1), 10))
        match error:
            case OutOfQuotaError(resume_at=resume_at):
                # Not beyond what `until` takes for a clock's jump: it would be dropped, and tried again, at once.
                longest = now + LONGEST_QUOTA
                return OUT_OF_QUOTA, min(longest, max(resume_at, now + timedelta(seconds=0.2)))
            case DisconnectedError():
                return DISCONNECTED, now + max(DISCONNECTED_PAUSE, pause)
            case UnavailableError(retry_after=seconds) if seconds is not None:
                # A gateway's header may be garbled; only a limit of the quota is believed for longer.
                return UNAVAILABLE, now + min(LONGEST_PAUSE, timedelta(seconds=seconds))
            case _:
                return UNAVAILABLE, now + pause
