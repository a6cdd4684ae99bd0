"""The dispatcher in this process, put together as in the worker, but the governor's clock can run faster."""

import asyncio
import random
import shutil
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp

from prometheus_client import CollectorRegistry
from pydantic import SecretStr

from deploy.simulator import Simulator
from mappers.model import Company
from streams.dispatch.context import LaneContext
from streams.dispatch.ownership import Dispatcher
from streams.dispatch.settings import DispatchSettings
from streams.ops import Metrics
from xero_client.accounting import Endpoint, XeroClient
from xero_client.auth import ClientCredentials, ClientCredentialsSource, ConnectionTokens, TokenEndpoint
from xero_client.master_data import CachePolicy, ReferenceCache, optional_lists_of
from xero_client.quota import QuotaGovernor, QuotaLimits, SystemClock

CONNECTION = "default"
SESSION_SECONDS, HEARTBEAT_SECONDS, STOP_SECONDS = 6.0, 1.0, 4.0


@asynccontextmanager
async def running(
    bootstrap_servers: str, simulator: Simulator, companies: Sequence[Company], speed: float, chance: random.Random
) -> AsyncIterator[asyncio.Task[None]]:
    """Dispatch until the block ends. `speed`: seconds of the governor's clock per real second, as the simulator's."""
    metrics = Metrics(CollectorRegistry())
    governor = QuotaGovernor(QuotaLimits(), clock=SystemClock(speed=speed), random=chance.random)
    tokens = _tokens(simulator, companies, metrics, chance)
    client = XeroClient(
        Endpoint(simulator.base_url, "shipledger/benchmark"),
        tokens=tokens,
        governor=governor,
        observer=metrics,
        clock=_utc_now,
        monotonic=time.monotonic,
    )
    folder = Path(mkdtemp(prefix="shipledger-bench-"))
    dispatcher = _dispatcher(bootstrap_servers, _context(client, governor, companies, metrics, folder))
    task = asyncio.create_task(dispatcher.run())
    try:
        yield task
    finally:
        await dispatcher.stop(STOP_SECONDS)
        task.cancel()
        await asyncio.wait([task])
        client.close()
        await tokens.close()
        shutil.rmtree(folder, ignore_errors=True)


def _tokens(
    simulator: Simulator, companies: Sequence[Company], metrics: Metrics, chance: random.Random
) -> ConnectionTokens:
    app = simulator.state.seed.apps[0]
    endpoint = TokenEndpoint(
        simulator.token_url, observer=metrics, monotonic=time.monotonic, sleep=asyncio.sleep, random=chance.random
    )
    credentials = ClientCredentials(CONNECTION, app.client_id, SecretStr(app.client_secret))
    source = ClientCredentialsSource(credentials, endpoint, time.monotonic)
    return ConnectionTokens(
        {company.organisation: CONNECTION for company in companies}, {CONNECTION: source}, monotonic=time.monotonic
    )


def _context(
    client: XeroClient, governor: QuotaGovernor, companies: Sequence[Company], metrics: Metrics, folder: Path
) -> LaneContext:
    references = ReferenceCache(
        client,
        optional_lists=optional_lists_of(companies),
        policy=CachePolicy(),
        clock=_utc_now,
        monotonic=time.monotonic,
        sleep=asyncio.sleep,
        observer=metrics,
        on_change=lambda _organisation: None,
        calls_left=governor.calls_left_today,
    )
    return LaneContext(
        accounting=client,
        references=references,
        budget=governor,
        companies={company.id: company for company in companies},
        pauses=NoPauses(),
        metrics=metrics,
        settings=DispatchSettings(instance_id="benchmark", ledger_folder=folder),
        clock=_utc_now,
        monotonic=time.monotonic,
        sleep=asyncio.sleep,
    )


class NoPauses:
    """The port `CompanyPauses` where nobody pauses anything."""

    is_known = True

    def pause_of(self, company_id: str) -> None:
        """Nobody is."""
        del company_id

    async def caught_up(self) -> None:
        """There is nothing to read."""


def _dispatcher(bootstrap_servers: str, context: LaneContext) -> Dispatcher:
    return Dispatcher(
        {"bootstrap_servers": bootstrap_servers},
        context,
        "benchmark",
        _fatal,
        session_timeout=SESSION_SECONDS,
        heartbeat_interval=HEARTBEAT_SECONDS,
    )


def _fatal(error: BaseException) -> None:
    raise error


def _utc_now() -> datetime:
    return datetime.now(UTC)
