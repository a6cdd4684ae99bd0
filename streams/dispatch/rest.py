"""When an organisation is not to be called: out of quota, offline, disconnected. It rests; the others go on."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from streams.dispatch.context import World
from xero_client.errors import DisconnectedError, OutOfQuotaError, UnavailableError, XeroError

Result = TypeVar("Result")

log = structlog.get_logger(__name__)

FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=5)
DISCONNECTED_PAUSE = timedelta(minutes=1)


class Resting:
    """One organisation's rest. `on_begin(reason, until)` is told of rests long enough to announce."""

    def __init__(self, organisation: str, world: World, on_begin: Callable[[str, datetime], None]) -> None:
        self._organisation = organisation
        self._world = world
        self._on_begin = on_begin
        self._until: datetime | None = None
        self._reason = ""
        self._failures = 0
        self._changed = asyncio.Event()

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

    def succeeded(self) -> None:
        """A call went well: the next trouble starts with a short pause again."""
        self._failures = 0

    def trouble(self, error: XeroError) -> None:
        """Rest for as long as the error asks for."""
        reason, until = self._sentence(error)
        self._failures += 1
        longer = self.until is None or until > self.until
        if not longer:
            return
        again = reason == self._reason and self._failures > 1
        self._reason, self._until = reason, until
        if not again:
            log.warning("organisation_rests", organisation=self._organisation, reason=reason, until=until.isoformat())
        if (until - self._world.clock()).total_seconds() > self._world.settings.announce_wait:
            self._on_begin(reason, until)

    async def over(self) -> None:
        """Return when the organisation may be called."""
        while (until := self.until) is not None:
            await self._world.sleep(min(60.0, (until - self._world.clock()).total_seconds()))

    async def through(self, work: Callable[[], Awaitable[Result]]) -> Result:
        """Do the work, resting and trying again for as long as Xero is in trouble."""
        while True:
            await self.over()
            try:
                return await work()
            except XeroError as error:
                self.trouble(error)

    def _sentence(self, error: XeroError) -> tuple[str, datetime]:
        now = self._world.clock()
        backoff = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(self._failures, 10))
        match error:
            case OutOfQuotaError(resume_at=resume_at):
                return "out_of_quota", max(resume_at, now + timedelta(seconds=0.2))
            case DisconnectedError():
                return "disconnected", now + max(DISCONNECTED_PAUSE, backoff)
            case UnavailableError(retry_after=seconds) if seconds is not None:
                return "unavailable", now + timedelta(seconds=seconds)
            case _:
                return "unavailable", now + backoff
