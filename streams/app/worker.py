"""One worker process: its parts are made, started, watched and stopped here."""

import asyncio
import os
import random
import signal
import sys
import time
import uuid
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from importlib.metadata import version as installed_version
from typing import Any

import structlog
from aiokafka.errors import KafkaError
from prometheus_client import CollectorRegistry, ProcessCollector

from config.profile import load_profile
from config.settings import Settings, TracingSettings
from mappers.model import Company, XeroFacts
from streams.app.background import Background
from streams.app.clocks import utc_now
from streams.app.dispatch_part import DispatchPart
from streams.app.kafka import check_topics
from streams.app.machine import (
    collect_seldom,
    give_memory_back,
    raise_descriptor_limit,
    waited_for_processor,
)
from streams.app.process import Process
from streams.app.reconnects import tame_clients
from streams.app.steering import PauseNews, ProfileChanges, ProfileReloads, RunningProfile, Steering
from streams.app.stream_part import StreamPart
from streams.app.telling import NotesPart
from streams.app.web_part import WebPart
from streams.app.xero_services import XeroServices
from streams.exit_codes import ExitCode
from streams.ops import (
    BackgroundTask,
    DataDirLock,
    LagWatch,
    Liveness,
    LogOptions,
    LoopGuard,
    LoopTime,
    Metrics,
    Readiness,
    Shutdown,
    Watchdog,
    WatchedGroup,
    configure_logs,
)
from streams.pauses import KafkaPauseSource, PauseFollower
from streams.reading import assign_known_topics, check_codecs, guard_readers
from streams.roles import Role
from streams.topics import TopicsMissingError, make_no_topics
from streams.tracing import PASS_ON, Tracing, open_telemetry

log = structlog.get_logger(__name__)

KAFKA_PAUSE = 0.5
LONGEST_KAFKA_PAUSE = 5.0
STARTING_STOP = 2.0
# Its longest steps, one after another, each of them bounded.
PAUSES_PATIENCE = 120.0


def run_worker(settings: Settings, companies: Sequence[Company], role: Role = Role.ALL) -> int:
    """Run until a signal or a fault asks for the end; returns the exit code (0 after a signal, 70 after a fault).

    The caller ends the process with the code at once (`os._exit`): threads of a client that hangs would otherwise keep
    it alive. Raises `DataDirError` where the data folder is another worker's, `CodecsMissingError` where senders'
    compressions could not be read, `TracingUnavailableError` where tracing is asked for and not installed.
    """
    options = LogOptions(format=settings.log.format, level=settings.log.level, secrets=_secrets(settings))
    configure_logs(options, stream=sys.stdout, monotonic=time.monotonic)
    check_codecs()
    give_memory_back()
    tame_clients()
    make_no_topics()
    raise_descriptor_limit()
    guard_readers()
    assign_known_topics()
    collect_seldom()
    with DataDirLock.acquire(settings.data_dir, lambda: uuid.uuid4().hex, [settings.token_folder]) as lock:
        return _run(_Worker(settings, companies, role, lock.instance_id).run())


def _run(worker: Coroutine[Any, Any, int]) -> int:
    """Run the worker; what is left when it ends is left, and its loop with it.

    `asyncio.run` would cancel that and wait for its end, without a bound: Faust swallows cancellation.
    """
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    return loop.run_until_complete(worker)


def _secrets(settings: Settings) -> tuple[str, ...]:
    """Every secret value, so that none of them gets into the log in any way."""
    http = (settings.http.token, settings.http.proxy_secret)
    of_http = (each.get_secret_value() for each in http if each is not None)
    kept = (*settings.xero.secret_values(), *settings.kafka.secret_values(), *settings.notes.secret_values())
    return (*kept, *of_http)


