"""Status changes of several organisations all at once: how many a second one worker answers, and what that costs it."""

import asyncio
import random
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.environment import Environment
from benchmarks.measures import Spent, Traffic
from benchmarks.options import Options
from benchmarks.organisations import Organisations, event
from benchmarks.warm_up import warm_up

WARM_SECONDS, OUTCOME_SECONDS, FILE_SECONDS = 60.0, 200.0, 10.0
SAMPLED_WORKER = "benchmarks.profile.sampled_worker"


@dataclass(frozen=True, slots=True)
class Burst:
    """One run: from the first event handed to the producer to the last outcome seen."""

    shipments: int
    seconds: float
    spent: Spent

    @property
    def shipments_a_second(self) -> float:
        """On the average."""
        return self.shipments / self.seconds


async def measure(
    environment: Environment, options: Options, name: str, checkout: Path | None, samples: Path | None = None
) -> Burst:
    """One worker, of this or another checkout, that has met its organisations before.

    `samples` is the file that a worker of this checkout writes what it was at to (`benchmarks.profile`).
    """
    numbers = range(1, options.burst_organisations + 1)
    async with (
        environment.stack(name, Organisations(len(numbers))) as stack,
        Traffic.watched(stack.bootstrap_servers) as traffic,
    ):
        sampled: dict[str, Any] = {} if samples is None else {"module": (SAMPLED_WORKER, str(samples))}
        worker = stack.worker(checkout=checkout, **sampled)
        worker.start()
        await worker.ready()
        await warm_up(traffic, len(numbers), WARM_SECONDS)
        events = [event(number, index) for index in range(1, options.burst // len(numbers) + 1) for number in numbers]
        random.Random(options.seed).shuffle(events)  # noqa: S311  # The same order in every run, and nothing secret.
        if samples is not None:
            worker.send_signal(signal.SIGUSR1)
        before, began = await Spent.by(worker), time.monotonic()
        await traffic.send_all(events)
        await traffic.until_answered((each["shipment_id"] for each in events), OUTCOME_SECONDS)
        burst = Burst(len(events), time.monotonic() - began, (await Spent.by(worker)).since(before))
        if samples is not None:
            worker.send_signal(signal.SIGUSR2)
            await _written(samples)
        return burst


async def _written(file: Path) -> None:
    async with asyncio.timeout(FILE_SECONDS):
        while not file.exists():  # noqa: ASYNC110, ASYNC240 - Another process writes it, and it is a look of microseconds.
            await asyncio.sleep(0.05)
