"""The application of all calls, and the server that binds it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from aiohttp import web
from prometheus_client import CollectorRegistry

from mappers.model import Company
from streams.ops import Liveness, Readiness
from streams.web.explain_calls import ExplainCalls
from streams.web.health_calls import HealthCalls
from streams.web.log_calls import LogCalls
from streams.web.middleware import add_headers, authorisation, errors
from streams.web.ports import DryRunner, LogReader, RequestPublisher, SnapshotReader
from streams.web.send_body import LONGEST_BODY
from streams.web.send_calls import SendCalls

# Within the bound of the whole stop, with room for the parts that stop after the server.
_STOP_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class WebParts:
    """What the API answers from. `token` is the bearer token, `companies` are by id."""

    token: str
    companies: Mapping[str, Company]
    logs: LogReader
    snapshots: SnapshotReader
    publisher: RequestPublisher
    dry_run: DryRunner
    liveness: Liveness
    readiness: Readiness
    registry: CollectorRegistry
    new_event_id: Callable[[], str]


def build_app(parts: WebParts) -> web.Application:
    """The aiohttp application. Raises ValueError for an empty token."""
    app = web.Application(middlewares=[errors, authorisation(parts.token)], client_max_size=LONGEST_BODY)
    app.on_response_prepare.append(add_headers)
    calls = (
        HealthCalls(parts.liveness, parts.readiness, parts.registry, parts.token),
        LogCalls(parts.companies, parts.logs),
        SendCalls(parts.companies, parts.snapshots, parts.publisher, parts.new_event_id),
        ExplainCalls(parts.companies, parts.snapshots, parts.dry_run, parts.new_event_id),
    )
    for each in calls:
        app.add_routes(each.routes())
    return app


class WebServer:
    """Binds an application; `start` raises OSError where the port is taken."""

    def __init__(self, app: web.Application, *, host: str, port: int) -> None:
        """Port 0 lets the system choose one."""
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=_STOP_SECONDS)
        self._host = host
        self._port = port

    async def start(self) -> None:
        """Listen."""
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()

    @property
    def port(self) -> int:
        """The bound port."""
        return int(self._runner.addresses[0][1])

    @property
    def is_listening(self) -> bool:
        """Whether the port is bound."""
        return bool(self._runner.addresses)

    async def stop(self) -> None:
        """Finish calls under way, for two seconds at most, and close."""
        await self._runner.cleanup()
