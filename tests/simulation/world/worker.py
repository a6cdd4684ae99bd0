"""One life of a worker: its parts as the composition root makes them, on virtual clocks."""

import asyncio
import itertools
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry
from pydantic import SecretStr

from mappers.inbound import DEFAULT_LIMIT
from mappers.model import Company
from streams.app.steering import PauseNews, RunningProfile, Steering
from streams.dispatch.context import LaneContext
from streams.dispatch.ownership import Dispatcher
from streams.dispatch.settings import DispatchSettings
from streams.gate import GateSettings
from streams.ops import Metrics
from streams.pauses import KafkaPauseSource, PauseFollower
from streams.projection import Follower, Ingest, KafkaSource, ProjectionStore, RocksKeyValue
from streams.topics import TopicNames
from tests.simulation.faults import IdentityLine
from tests.simulation.machine import START, VirtualLoop
from tests.simulation.world.gate import Gate
from xero_client.accounting import Endpoint, XeroClient
from xero_client.auth import ClientCredentials, ClientCredentialsSource, ConnectionTokens, TokenEndpoint
from xero_client.master_data import CachePolicy, ReferenceCache, optional_lists_of
from xero_client.quota import QuotaGovernor, QuotaLimits
from xero_client.quota.clock import Alarm, Moment

KAFKA = {"bootstrap_servers": "127.0.0.1:9092"}
CONNECTION = "default"
SESSION, HEARTBEAT = 10.0, 3.0
_TURN = 0.0003
"""Of the clock of work, which goes on whenever it is read: how long a turn lasts must not depend on the machine."""


class LoopClock:
    """The quota governor's clock, and everybody else's."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop
        self._work = itertools.count()

    def utc(self) -> datetime:
        """The wall clock."""
        return START + timedelta(seconds=self._loop.time())

    def monotonic(self) -> float:
        """The steady clock."""
        return self._loop.time()

    def now(self) -> Moment:
        """Both."""
        return Moment(self.monotonic(), self.utc())

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Alarm:
        """Call back."""
        return self._loop.call_later(seconds, callback)

    def cpu(self) -> float:
        """The clock of work."""
        return next(self._work) * _TURN


class Worker:
    """Runs from `start`. `exit` is told why the process cannot go on."""

    def __init__(
        self,
        loop: VirtualLoop,
        folder: Path,
        instance: str,
        companies: tuple[Company, ...],
        identity: IdentityLine,
        fatal: Callable[[str], None],
        retention: float,
    ) -> None:
        clock = self.clock = LoopClock(loop)
        self._fatal = fatal
        self._is_stopping = False
        self.metrics = Metrics(CollectorRegistry())
        names = TopicNames()
        self.profile = RunningProfile(companies)
        self.pauses = PauseFollower(
            KafkaPauseSource(KAFKA, names.company_pauses), self.metrics, clock=clock.utc, monotonic=clock.monotonic
        )
        steering = Steering(self.profile, self.pauses)
        self._make_xero(identity)
        settings = DispatchSettings(
            group_id="shipledger-dispatch",
            instance_id=instance,
            topics=names,
            ledger_folder=folder / "ledger",
            retention=retention,
        )
        context = LaneContext(
            accounting=self.client,
            references=self.references,
            budget=self.governor,
            companies=self.profile,
            pauses=self.pauses,
            metrics=self.metrics,
            settings=settings,
            clock=clock.utc,
            monotonic=clock.monotonic,
            sleep=asyncio.sleep,
            cpu=clock.cpu,
        )
        self.dispatcher = Dispatcher(
            KAFKA,
            context,
            "simulated",
            lambda error: fatal(f"dispatcher: {error!r}"),
            session_timeout=SESSION,
            heartbeat_interval=HEARTBEAT,
        )
        self.pauses.subscribe(PauseNews(steering, lambda some: self.dispatcher.steered(some, by_profile=False)).heard)
        self.store = ProjectionStore(RocksKeyValue(folder / "projection"))
        ingest = Ingest(self.store, self.profile, self.metrics, limit=DEFAULT_LIMIT, clock=clock.utc, names=names)
        self.follower = Follower(self.store, ingest, KafkaSource(KAFKA), self.metrics, monotonic=clock.monotonic)
        gate_settings = GateSettings(
            bootstrap_servers=KAFKA["bootstrap_servers"],
            instance_id=f"{instance}-gate",
            data_dir=folder,
            worker_version="simulated",
            session_timeout=SESSION,
            heartbeat_interval=HEARTBEAT,
        )
        self.gate = Gate(gate_settings, self.profile, self.metrics, clock.utc)
        self.tasks: dict[str, asyncio.Task[None]] = {}

    def _make_xero(self, identity: IdentityLine) -> None:
        clock = self.clock
        connections = {each.organisation: CONNECTION for each in self.profile.values()}
        self.governor = QuotaGovernor(
            QuotaLimits(), clock=clock, random=lambda: 0.5, app_of=connections, on_wait=self.metrics.throttled
        )
        endpoint = TokenEndpoint(
            "http://xero.simulated/connect/token",
            observer=self.metrics,
            monotonic=clock.monotonic,
            sleep=asyncio.sleep,
            random=lambda: 0.5,
            http=identity,
        )
        credentials = ClientCredentials(CONNECTION, "demo-client", SecretStr("demo-secret"))
        source = ClientCredentialsSource(credentials, endpoint, clock.monotonic)
        self.tokens = ConnectionTokens(connections, {CONNECTION: source}, monotonic=clock.monotonic)
        self.client = XeroClient(
            Endpoint("http://xero.simulated", "shipledger/simulated"),
            tokens=self.tokens,
            governor=self.governor,
            observer=self.metrics,
            clock=clock.utc,
            monotonic=clock.monotonic,
        )
        self.references = ReferenceCache(
            self.client,
            optional_lists=optional_lists_of(self.profile.values()),
            policy=CachePolicy(),
            clock=clock.utc,
            monotonic=clock.monotonic,
            sleep=asyncio.sleep,
            observer=self.metrics,
            on_change=self._master_data_changed,
            calls_left=self.governor.calls_left_today,
        )

    def _master_data_changed(self, organisation: str) -> None:
        self.dispatcher.master_data_changed(organisation)

    def start(self) -> None:
        """Begin all parts; any end of one that nobody asked for ends the process."""
        self._begin("pauses", self.pauses.run())
        self._begin("gate", self.gate.run())
        self._begin("projection", self.follower.run())
        self._begin("dispatch", self.dispatcher.run())
        self._begin("master data", self.references.keep_fresh(self.dispatcher.owns))

    def _begin(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        task = self.tasks[name] = asyncio.get_running_loop().create_task(work, name=name)
        task.add_done_callback(lambda done: self._ended(name, done))

    def _ended(self, name: str, task: "asyncio.Task[None]") -> None:
        if self._is_stopping:
            _ = task.cancelled() or task.exception()
        else:
            self._fatal(f"{name} ended: {'cancelled' if task.cancelled() else repr(task.exception())}")

    async def stop(self) -> None:
        """As a worker that is asked to end: what is under way ends, then everything is left."""
        self._is_stopping = True
        await self.dispatcher.stop(4.0)
        self.follower.stop()
        await asyncio.wait([self.tasks.pop("projection")], timeout=10.0)
        for task in self.tasks.values():
            task.cancel()
        await asyncio.wait(self.tasks.values(), timeout=5.0)
        await asyncio.wait([asyncio.ensure_future(self.gate.stop())], timeout=5.0)
        self.client.close()
        await self.tokens.close()
        self.store.close()
