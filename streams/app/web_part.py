"""The HTTP server: health and metrics in every role, the API where the tables are."""

import asyncio
import time
import uuid
from collections.abc import Mapping

from aiohttp import web
from aiokafka import AIOKafkaProducer

from config.settings import Settings
from mappers.model import Company
from streams.app.clocks import utc_now
from streams.app.observed_web import observed, templates
from streams.app.stream_part import StreamPart
from streams.app.xero_services import XeroServices
from streams.ops import Liveness, Metrics, Readiness
from streams.web import DryRun, HealthCalls, KafkaRequestPublisher, WebParts, WebServer, build_app

LOOK_EVERY = 5.0


class WebPart:
    """Listens from the start, so that health can be asked while Kafka is away; `connect` begins to publish."""

    def __init__(
        self,
        settings: Settings,
        companies: Mapping[str, Company],
        liveness: Liveness,
        readiness: Readiness,
        metrics: Metrics,
        xero: XeroServices,
        stream: StreamPart | None,
    ) -> None:
        token = settings.http.token.get_secret_value()
        self._producer: AIOKafkaProducer | None = None
        if stream is None:
            app = web.Application()
            app.add_routes(HealthCalls(liveness, readiness, metrics.registry, token).routes())
        else:
            self._producer = AIOKafkaProducer(**settings.kafka.client_arguments(), acks="all", enable_idempotence=True)
            parts = WebParts(
                token=token,
                companies=companies,
                logs=stream.store,
                snapshots=stream.store,
                publisher=KafkaRequestPublisher(self._producer),
                dry_run=DryRun(companies, xero.client, xero.references, utc_now, time.monotonic),
                liveness=liveness,
                readiness=readiness,
                registry=metrics.registry,
                new_event_id=lambda: str(uuid.uuid4()),
            )
            app = build_app(parts)
        app.middlewares.insert(0, observed(metrics.api_requests))
        metrics.api_requests.expect(templates(app))
        self._server = WebServer(app, host=settings.http.host, port=settings.http.port)
        self._connected = False

    async def start(self) -> None:
        """Listen. Raises OSError where the port is taken."""
        await self._server.start()

    async def listen(self) -> None:
        """Return when nobody listens any more, which nothing but `stop` should bring about."""
        while self._server.is_listening:  # noqa: ASYNC110  # The server has no event.
            await asyncio.sleep(LOOK_EVERY)

    async def connect(self) -> None:
        """Start the producer behind Send to Accounting."""
        if self._producer is not None:
            await self._producer.start()
            self._connected = True

    async def stop(self) -> None:
        """Finish calls under way, close."""
        await self._server.stop()
        if self._producer is not None and self._connected:
            await self._producer.stop()
