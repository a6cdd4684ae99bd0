"""Starts what the demo needs, in the order it is needed, and ends it again."""

import os
import random
import secrets
import tomllib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.demo import prometheus
from deploy.demo.failure import DemoFailedError
from deploy.demo.files import laid
from deploy.demo.processes import Child
from deploy.demo.waiting import until
from deploy.demo.web import Addresses, Web
from deploy.kafka import LOOPBACK, LocalKafka, free_ports

PROFILE = Path(__file__).with_name("profile.toml")
_PARTITIONS = "4"
_START_SECONDS = 60.0
_SCRAPED_SECONDS = 10.0
# The demonstration's seed of the simulator names the app so.
_CLIENT = {"SHIPLEDGER_XERO__CLIENT_ID": "demo-client", "SHIPLEDGER_XERO__CLIENT_SECRET": "demo-secret"}

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Parts:
    """What the demo consists of, running. `children` are the processes whose end would be a failure."""

    addresses: Addresses
    web: Web
    children: tuple[Child, ...]

    def check(self) -> None:
        """Raise DemoFailedError where a part has ended."""
        for child in self.children:
            child.check()


@asynccontextmanager
async def running_parts(folder: Path, progress: Progress, *, watched: bool) -> AsyncIterator[Parts]:
    """Start Kafka, the simulator, the topics and the worker in `folder`; `progress` is told each step.

    `watched`: with a Prometheus beside them, where one is installed.

    Raises LocalKafkaError or DemoFailedError where a part does not start; what had started has ended then.
    """
    async with AsyncExitStack() as stack:
        simulator_port, worker_port, prometheus_port = _three(free_ports(random.SystemRandom()))
        profile = laid(PROFILE.read_text(encoding="utf-8"), folder)
        environment = _environment(os.environ, worker_port, folder, profile)
        simulator = _child(stack, "simulator", ("simulator", "--port", str(simulator_port)), environment, folder)
        progress("Apache Kafka is starting")
        kafka = await stack.enter_async_context(LocalKafka.started(folder / "kafka"))
        addresses = Addresses(
            kafka=kafka.bootstrap_servers,
            simulator=f"http://{LOOPBACK}:{simulator_port}",
            worker=f"http://{LOOPBACK}:{worker_port}",
            token=environment["SHIPLEDGER_HTTP__TOKEN"],
            prometheus=_prometheus(stack, worker_port, folder, prometheus_port) if watched else None,
        )
        environment |= _where(addresses)
        web = await stack.enter_async_context(Web(addresses, organisations()))
        progress("Topics are being created")
        await _create_topics(environment, folder)
        progress("The worker is starting")
        worker = _child(stack, "worker", ("worker",), environment, folder)
        parts = Parts(addresses, web, (simulator, worker))
        await _ready(parts, simulator, lambda: web.is_ready(f"{addresses.simulator}/_sim/counts"))
        await _ready(parts, worker, lambda: web.is_ready(f"{addresses.worker}/readyz"))
        if (scraping := addresses.prometheus) is not None:
            # The samples are answered within seconds: what a rate shows of them begins before them.
            await until(lambda: web.is_scraped(scraping), _SCRAPED_SECONDS)
        yield parts


def organisations() -> dict[str, str]:
    """The Xero tenant of each company of the demo's profile."""
    companies = tomllib.loads(PROFILE.read_text(encoding="utf-8"))["company"]
    return {company["id"]: company["organisation"] for company in companies}


def _environment(inherited: Mapping[str, str], worker_port: int, folder: Path, profile: Path) -> dict[str, str]:
    """The process environment without settings of another worker, and the demo's own."""
    clean = {name: value for name, value in inherited.items() if not name.startswith("SHIPLEDGER_")}
    return (
        clean
        | _CLIENT
        | {
            "SHIPLEDGER_XERO__ALLOW_TEST_HOST": "true",
            "SHIPLEDGER_PROFILE": str(profile),
            "SHIPLEDGER_HTTP__HOST": LOOPBACK,
            "SHIPLEDGER_HTTP__PORT": str(worker_port),
            "SHIPLEDGER_HTTP__TOKEN": secrets.token_urlsafe(24),
            "SHIPLEDGER_DATA_DIR": str(folder / "data"),
            "SHIPLEDGER_LOG__FORMAT": "json",
        }
    )


def _where(addresses: Addresses) -> dict[str, str]:
    return {
        "SHIPLEDGER_KAFKA__BOOTSTRAP_SERVERS": addresses.kafka,
        "SHIPLEDGER_XERO__BASE_URL": addresses.simulator,
        "SHIPLEDGER_XERO__TOKEN_URL": f"{addresses.simulator}/connect/token",
    }


def _prometheus(stack: AsyncExitStack, worker_port: int, folder: Path, port: int) -> str | None:
    """Its address, or None where none is installed: the demo does without."""
    if not prometheus.is_installed():
        return None
    target = f"{LOOPBACK}:{worker_port}"
    return stack.enter_context(prometheus.scraping([target], folder / "prometheus", port))


def _child(
    stack: AsyncExitStack, name: str, arguments: tuple[str, ...], environment: Mapping[str, str], folder: Path
) -> Child:
    child = Child(name, arguments, environment, folder)
    stack.push_async_callback(child.stop)
    return child


async def _create_topics(environment: Mapping[str, str], folder: Path) -> None:
    command = Child("topics", ("topics", "create", "--partitions", _PARTITIONS), environment, folder)
    if await command.finished() != 0:
        raise DemoFailedError(f"The topics could not be created:\n{command.log_end()}")


async def _ready(parts: Parts, child: Child, is_ready: Callable[[], Awaitable[bool]]) -> None:
    async def ready_or_ended() -> bool:
        parts.check()
        return await is_ready()

    if not await until(ready_or_ended, _START_SECONDS):
        raise DemoFailedError(
            f"The {child.name} was not ready within {_START_SECONDS:g} s. Its log ends with:\n{child.log_end()}"
        )


def _three(ports: Iterator[int]) -> tuple[int, int, int]:
    return next(ports), next(ports), next(ports)