class _Worker:
    def __init__(self, settings: Settings, companies: Sequence[Company], role: Role, instance_id: str) -> None:
        self._settings = settings
        self._facts = next((each.facts for each in companies), XeroFacts())
        profile = RunningProfile(companies)
        self._role = role
        self._instance_id = instance_id
        self._version = installed_version("shipledger")
        registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._metrics = Metrics(registry)
        self._metrics.expect(companies)
        source = KafkaPauseSource(settings.kafka.client_arguments(), settings.kafka.topics.company_pauses)
        pauses = PauseFollower(source, self._metrics, clock=utc_now, monotonic=time.monotonic)
        self._steering = Steering(profile, pauses)
        self._loop_time = LoopTime(time.monotonic, waited_for_processor)
        self._liveness = Liveness(self._loop_time)
        self._readiness = Readiness()
        self._why_no_kafka = "Kafka has not answered yet"
        tracing, self._end_tracing = _tracing(settings.tracing, self._version, instance_id)
        self._process = Process(instance_id, self._version, tracing)
        self._stops: list[Callable[[], Coroutine[Any, Any, None]]] = []
        self._begun: list[Callable[[], bool]] = []
        """Whether a part has begun its work."""

    async def run(self) -> int:
        shutdown = Shutdown(os._exit, orderly_seconds=self._settings.shutdown_seconds)
        shutdown.listen()
        self._metrics.build(version=self._version, role=self._role.value)
        log.info("worker_starting", role=self._role.value, version=self._version, instance=self._instance_id)
        for name, value in self._settings.describe():
            log.info("setting", name=name, value=value)
        background = Background(shutdown.fail, self._metrics, monotonic=time.monotonic)
        watchdog = Watchdog(
            self._liveness, self._metrics, shutdown.fail, monotonic=time.monotonic, beat=self._loop_time.beat
        )
        guard = LoopGuard(lambda: watchdog.beats, lambda: os._exit(ExitCode.FAULT))
        guard.start()
        background.vital("watchdog", watchdog.run)
        # A task, so that a stop is heard while the worker still waits for its Kafka.
        start = background.once("start", lambda: self._start(shutdown, background))
        await shutdown.wait()
        background.expect_ends()
        if any(begun() for begun in self._begun):
            return await shutdown.close(self._stop(background))
        # Nothing was begun that an orderly end is for, and clients that wait for a Kafka that is away end slowly.
        start.stop()
        return await shutdown.close(self._stop(background), within=STARTING_STOP)

    async def _start(self, shutdown: Shutdown, background: Background) -> None:
        self._readiness.register("kafka", lambda: self._why_no_kafka)
        stream = self._make_stream(shutdown) if self._role is not Role.DISPATCH else None
        profile = self._steering.profile
        xero = XeroServices(self._settings, profile, self._metrics, random.random, self._version)
        dispatch = self._make_dispatch(xero, shutdown) if self._role is not Role.STREAM else None
        web = WebPart(self._settings, self._steering, self._liveness, self._readiness, self._metrics, xero, stream)
        await web.start()
        background.vital("web", web.serve)
        self._stops.append(web.stop)
        self._stops.append(xero.close)
        self._follow_profile(xero, dispatch, background)
        await self._kafka_ready()
        self._follow_pauses(dispatch, background)
        await web.connect()
        self._watch(stream, dispatch, background)
        if stream is not None:
            self._stops.append(stream.stop)
            self._begun.append(lambda: stream.is_started)
            background.vital("stream", stream.run)
            self._tell_people(stream, background)
        if dispatch is not None:
            self._stops.append(dispatch.stop)
            self._begun.append(lambda: bool(dispatch.owned()))
            background.vital("dispatch", dispatch.run)
            background.lasting(BackgroundTask.CONSENTS, xero.watch_consents)
            background.lasting(BackgroundTask.MASTER_DATA, lambda: xero.references.keep_fresh(dispatch.owns))
            background.lasting(BackgroundTask.QUOTA, xero.show_quota)
            background.lasting(BackgroundTask.EXPIRIES, xero.expiries.show)
            background.once("profiles", lambda: xero.check_profiles(dispatch.owns, profile))

    def _tell_people(self, stream: StreamPart, background: Background) -> None:
        """Nothing waits for it: a receiver that is away holds up its own channel, and no shipment."""
        if self._settings.notes.are_on:
            notes = NotesPart(self._settings, self._steering.profile, stream, self._metrics, self._version)
            self._stops.append(notes.stop)
            for work in notes.works:
                background.lasting(BackgroundTask.NOTES, work)

    def _follow_profile(self, xero: XeroServices, dispatch: DispatchPart | None, background: Background) -> None:
        """Let a hangup have the profile read again; one that came before is heard now."""

        def switched(changes: ProfileChanges) -> None:
            self._metrics.expect(self._steering.profile.values())
            self._steering.pauses.show()
            xero.profile_switched()
            if dispatch is not None:
                dispatch.steered(changes.organisations, by_profile=True)
                renewed = (*changes.added, *changes.changed)
                background.once("profiles", lambda: xero.check_profiles(dispatch.owns, renewed))

        reloads = ProfileReloads(self._steering.profile, self._read_profile, switched, self._metrics, utc_now)
        background.vital("profile", reloads.run)
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, reloads.ask)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGHUP})

    def _read_profile(self) -> list[Company]:
        """As at the start; the facts about Xero stay those of the start."""
        companies = load_profile(self._settings.profile, self._settings.xero.credentials().keys())
        return [each.with_facts(self._facts) for each in companies]

    def _follow_pauses(self, dispatch: DispatchPart | None, background: Background) -> None:
        pauses = self._steering.pauses
        if dispatch is not None:
            pauses.subscribe(PauseNews(self._steering, partial(dispatch.steered, by_profile=False)).heard)
            self._readiness.register("pauses", pauses.why_not_ready)
        self._liveness.register("pauses", lambda: pauses.progress, patience=PAUSES_PATIENCE)
        background.vital("pauses", pauses.run)

    def _watch(self, stream: StreamPart | None, dispatch: DispatchPart | None, background: Background) -> None:
        group, names = self._settings.kafka.group, self._settings.kafka.topics
        groups = []
        if stream is not None:
            groups.append(WatchedGroup(f"{group}-gate", names.status_changes, stream.owned))
        if dispatch is not None:
            groups.append(WatchedGroup(f"{group}-dispatch", names.sync_requests, dispatch.owned))
        connection = self._settings.kafka.client_arguments()
        watch = LagWatch(connection, groups, self._metrics, utc=utc_now, dead_letters=names.dead_letters)
        for part in (stream, dispatch):
            if part is not None:
                part.register_liveness(self._liveness, watch)
        background.lasting(BackgroundTask.LAG, watch.run)

    def _make_stream(self, shutdown: Shutdown) -> StreamPart:
        stream = StreamPart(self._settings, self._steering.profile, self._metrics, self._process, shutdown.fail)
        self._readiness.register("gate", stream.why_gate_not_ready)
        self._readiness.register("projection", stream.follower.why_not_ready)
        return stream

    def _make_dispatch(self, xero: XeroServices, shutdown: Shutdown) -> DispatchPart:
        dispatch = DispatchPart(self._settings, self._steering, xero, self._metrics, self._process, shutdown.fail)
        xero.subscribe(dispatch.master_data_changed)
        xero.subscribe_to_consents(dispatch.connected)
        self._readiness.register("dispatch", dispatch.why_not_ready)
        self._readiness.register("xero", xero.why_not_ready)
        return dispatch

    async def _kafka_ready(self) -> None:
        """Wait for brokers and topics: a worker that starts before its Kafka is not ready, and not ended either."""
        pause = KAFKA_PAUSE
        while True:
            try:
                await check_topics(self._settings.kafka, self._role)
            except (KafkaError, TopicsMissingError, OSError) as error:
                reason = str(error) or repr(error)
                if reason != self._why_no_kafka:
                    log.warning("kafka_not_ready", reason=reason)
                self._why_no_kafka = reason
                await asyncio.sleep(pause)
                pause = min(LONGEST_KAFKA_PAUSE, pause * 2)
            else:
                self._why_no_kafka = ""
                return

    async def _stop(self, background: Background) -> None:
        for stop in reversed(self._stops):
            try:
                await stop()
            except Exception:
                log.exception("stop_failed")
        await background.stop(1.0)
        await asyncio.to_thread(self._end_tracing)


def _tracing(settings: TracingSettings, version: str, instance_id: str) -> tuple[Tracing, Callable[[], None]]:
    if settings.endpoint is None:
        return PASS_ON, lambda: None
    return open_telemetry(settings.endpoint, settings.ratio, version, instance_id)
