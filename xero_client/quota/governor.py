"""The quota governor: who may call Xero now. The rules are in the state machines beside it; here tasks wait."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from xero_client.errors import OutOfQuotaError
from xero_client.port import DayLeft, Grant, Priority
from xero_client.quota.app_limits import AppQuota
from xero_client.quota.clock import Alarm, Clock, Moment
from xero_client.quota.headers import read_headers
from xero_client.quota.limits import Go, QuotaLimits, Refuse, Verdict, Wait
from xero_client.quota.organisation_limits import OrganisationQuota
from xero_client.quota.waiters import Waiter, WaitingLine
from xero_client.vocabulary import QuotaWindow

SHORTEST_ALARM = 0.001


@dataclass(frozen=True, slots=True)
class QuotaView:
    """What is left for one organisation. `remaining` has every window.

    `resume_at` (UTC) is None unless the organisation is parked or its day is used up; `waiting` counts tasks in `slot`.
    """

    organisation: str
    remaining: Mapping[QuotaWindow, int]
    resume_at: datetime | None
    waiting: int


class QuotaGovernor:
    """Implements `collaborators.Governor` and `port.Budget`. Call it from the event loop only.

    `app_of` names each organisation's app (connection), for the limit that Xero sets for an app as a whole;
    organisations without a name share one. `random` gives numbers from 0 to 1, for the jitter of up to a second on what
    Xero says to wait. `on_wait` is told which limit held a call back for how many seconds.
    """

    def __init__(
        self,
        limits: QuotaLimits,
        *,
        clock: Clock,
        random: Callable[[], float],
        app_of: Mapping[str, str] | None = None,
        on_wait: Callable[[QuotaWindow, float], None] = lambda _limit, _seconds: None,
    ) -> None:
        self._limits = limits
        self._clock = clock
        self._random = random
        self._on_wait = on_wait
        self._app_of = app_of or {}
        self._apps: dict[str, AppQuota] = {}
        self._organisations: dict[str, OrganisationQuota] = {}
        self._lines = {each: WaitingLine() for each in (Priority.PEOPLE, Priority.BACKLOG, Priority.SPARE)}
        # By identity: two grants of one organisation are equal values, but each has its own count of requests.
        self._requests: dict[int, int] = {}
        self._alarm: Alarm | None = None
        self._alarm_at = float("inf")

    def slot(self, organisation: str, priority: Priority) -> AbstractAsyncContextManager[Grant]:
        """As `port.Accounting.slot`."""
        return self._slot(organisation, priority)

    def used(self, grant: Grant) -> None:
        """A request goes out under `grant` now; a grant without one costs nothing."""
        self._requests[id(grant)] += 1

    def observe(self, organisation: str, headers: Mapping[str, str], status: int) -> None:
        """Take note of a reply's limits (header names in lower case)."""
        limits, now, jitter = read_headers(headers, status), self._clock.now(), self._random()
        self._quota(organisation).observe(limits, now, jitter)
        self._app(organisation).observe(limits, now.seconds, jitter)
        self._serve_waiters()

    def park(self, organisation: str, until: datetime, reason: str) -> None:
        """Make no call to the organisation before `until` (UTC): whoever waits, or asks, gets OutOfQuotaError."""
        self._quota(organisation).park(until, reason, self._clock.now())
        self._serve_waiters()

    def calls_in_last_minute(self, organisation: str) -> int:
        """Calls of this process: in flight, or ended in the last minute."""
        return self._quota(organisation).minute.own(self._clock.now().seconds)

    def minute_limit(self, organisation: str) -> int:
        """Calls a minute, as configured or as replies say."""
        return self._quota(organisation).minute.limit

    def calls_left_today(self, organisation: str) -> int:
        """What is left of the organisation's day, as far as is known."""
        return self._quota(organisation).day.left_at(self._clock.now())

    def day(self, organisation: str) -> DayLeft:
        """What is left of the day for the backlog."""
        return self._quota(organisation).day.for_backlog(self._clock.now())

    def snapshot(self) -> tuple[QuotaView, ...]:
        """What is left of every organisation that was ever asked for."""
        now = self._clock.now()
        return tuple(self._view(name, quota, now) for name, quota in self._organisations.items())

    @asynccontextmanager
    async def _slot(self, organisation: str, priority: Priority) -> AsyncIterator[Grant]:
        grant = await self._acquire(organisation, priority)
        try:
            yield grant
        finally:
            self._release(grant)

    async def _acquire(self, organisation: str, priority: Priority) -> Grant:
        waiter = Waiter(asyncio.get_running_loop().create_future(), self._clock.now().seconds)
        self._lines[priority].join(organisation, waiter)
        self._serve_waiters()
        try:
            return await waiter.grant
        except asyncio.CancelledError:
            if waiter.grant.done() and not waiter.grant.cancelled() and waiter.grant.exception() is None:
                # Granted and cancelled in the same turn of the loop: nobody else would give the place back.
                self._release(waiter.grant.result())
            raise

    def _release(self, grant: Grant) -> None:
        now, used = self._clock.now(), self._requests.pop(id(grant))
        self._quota(grant.organisation).end(now, used)
        self._app(grant.organisation).end(now.seconds, used)
        self._serve_waiters()

    def _serve_waiters(self) -> None:
        """Give every grant that may be given now, people first; set the alarm for the next one."""
        now, wake_at = self._clock.now(), float("inf")
        for priority, line in self._lines.items():
            if line:
                wake_at = min(wake_at, self._serve_line(line, priority, now))
        self._set_alarm(wake_at, now)

    def _serve_line(self, line: WaitingLine, priority: Priority, now: Moment) -> float:
        """Grant one call an organisation and round, until a round grants none; returns when to look again."""
        wake_at, turns = float("inf"), line.organisations()
        while turns:
            served = []
            for organisation in turns:
                verdict = self._answer(line, organisation, priority, now)
                if isinstance(verdict, Go):
                    served.append(organisation)
                elif isinstance(verdict, Wait) and verdict.until is not None:
                    wake_at = min(wake_at, verdict.until)
            turns = tuple(served)
        return wake_at

    def _answer(self, line: WaitingLine, organisation: str, priority: Priority, now: Moment) -> Verdict | None:
        """Answer the organisation's first waiter; None where none waits."""
        waiter = line.first(organisation)
        if waiter is None:
            return None
        verdict = self._verdict(organisation, priority, now)
        match verdict:
            case Go():
                self._grant(line, organisation, waiter, now)
            case Wait(limit=limit):
                waiter.held_by = limit
            case Refuse():
                self._refuse(line, organisation, verdict)
        return verdict

    def _verdict(self, organisation: str, priority: Priority, now: Moment) -> Verdict:
        verdict = self._quota(organisation).verdict(now, priority)
        return self._app(organisation).verdict(now.seconds) if isinstance(verdict, Go) else verdict

    def _grant(self, line: WaitingLine, organisation: str, waiter: Waiter, now: Moment) -> None:
        grant = Grant(organisation)
        self._requests[id(grant)] = 0
        self._quota(organisation).begin(now)
        self._app(organisation).begin()
        line.serve(organisation)
        waiter.grant.set_result(grant)
        if waiter.held_by is not None:
            self._on_wait(waiter.held_by, now.seconds - waiter.since)

    def _refuse(self, line: WaitingLine, organisation: str, refusal: Refuse) -> None:
        for waiter in line.dismiss(organisation):
            if not waiter.grant.done():
                message = f"no call to organisation {organisation} before {refusal.resume_at:%Y-%m-%d %H:%M:%SZ}"
                error = OutOfQuotaError(
                    f"{message}: {refusal.reason}", limit=refusal.limit, resume_at=refusal.resume_at
                )
                waiter.grant.set_exception(error)

    def _set_alarm(self, wake_at: float, now: Moment) -> None:
        if self._alarm is not None and self._alarm_at == wake_at:
            return
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm, self._alarm_at = None, wake_at
        if wake_at != float("inf"):
            delay = max(SHORTEST_ALARM, wake_at - now.seconds)
            self._alarm = self._clock.call_later(delay, self._ring)

    def _ring(self) -> None:
        self._alarm, self._alarm_at = None, float("inf")
        self._serve_waiters()

    def _quota(self, organisation: str) -> OrganisationQuota:
        quota = self._organisations.get(organisation)
        if quota is None:
            quota = OrganisationQuota(self._limits)
            self._organisations[organisation] = quota
        return quota

    def _app(self, organisation: str) -> AppQuota:
        name = self._app_of.get(organisation, "")
        app = self._apps.get(name)
        if app is None:
            app = self._apps[name] = AppQuota(self._limits)
        return app

    def _view(self, organisation: str, quota: OrganisationQuota, now: Moment) -> QuotaView:
        app = self._app(organisation)
        remaining = {
            QuotaWindow.MINUTE: max(0, quota.minute.limit - quota.minute.used(now.seconds)),
            QuotaWindow.DAY: quota.day.left,
            QuotaWindow.APP_MINUTE: max(0, app.minute.limit - app.minute.used(now.seconds)),
            QuotaWindow.CONCURRENT: max(0, quota.concurrency.allowed - quota.concurrency.in_flight),
        }
        waiting = sum(line.count(organisation) for line in self._lines.values())
        return QuotaView(organisation, remaining, quota.resume_at(now), waiting)
