"""The dispatcher with everything it needs, made from the settings."""

import asyncio
import time
from collections.abc import Callable, Mapping

from config.settings import Settings
from mappers.model import Company
from streams.app.clocks import utc_now
from streams.app.xero_services import XeroServices
from streams.dispatch.context import LaneContext
from streams.dispatch.ownership import Dispatcher
from streams.dispatch.settings import DispatchSettings
from streams.ops import Metrics, Progress

STOP_SECONDS = 4.0


class DispatchPart:
    """Runs until cancelled. `fatal` is told what makes it impossible to go on."""

    def __init__(
        self,
        settings: Settings,
        companies: Mapping[str, Company],
        xero: XeroServices,
        metrics: Metrics,
        instance_id: str,
        version: str,
        fatal: Callable[[str], None],
    ) -> None:
        context = LaneContext(
            accounting=xero.client,
            references=xero.references,
            budget=xero.governor,
            companies=companies,
            metrics=metrics,
            settings=DispatchSettings(
                group_id=f"{settings.kafka.group}-dispatch",
                instance_id=instance_id,
                batch_size=settings.xero.batch_size,
                start_guard=settings.dispatch.intent_seconds,
                lookup_delay=settings.dispatch.settle_seconds,
                retention=settings.dispatch.retention_days * 86400.0,
                # A call that is given up late must be looked for a while longer before it is taken for not done.
                give_up_resend=max(60.0, settings.xero.read_timeout_seconds + 20.0),
            ),
            clock=utc_now,
            monotonic=time.monotonic,
            sleep=asyncio.sleep,
        )
        self._dispatcher = Dispatcher(
            settings.kafka.client_arguments(),
            context,
            version,
            lambda error: fatal(f"dispatcher: {error!r}"),
            session_timeout=settings.kafka.session_timeout_seconds,
            heartbeat_interval=settings.kafka.heartbeat_seconds,
        )

    def master_data_changed(self, organisation: str) -> None:
        """Tell the lane that a refresh of the reference cache brought something new."""
        self._dispatcher.master_data_changed(organisation)

    def connected(self, organisation: str) -> None:
        """Tell the lane that somebody may have consented to its connection anew."""
        self._dispatcher.connected(organisation)

    def why_not_ready(self) -> str:
        """Empty where every assigned partition is restored."""
        return "" if self._dispatcher.is_ready else "partitions are not assigned and restored yet"

    def progress(self) -> Progress:
        """What waits on purpose (for quota, the end of an outage, consent) does not count as work."""
        return Progress(done=self._dispatcher.commits, has_work=self._dispatcher.has_work)

    async def run(self) -> None:
        """Dispatch until cancelled. Raises aiokafka's errors where the consumer cannot go on."""
        await self._dispatcher.run()

    async def stop(self) -> None:
        """Let what is under way end, for a bounded time."""
        await self._dispatcher.stop(STOP_SECONDS)
