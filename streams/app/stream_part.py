"""The gate and the projection: one Faust app in our own event loop, and the store that the web reads."""

import asyncio
import time
from collections.abc import Callable, Mapping

import structlog

from config.settings import Settings
from mappers.model import Company
from streams.app.clocks import utc_now
from streams.gate import GateSettings, Limits, create_gate, faust_credentials
from streams.ops import Metrics
from streams.projection import Follower, Ingest, KafkaSource, ProjectionService, ProjectionStore, RocksKeyValue

log = structlog.get_logger(__name__)


class StreamPart:
    """The store is open from the start, so that logs can be read while Kafka is away; `run` needs Kafka."""

    def __init__(
        self,
        settings: Settings,
        companies: Mapping[str, Company],
        metrics: Metrics,
        instance_id: str,
        version: str,
        fatal: Callable[[str], None],
    ) -> None:
        self.store = ProjectionStore(RocksKeyValue(settings.data_dir / "projection"))
        limit = settings.gate.max_event_bytes
        self.follower = Follower(
            self.store,
            Ingest(self.store, companies, metrics, limit=limit),
            KafkaSource(settings.kafka.client_arguments()),
            metrics,
            monotonic=time.monotonic,
        )
        self._fatal = fatal
        self._stopped_by_gate = asyncio.Event()
        self._app = create_gate(
            GateSettings(
                bootstrap_servers=settings.kafka.bootstrap_servers,
                instance_id=instance_id,
                data_dir=settings.data_dir,
                worker_version=version,
                group=f"{settings.kafka.group}-gate",
                broker_credentials=faust_credentials(settings.kafka.client_arguments()),
                session_timeout=settings.kafka.session_timeout_seconds,
                heartbeat_interval=settings.kafka.heartbeat_seconds,
                limits=Limits(event=limit),
            ),
            companies,
            metrics,
            structlog.get_logger("streams.gate"),
            self._stopped_by_gate,
            clock=utc_now,
        )
        self._service = ProjectionService(self.follower, self.store)
        self._app.add_dependency(self._service)
        self._started = False

    def why_gate_not_ready(self) -> str:
        """Empty where the gate is in its group: with more workers than partitions, its share may be none."""
        if not self._started:
            return "the gate has not started"
        in_group = self._app.rebalancing_count > 0 and not self._app.rebalancing
        return "" if in_group else "the gate's partitions are being assigned"

    async def run(self) -> None:
        """Stream until cancelled; a gate that cannot go on ends the process before it acknowledges anything."""
        self._app.loop = asyncio.get_running_loop()
        await self._app.start()
        self._started = True
        stopped = asyncio.create_task(self._stopped_by_gate.wait())
        crashed = asyncio.create_task(self._app.wait_until_stopped())
        await asyncio.wait([stopped, crashed], return_when=asyncio.FIRST_COMPLETED)
        self._fatal("the gate met an event that it could not deal with" if stopped.done() else "the gate stopped")

    async def stop(self) -> None:
        """Stop the app, and with it the projection; bounded by the caller."""
        if self._started:
            await self._app.stop()
        else:
            self.store.close()
