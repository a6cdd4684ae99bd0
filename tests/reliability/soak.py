"""`make soak`: a steady rate for hours with a fault every 20 s; nothing grows, and every event is answered."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deploy.simulator.state.faults import Fault
from tests.reliability.armed import TASKS
from tests.reliability.disturbances import is_running
from tests.reliability.figures import Report
from tests.reliability.network import Wired, drawn_toxic, wired
from tests.reliability.preloaded import Nursery
from tests.reliability.wire import HEALTHY

SAMPLE_SECONDS = 5.0
FAULT_SECONDS = 20.0
RECOVERED_SECONDS = 120.0
WARM_SHARE = 0.25
"""What is sampled before so much of the time is over is how it got warm."""
GROWTH = {"rss_mb": (1.15, 20.0), "descriptors": (1.0, 25.0), "threads": (1.0, 6.0), "tasks": (1.0, 40.0)}
"""How much the median of the last quarter may be over that of the first after the warming up: a factor, and a rest."""
STORE_BYTES_AN_EVENT = 20_000.0


@dataclass(frozen=True)
class Sample:
    """What the process holds at one moment."""

    at: float
    rss_mb: float
    descriptors: int
    threads: int
    tasks: int
    store_mb: float
    unanswered: int


@dataclass
class Soak:
    """One steady worker, its samples, and the faults that it lived through."""

    wired: Wired
    report: Report
    rate: float
    samples: list[Sample] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    async def flow(self) -> None:
        """Events at the steady rate: mostly new shipments, some corrections, repeats and poison."""
        chance = self.wired.bench.random
        while True:
            kind = chance.random()
            await self.wired.bench.send(
                1,
                corrections=1 if kind < 0.05 else 0,
                repeats=1 if 0.05 <= kind < 0.1 else 0,
                poison=1 if 0.1 <= kind < 0.11 else 0,
            )
            await asyncio.sleep(1 / self.rate)

    async def watch(self) -> None:
        """A sample every few seconds."""
        while True:
            if is_running(self.wired.worker):
                self.samples.append(self._sample())
            else:
                # Whoever runs workers starts one again that ended; here it is a finding, and the rest is still tried.
                self.report.stuck.append(f"the worker ended by itself\n{self.wired.worker.log_tail()}")
                self.wired.worker.start()
            await asyncio.sleep(SAMPLE_SECONDS)

    async def disturb(self, ends_at: float) -> None:
        """A fault every 20 s, or as soon as the one before is over; what was sent by its end must be answered then."""
        kinds = self._faults()
        while time.monotonic() + FAULT_SECONDS < ends_at:
            due = time.monotonic() + FAULT_SECONDS
            self.wired.bench.clock.advance(61)
            name = self.wired.bench.random.choice(sorted(kinds))
            await kinds[name]()
            print(f"{time.monotonic() - self.began:.0f} s: {name}", flush=True)  # noqa: T201
            over = time.monotonic()
            try:
                await self._caught_up()
            except TimeoutError as error:
                self.report.stuck.append(f"{name}: {error}")
                return
            self.report.recoveries[name].append(time.monotonic() - over)
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    async def _caught_up(self) -> None:
        """The lag is 0 again, for what there was when the fault ended."""
        bench = self.wired.bench
        sent = set(bench.sent.unanswered(bench.shown))
        await bench.stack.until(
            lambda: not (sent & bench.sent.unanswered(bench.shown)), RECOVERED_SECONDS, "the answers of before"
        )

    def _faults(self) -> dict[str, Callable[[], Awaitable[None]]]:
        kinds: dict[str, Callable[[], Awaitable[None]]] = {
            f"Xero: {kind}": lambda kind=kind: self._xero(kind)  # type: ignore[misc]
            for kind in ("apply_then_drop", "drop_before", "503_plain", "apply_then_500", "minute_429", "cut_json")
        }
        for where in ("xero", "kafka"):
            for kind in ("latency", "request cut", "reply cut", "resets"):
                kinds[f"wire: {kind}, {where}"] = lambda kind=kind, where=where: self._wire(kind, where)  # type: ignore[misc]
        return kinds

    async def _xero(self, kind: str) -> None:
        faults = self.wired.bench.stack.simulator.state.faults
        fault = faults.add(Fault("PUT Invoices", kind, retry_after=2 if kind == "minute_429" else None))
        await self.wired.bench.stack.until(lambda: fault.met > 0, 60, f"that {kind} was met")

    async def _wire(self, kind: str, where: str) -> None:
        wire = self.wired.to_xero if where == "xero" else self.wired.to_kafka
        toxic, seconds = drawn_toxic(kind, where, self.wired.bench.random)
        wire.set(toxic)
        await self.wired.bench.stack.until(lambda: wire.met > 0, 60, f"that {kind} did harm")
        await asyncio.sleep(seconds)
        wire.set(HEALTHY)

    def _sample(self) -> Sample:
        process = Path(f"/proc/{self.wired.worker.pid}")
        status = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines() if ":" in line)
        tasks = self.wired.worker.folder / "orders" / TASKS
        store = sum(each.stat().st_size for each in (self.wired.worker.folder / "data").rglob("*") if each.is_file())
        bench = self.wired.bench
        return Sample(
            at=round(time.monotonic() - self.began, 1),
            rss_mb=int(status["VmRSS"].split()[0]) / 1024,
            descriptors=len(list((process / "fd").iterdir())),
            threads=int(status["Threads"]),
            tasks=int(tasks.read_text() or 0) if tasks.exists() else 0,
            store_mb=store / 1e6,
            unanswered=len(bench.sent.unanswered(bench.shown)),
        )


async def soak(folder: Path, nursery: Nursery | None, seed: int, hours: float, rate: float, report: Report) -> None:
    """So many hours, then rest and judgement."""
    report.seeds.append(seed)
    async with wired(folder, seed, nursery) as scene:
        run = Soak(scene, report, rate)
        ends_at = time.monotonic() + hours * 3600
        background = [asyncio.create_task(run.flow()), asyncio.create_task(run.watch())]
        await run.disturb(ends_at)
        for task in background:
            task.cancel()
        ends = await asyncio.gather(*background, return_exceptions=True)
        report.stuck += [f"the soak's own task: {end!r}" for end in ends if not isinstance(end, asyncio.CancelledError)]
        try:
            await scene.bench.answered()
        except TimeoutError as error:
            report.stuck.append(str(error))
        verdict = scene.bench.judged()
        report.verdicts.append(verdict)
        report.extra["samples"] = [vars(each) for each in run.samples]
        report.extra["levels"] = levels(run.samples)
        report.stuck += grown(run.samples, verdict.events)
        report.stops.append(await asyncio.to_thread(scene.worker.terminate))


def levels(samples: Sequence[Sample]) -> dict[str, tuple[float, float]]:
    """The medians of the first and of the last third after the warming up."""
    warm = samples[int(len(samples) * WARM_SHARE) :]
    third = max(1, len(warm) // 3)
    names = (*GROWTH, "store_mb")
    return {
        name: tuple(
            round(statistics.median(getattr(each, name) for each in part), 1) for part in (warm[:third], warm[-third:])
        )
        for name in names
        if warm
    }


def grown(samples: Sequence[Sample], events: int) -> list[str]:
    """What did not stay flat."""
    found = levels(samples)
    allowed = {name: found[name][0] * factor + rest for name, (factor, rest) in GROWTH.items() if name in found}
    told = [
        f"{name} grew from {found[name][0]} to {found[name][1]}" for name in allowed if found[name][1] > allowed[name]
    ]
    if samples and samples[-1].store_mb * 1e6 > STORE_BYTES_AN_EVENT * events + 50e6:
        told.append(f"the stores take {samples[-1].store_mb:.0f} MB for {events} events")
    return told
