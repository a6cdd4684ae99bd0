"""The HTTP API (contract 6.4): the integration log, what needs a human, sending, explaining; health, metrics."""

from streams.web.dry_run import DryRun
from streams.web.health_calls import HealthCalls
from streams.web.publisher import KafkaRequestPublisher
from streams.web.server import WebParts, WebServer, build_app

__all__ = [
    "DryRun",
    "HealthCalls",
    "KafkaRequestPublisher",
    "WebParts",
    "WebServer",
    "build_app",
]
