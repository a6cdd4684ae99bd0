"""Wires that go bad, between the worker and Xero and between the worker and its broker, and what comes of it."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

from deploy.kafka import LOOPBACK, LocalKafka
from deploy.kafka.properties import Ports
from deploy.testbed.ports import free_port
from deploy.testbed.worker import WorkerProcess
from tests.reliability.bench import Bench, bench_on
from tests.reliability.chain import A_MINUTE
from tests.reliability.preloaded import Nursery
from tests.reliability.wire import HEALTHY, Toxic, Wire

MET_SECONDS = 60.0
UNDER_WAY = 0.03
"""So many seconds after they were sent the last of some events is at the dispatcher."""


@dataclass(frozen=True)
class Wired:
    """A worker whose every byte goes over one of two wires. Whoever watches it has connections of their own."""

    bench: Bench
    worker: WorkerProcess
    to_xero: Wire
    to_kafka: Wire

    async def suffer(self, where: str, toxic: Toxic, seconds: float) -> float:
        """A bad wire for so long, with events under way; returns the seconds from its end until all is answered."""
        wire = self.to_xero if where == "xero" else self.to_kafka
        self.bench.clock.advance(A_MINUTE)
        sending = asyncio.create_task(self.bench.send(5, corrections=1))
        # Before them, or while they are somewhere on their way.
        await asyncio.sleep(self.bench.random.choice((0.0, self.bench.random.uniform(0.0, UNDER_WAY))))
        wire.set(toxic)
        await sending
        await self.bench.stack.until(lambda: wire.met > 0, MET_SECONDS, f"that the wire to {where} did harm")
        await asyncio.sleep(seconds)
        wire.set(HEALTHY)
        began = time.monotonic()
        await self.bench.send(2)
        await self.bench.answered(180)
        return time.monotonic() - began


@asynccontextmanager
async def broker_behind_a_wire(folder: Path) -> AsyncIterator[tuple[LocalKafka, Wire]]:
    """A broker with a second listener, advertised as the wire's port (KIP-103): its clients are told of no other."""
    plain, controller, behind = free_port(), free_port(), free_port()
    async with Wire((LOOPBACK, behind)).laid() as wire:
        kafka = LocalKafka(
            folder,
            ports=Ports(plain, controller),
            settings=_listeners(plain, controller, behind, wire.port),
            start_seconds=120,
        )
        try:
            await kafka.start()
            yield kafka, wire
        finally:
            await kafka.stop()


@asynccontextmanager
async def wired(folder: Path, seed: int, nursery: Nursery | None) -> AsyncIterator[Wired]:
    """A worker that alone reaches broker and simulator over wires."""
    async with AsyncExitStack() as stack:
        kafka, to_kafka = await stack.enter_async_context(broker_behind_a_wire(folder / "kafka"))
        bench = await stack.enter_async_context(
            bench_on(kafka.bootstrap_servers, folder / "network", "network", seed, nursery)
        )
        address = urlsplit(bench.stack.simulator.base_url)
        to_xero = await stack.enter_async_context(Wire((str(address.hostname), address.port or 0)).laid())
        url = f"http://{LOOPBACK}:{to_xero.port}"
        worker = bench.worker(
            KAFKA__BOOTSTRAP_SERVERS=f"{LOOPBACK}:{to_kafka.port}",
            XERO__BASE_URL=url,
            XERO__TOKEN_URL=f"{url}/connect/token",
        )
        worker.start()
        await worker.ready(120)
        await bench.send(5)
        await bench.answered()
        yield Wired(bench, worker, to_xero, to_kafka)


def _listeners(plain: int, controller: int, behind: int, wire: int) -> dict[str, str]:
    names = {"PLAINTEXT": plain, "CONTROLLER": controller, "WIRED": behind}
    written = ",".join(f"{name}://{LOOPBACK}:{port}" for name, port in names.items())
    return {
        "listeners": written,
        "advertised.listeners": f"PLAINTEXT://{LOOPBACK}:{plain},WIRED://{LOOPBACK}:{wire}",
        "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,WIRED:PLAINTEXT",
    }


def drawn_toxic(kind: str, where: str, chance: Random) -> tuple[Toxic, float]:
    """One of the kind, and for how many seconds after its first harm."""
    most = 3_000 if where == "xero" else 20_000
    match kind:
        case "latency":
            return Toxic(latency=chance.uniform(0.05, 1.5 if where == "xero" else 0.3)), chance.uniform(2, 6)
        case "half-open":
            return Toxic(swallow=True), chance.uniform(1, 12)
        case "request cut":
            return Toxic(cut_after=chance.randrange(most), reset=chance.random() < 0.5), chance.uniform(0, 4)
        case "reply cut":
            cut, reset = chance.randrange(most), chance.random() < 0.5
            return Toxic(cut_after=cut, cut_upward=False, reset=reset), chance.uniform(0, 4)
        case "slow close":
            # Only what is closed can be closed slowly, so every connection ends after a while.
            return Toxic(slow_close=chance.uniform(1, 5), cut_after=chance.randrange(most)), chance.uniform(1, 5)
        case _:
            return Toxic(refuse=True), chance.uniform(0, 6)


KINDS = ("latency", "half-open", "request cut", "reply cut", "slow close", "resets")
WHERE = ("xero", "kafka")
