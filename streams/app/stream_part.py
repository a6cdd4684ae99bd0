"""The gate and the projection: one Faust app in our own event loop, and the store that the web reads."""

import asyncio
import time
from collections.abc import Callable, Mapping

import structlog

from config.settings import Settings
from mappers.model import Company
from streams.app.clocks import utc_now
from streams.app.kafka import group_patience
from streams.app.process import Process
from streams.gate import GateSettings, Limits, create_gate, faust_credentials, owned_partitions
from streams.ops import LagWatch, Liveness, Metrics, Progress
from streams.projection import Follower, Ingest, KafkaSource, ProjectionService, ProjectionStore, RocksKeyValue

log = structlog.get_logger(__name__)


class StreamPart:
    """The store is open from the start, so that logs can be read while Kafka is away; `run` needs Kafka."""

    def __init__(
        self,
        settings: Settings,
        companies: Mapping[str, Company],
        metrics: Metrics,
        process: Process,
        fatal: Callable[[str], None],
    ) -> None:
        self.tracing = process.tracing
        self.store = ProjectionStore(RocksKeyValue(settings.data_dir / "projection"))
        limit = settings.gate.max_event_bytes
        self.follower = Follower(
            self.store,
            Ingest(self.store, companies, metrics, limit=limit, clock=utc_now, names=settings.kafka.topics),
            KafkaSource(settings.kafka.client_arguments()),
            metrics,
            monotonic=time.monotonic,
        )
        self._fatal = fatal
        self._status_changes = settings.kafka.topics.status_changes
        self._group_patience = group_patience(settings.kafka.session_timeout_seconds)
        self._stopped_by_gate = asyncio.Event()
        self._app = create_gate(
            GateSettings(
                bootstrap_servers=settings.kafka.bootstrap_servers,
                instance_id=process.instance_id,
                data_dir=settings.data_dir,
                worker_version=process.version,
                group=f"{settings.kafka.group}-gate",
                broker_credentials=faust_credentials(settings.kafka.client_arguments()),
                session_timeout=settings.kafka.session_timeout_seconds,
                heartbeat_interval=settings.kafka.heartbeat_seconds,
                topics=settings.kafka.topics,
                limits=Limits(event=limit),
                tracing=process.tracing,
            ),
            companies,
            metrics,
            structlog.get_logger("streams.gate"),
            self._stopped_by_gate,
            clock=utc_now,
        )
        self._service = ProjectionService(self.follower, self.store)
        self._app.add_dependency(self._service)
        self._starting = False
        self._started = False

    def why_gate_not_ready(self) -> str:
        """Empty where the gate is in its group: with more workers than partitions, its share may be none."""
        if not self._started:
            return "the gate has not started"
        in_group = self._app.rebalancing_count > 0 and not self._app.rebalancing
        return "" if in_group else "the gate's partitions are being assigned"

    @property
    def is_started(self) -> bool:
        """Whether the gate has started."""
        return self._started

    def owned(self) -> frozenset[int]:
        """The partitions of the status topic that the gate has at present."""
        return owned_partitions(self._app, self._status_changes) if self._started else frozenset()

    def register_liveness(self, liveness: Liveness, watch: LagWatch) -> None:
        """Have every partition of gate and projection judged, and the gate's place in its group.

        Faust is known to stop consuming after trouble with the broker (its issues 532, 523); this sees it.
        """
        liveness.register_each("gate", lambda: watch.progress(self._status_changes))
        liveness.register("gate group", lambda: self._group_progress(watch), patience=self._group_patience)
        liveness.register_each("projection", self.follower.progress)

    def _group_progress(self, watch: LagWatch) -> Progress:
        waits = self._started and bool(self.why_gate_not_ready()) and watch.reaches_kafka
        return Progress(done=self._app.rebalancing_count, has_work=waits)

    async def run(self) -> None:
        """Stream until cancelled; a gate that cannot go on ends the process before it acknowledges anything."""
        self._app.loop = asyncio.get_running_loop()
        self._starting = True
        await self._app.start()
        self._started = True
        stopped = asyncio.create_task(self._stopped_by_gate.wait())
        crashed = asyncio.create_task(self._app.wait_until_stopped())
        await asyncio.wait([stopped, crashed], return_when=asyncio.FIRST_COMPLETED)
        self._fatal("the gate met an event that it could not deal with" if stopped.done() else "the gate stopped")

    async def stop(self) -> None:
        """Stop the app, and with it the projection; bounded by the caller."""
        if self._starting:
            await self._app.stop()
        else:
            self.store.close()
