"""The HTTP server: health and metrics in every role, the API where the tables are."""

import asyncio
import time
import uuid
from dataclasses import replace

from config.settings import HttpSettings, Settings
from streams.app.clocks import utc_now
from streams.app.connection_view import ConnectionView
from streams.app.machine import open_limit
from streams.app.steering import Steering
from streams.app.stream_part import StreamPart
from streams.app.xero_services import XeroServices
from streams.ops import Liveness, Metrics, Readiness
from streams.topics import PRODUCER_ROOM
from streams.web import (
    AccessFile,
    DryRun,
    HealthParts,
    HttpLimits,
    KafkaDeadLetters,
    KafkaLookPublisher,
    KafkaPausePublisher,
    KafkaRequestPublisher,
    KafkaStatusChangePublisher,
    TrustedProxy,
    WebhookParts,
    WebParts,
    WebServer,
    build_app,
    build_health_app,
    connections_within,
)
from streams.writing import RenewingProducer, renewing_producer

# What scrapes and probes need; at a port of their own nobody else takes it from them.
HEALTH_CONNECTIONS = 32


class WebPart:
    """Listens from the start, so that health can be asked while Kafka is away; `connect` begins to publish."""

    def __init__(
        self,
        settings: Settings,
        steering: Steering,
        liveness: Liveness,
        readiness: Readiness,
        metrics: Metrics,
        xero: XeroServices,
        stream: StreamPart | None,
    ) -> None:
        http = settings.http
        self._producer: RenewingProducer | None = None
        health = HealthParts(
            token=http.token.get_secret_value(),
            liveness=liveness,
            readiness=readiness,
            registry=metrics.registry,
            metrics_need_token=http.metrics_need_token,
            requests=metrics.api_requests,
        )
        limits = HttpLimits(connections=connections_within(open_limit()))
        few = replace(limits, connections=min(HEALTH_CONNECTIONS, limits.connections))
        self._servers = []
        if http.metrics_port is not None:
            self._servers.append(
                WebServer(build_health_app(health), host=http.host, port=http.metrics_port, limits=few)
            )
            health = replace(health, registry=None)
        if stream is None:
            app = build_health_app(health)
        else:
            self._producer = renewing_producer(settings.kafka.client_arguments(), PRODUCER_ROOM)
            parts = WebParts(
                health=health,
                companies=steering.profile,
                logs=stream.store,
                snapshots=stream.store,
                lists=stream.store.lists,
                following=stream.follower,
                publisher=KafkaRequestPublisher(
                    self._producer, settings.kafka.topics.sync_requests, tracing=stream.tracing
                ),
                dry_run=DryRun(steering.profile, xero.client, xero.references, utc_now, time.monotonic),
                new_event_id=lambda: str(uuid.uuid4()),
                pauses=steering.pauses,
                pause_publisher=KafkaPausePublisher(
                    self._producer, steering.pauses, settings.kafka.topics.company_pauses
                ),
                clock=utc_now,
                people=dict if http.access_file is None else AccessFile(http.access_file).people,
                proxy=_proxy(http),
                connections=ConnectionView(xero),
                feed=KafkaStatusChangePublisher(self._producer, settings.kafka.topics.status_changes),
                max_event_bytes=settings.gate.max_event_bytes,
                dead_letters=KafkaDeadLetters(settings.kafka.client_arguments(), self._producer, settings.kafka.topics),
                webhook=_webhook(settings, steering, metrics, self._producer),
            )
            app = build_app(parts, most_calls=limits.calls)
        self._servers.append(WebServer(app, host=http.host, port=http.port, limits=limits))

    async def start(self) -> None:
        """Listen. Raises OSError where a port is taken."""
        for server in self._servers:
            await server.start()

    async def serve(self) -> None:
        """Return when nobody listens any more, which nothing but `stop` should bring about."""
        await asyncio.gather(*(server.serve() for server in self._servers))

    async def connect(self) -> None:
        """Start the producer behind Send to Accounting."""
        if self._producer is not None:
            await self._producer.start()

    async def stop(self) -> None:
        """Finish calls under way, close."""
        await asyncio.gather(*(server.stop() for server in self._servers))
        if self._producer is not None:
            await self._producer.stop()


def _proxy(http: HttpSettings) -> TrustedProxy | None:
    if http.proxy_user_header is None:
        return None
    secret = "" if http.proxy_secret is None else http.proxy_secret.get_secret_value()
    return TrustedProxy(http.proxy_user_header, secret)


def _webhook(
    settings: Settings, steering: Steering, metrics: Metrics, producer: RenewingProducer
) -> WebhookParts | None:
    """Where a connection has a key. With looks turned off nobody would look."""
    keys = settings.xero.webhook_keys()
    if not keys or not settings.watch.enabled:
        return None
    looks = KafkaLookPublisher(producer, settings.kafka.topics.sync_requests)
    return WebhookParts(keys, steering.profile, looks, metrics.xero_webhook)
