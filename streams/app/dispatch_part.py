"""The dispatcher with everything it needs, made from the settings."""

import asyncio
import sys
import time
from collections.abc import Callable, Collection, Mapping

from config.settings import Settings
from streams.app.clocks import utc_now
from streams.app.kafka import group_patience
from streams.app.process import Process
from streams.app.steering import Steering
from streams.app.xero_services import XeroServices
from streams.dispatch.context import FilesContext, LaneContext
from streams.dispatch.lane.attaching.reading import PlacesReader, ReadingLimits
from streams.dispatch.ownership import Dispatcher
from streams.dispatch.settings import DispatchSettings, DriftSettings, FilesSettings, WatchSettings
from streams.ops import LagWatch, Liveness, Metrics, Progress
from streams.topics import SYNC_REQUESTS

STOP_SECONDS = 4.0
# The longest that a step of a take-over may last, its bounds included, is 20 s. A partition that does not go on begins
# anew; where it is stuck again, the process does, and all of that within a minute.
PARTITION_PATIENCE = 25.0
# What became of a write may take as long as its key can be sent again, and a call, a minute of quota and a reply that
# does not come after that.
SENDING_PATIENCE = 480.0
FILES_AT_ONCE = 2
"""In memory, of all organisations: each has 10 MB, and what Xero has of it as much again."""


class DispatchPart:
    """Runs until cancelled. `fatal` is told what makes it impossible to go on."""

    def __init__(
        self,
        settings: Settings,
        steering: Steering,
        xero: XeroServices,
        metrics: Metrics,
        process: Process,
        fatal: Callable[[str], None],
    ) -> None:
        limits = ReadingLimits(settings.attachments.max_bytes, settings.attachments.timeout_seconds)
        self._reader = PlacesReader(limits, process.version, settings.attachments.tls())
        context = LaneContext(
            accounting=xero.client,
            references=xero.references,
            budget=xero.governor,
            companies=steering.profile,
            pauses=steering.pauses,
            metrics=metrics,
            settings=DispatchSettings(
                group_id=f"{settings.kafka.group}-dispatch",
                instance_id=process.instance_id,
                topics=settings.kafka.topics,
                ledger_folder=settings.data_dir / "ledger",
                batch_size=settings.xero.batch_size,
                start_guard=settings.dispatch.intent_seconds,
                lookup_delay=settings.dispatch.settle_seconds,
                retention=settings.dispatch.retention_days * 86400.0,
                # A call that is given up late must be looked for a while longer before it is taken for not done.
                give_up_resend=max(60.0, settings.xero.read_timeout_seconds + 20.0),
                watch=WatchSettings(settings.watch.day_share, settings.watch.interval_seconds),
                drift=DriftSettings(settings.drift.enabled, settings.drift.at, settings.drift.days),
                files=FilesSettings(settings.attachments.day_share, settings.attachments.timeout_seconds),
            ),
            clock=utc_now,
            monotonic=time.monotonic,
            sleep=asyncio.sleep,
            tracing=process.tracing,
            changes=xero.client if settings.watch.enabled else None,
            files=FilesContext(xero.client, self._reader, asyncio.Semaphore(FILES_AT_ONCE)),
        )
        self._requests = settings.kafka.topics.sync_requests
        self._session_timeout = settings.kafka.session_timeout_seconds
        self._dispatcher = Dispatcher(
            settings.kafka.client_arguments(),
            context,
            process.version,
            lambda error: fatal(f"dispatcher: {error!r}"),
            session_timeout=settings.kafka.session_timeout_seconds,
            heartbeat_interval=settings.kafka.heartbeat_seconds,
        )

    def master_data_changed(self, organisation: str) -> None:
        """Tell the lane that a refresh of the reference cache brought something new."""
        self._dispatcher.master_data_changed(organisation)

    def steered(self, organisations: Collection[str] | None, *, by_profile: bool) -> None:
        """Tell the lanes that a company of theirs was paused or resumed, or is another one; None: all of them."""
        self._dispatcher.steered(organisations, by_profile=by_profile)

    def connected(self, organisation: str) -> None:
        """Tell the lane that somebody may have consented to its connection anew."""
        self._dispatcher.connected(organisation)

    def why_not_ready(self) -> str:
        """Empty where every assigned partition is restored."""
        return "" if self._dispatcher.is_ready else "partitions are not assigned and restored yet"

    def register_liveness(self, liveness: Liveness, watch: LagWatch) -> None:
        """Have every owned partition judged, its lanes, and its place in the group."""
        register_dispatcher(
            self._dispatcher, liveness, watch, session_timeout=self._session_timeout, requests=self._requests
        )

    def owns(self, organisation: str) -> bool:
        """Whether the organisation's ledger is here, restored, and what is parked is known."""
        return self._dispatcher.owns(organisation)

    def owned(self) -> frozenset[int]:
        """The partitions that are at work."""
        return self._dispatcher.running

    async def run(self) -> None:
        """Dispatch until cancelled. Raises aiokafka's errors where the consumer cannot go on."""
        await self._dispatcher.run()

    async def stop(self) -> None:
        """Let what is under way end, for a bounded time."""
        sys.audit("shipledger.stop_begun")
        await self._dispatcher.stop(STOP_SECONDS)
        self._reader.close()


def register_dispatcher(
    dispatcher: Dispatcher,
    liveness: Liveness,
    watch: LagWatch,
    *,
    session_timeout: float,
    requests: str = SYNC_REQUESTS,
) -> None:
    """Have the dispatcher judged by partition and lane; what is stuck begins anew from the topic."""

    def restart(member: str, reason: str) -> None:
        dispatcher.restart(int(member.split(maxsplit=1)[0]), reason)

    def partitions() -> dict[str, Progress]:
        return {str(number): progress for number, progress in dispatcher.progress().items()}

    def lanes(progress: Mapping[tuple[int, str], Progress]) -> dict[str, Progress]:
        return {f"{number} {organisation}": each for (number, organisation), each in progress.items()}

    def group() -> Progress:
        """An assignment that does not come leaves no partition to be judged. It needs brokers that answer."""
        progress = dispatcher.group_progress
        return Progress(done=progress.done, has_work=progress.has_work and watch.reaches_kafka)

    liveness.register_each("dispatch", partitions, patience=PARTITION_PATIENCE, cure=restart)
    liveness.register_each(
        "dispatch input", lambda: watch.progress(requests), patience=PARTITION_PATIENCE, cure=restart
    )
    liveness.register_each(
        "dispatch lane", lambda: lanes(dispatcher.lane_progress()), patience=PARTITION_PATIENCE, cure=restart
    )
    liveness.register_each(
        "dispatch sending", lambda: lanes(dispatcher.sending_progress()), patience=SENDING_PATIENCE, cure=restart
    )
    liveness.register("dispatch group", group, patience=group_patience(session_timeout))
