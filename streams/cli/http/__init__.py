"""The commands that ask a running worker over its HTTP API."""

from streams.cli.http.explain import explain
from streams.cli.http.health import health
from streams.cli.http.log import log
from streams.cli.http.pause import companies, pause, resume
from streams.cli.http.send_to_accounting import send_to_accounting

__all__ = [
    "companies",
    "explain",
    "health",
    "log",
    "pause",
    "resume",
    "send_to_accounting",
]
