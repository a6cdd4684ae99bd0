"""The governor on a clock that tests move, and callers that wait for it."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.fakes.alarm_clock import AlarmClock
from tests.unit.xero_client.quota.xero_limits import FixedWindow
from xero_client.port import Priority
from xero_client.quota.governor import QuotaGovernor
from xero_client.quota.limits import QuotaLimits

ORG = "organisation-a"
OTHER = "organisation-b"


@dataclass
class Harness:
    """A governor without jitter, its clock, and what was granted: (organisation, seconds) in order."""

    limits: QuotaLimits = field(default_factory=QuotaLimits)
    app_of: Mapping[str, str] = field(default_factory=dict)
    random: Callable[[], float] = lambda: 0.0
    clock: AlarmClock = field(default_factory=AlarmClock)

    def __post_init__(self) -> None:
        self.waits: list[tuple[str, float]] = []
        self.granted: list[tuple[str, float]] = []
        self.governor = QuotaGovernor(
            self.limits,
            clock=self.clock,
            random=self.random,
            app_of=self.app_of,
            on_wait=lambda limit, seconds: self.waits.append((limit, seconds)),
        )

    async def call(
        self,
        organisation: str = ORG,
        priority: Priority = Priority.BACKLOG,
        *,
        seconds: float = 0.5,
        headers: Mapping[str, str] | None = None,
        status: int = 200,
    ) -> None:
        """One call that lasts so long and is answered so."""
        async with self.governor.slot(organisation, priority) as grant:
            self.granted.append((organisation, self.clock.seconds))
            self.governor.used(grant)
            await self.clock.sleep(seconds)
            self.governor.observe(organisation, headers or {}, status)

    async def call_server(self, server: FixedWindow, *, organisation: str = ORG, seconds: float = 0.5) -> None:
        """One call that `server` counts halfway; a refused one is made again, as a lane does."""
        refused = True
        while refused:
            async with self.governor.slot(organisation, Priority.BACKLOG) as grant:
                self.governor.used(grant)
                await self.clock.sleep(seconds / 2)
                headers = server.arrive(self.clock.seconds)
                refused = server.status(headers) != 200
                await self.clock.sleep(seconds / 2)
                self.governor.observe(organisation, headers, server.status(headers))
        self.granted.append((organisation, self.clock.seconds))

    async def first_reply(self, organisation: str = ORG) -> None:
        """Have the first reply of the organisation behind us."""
        first = asyncio.create_task(self.call(organisation))
        await self.clock.advance(0.5)
        await first
        self.granted.clear()


async def finish(tasks: list[asyncio.Task[None]]) -> None:
    """Cancel what still waits and see everything through."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
