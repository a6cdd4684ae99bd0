"""The HTTP API (contract 6.4): the integration log, what needs a human, sending, explaining; health, metrics."""

from streams.web.access import AccessFile, AccessFileError, TrustedProxy
from streams.web.app import HealthParts, WebParts, build_app, build_health_app
from streams.web.dry_run import DryRun
from streams.web.http.limits import HttpLimits, connections_within
from streams.web.http.server import WebServer
from streams.web.pages import KafkaDeadLetters, OrganisationState
from streams.web.publisher import (
    KafkaLookPublisher,
    KafkaPausePublisher,
    KafkaRequestPublisher,
    KafkaStatusChangePublisher,
)
from streams.web.webhook import WebhookParts

__all__ = [
    "AccessFile",
    "AccessFileError",
    "DryRun",
    "HealthParts",
    "HttpLimits",
    "KafkaDeadLetters",
    "KafkaLookPublisher",
    "KafkaPausePublisher",
    "KafkaRequestPublisher",
    "KafkaStatusChangePublisher",
    "OrganisationState",
    "TrustedProxy",
    "WebParts",
    "WebServer",
    "WebhookParts",
    "build_app",
    "build_health_app",
    "connections_within",
]
