"""The profile is read again when somebody asks (SIGHUP), checked first, and changes at one moment or not at all.

Of what is set, only the profile is: everything else needs a restart.
"""

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol

import structlog

from config.faults import ConfigurationError
from mappers.model import Company
from streams.app.steering.changes import ProfileChanges, changes_between, why_restart
from streams.app.steering.running_profile import RunningProfile
from streams.ops import ProfileReload

log = structlog.get_logger(__name__)


class ReloadMetrics(Protocol):
    """What is shown of it."""

    def profile_read(self, result: ProfileReload) -> None:
        """Count a reading."""
        ...

    def profile_runs(self, digest: str, since: float) -> None:
        """Say which profile runs, and since when."""
        ...


class ProfileReloads:
    """`run` is one task: a reading at a time, and one more where somebody asked meanwhile.

    What it compares with is the profile of the start: an organisation that was met since stays as it was met.
    """

    def __init__(
        self,
        profile: RunningProfile,
        read: Callable[[], Iterable[Company]],
        on_switch: Callable[[ProfileChanges], None],
        metrics: ReloadMetrics,
        clock: Callable[[], datetime],
    ) -> None:
        """`read` may block, and raises ConfigurationError. `on_switch` is called at the moment of the switch, with what
        has changed: it must not wait.
        """
        self._profile = profile
        self._read = read
        self._on_switch = on_switch
        self._metrics = metrics
        self._clock = clock
        self._is_asked = asyncio.Event()
        self._met = dict(profile)
        """Every company that there ever was, by id and organisation: what is settled for its organisation stays."""
        self._show()

    def ask(self) -> None:
        """Have it read again, soon."""
        self._is_asked.set()

    async def run(self) -> None:
        """Read it whenever somebody asks, until cancelled."""
        while True:
            await self._is_asked.wait()
            self._is_asked.clear()
            self._metrics.profile_read(await self._reload())

    async def _reload(self) -> ProfileReload:
        try:
            # In a thread: a large profile takes longer to check than the event loop may stand still.
            read = {each.id: each for each in await asyncio.to_thread(self._read)}
        except ConfigurationError as error:
            log.error("profile_refused", faults=[str(each) for each in error.faults])  # noqa: TRY400  # The faults say it.
            return ProfileReload.FAULTY
        reasons = list(why_restart(self._met, read))
        if reasons:
            log.error("profile_needs_restart", reasons=reasons)
            return ProfileReload.NEEDS_RESTART
        changes = changes_between(self._profile, read)
        if not changes.are_any:
            log.info("profile_unchanged", digest=self._profile.digest)
            return ProfileReload.UNCHANGED
        self._switch(read, changes)
        return ProfileReload.APPLIED

    def _switch(self, read: dict[str, Company], changes: ProfileChanges) -> None:
        """Without an await: nobody sees one half of it."""
        self._profile.switch(read.values())
        self._met.update((f"{each.organisation}/{name}", each) for name, each in self._profile.items())
        self._on_switch(changes)
        self._show()
        log.warning(
            "profile_switched",
            digest=self._profile.digest,
            added=changes.added,
            removed=changes.removed,
            changed=changes.changed,
            moved=changes.moved,
        )

    def _show(self) -> None:
        self._metrics.profile_runs(self._profile.digest, self._clock().timestamp())
