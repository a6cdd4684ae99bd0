"""Prints the modules that one invoice passes from Kafka's bytes to the log over HTTP, from a trace of one real run.

It is for orientation: how many files somebody opens who follows a shipment. Functions that an idle worker runs as well
(polls, health, gauges) are left out; what remains was called because of the shipment.
"""

import asyncio
import signal
import tempfile
from collections.abc import Awaitable, Iterable
from pathlib import Path

from rich.console import Console

from deploy.kafka import LocalKafka
from deploy.testbed import Stack, WorkerProcess, event, running_stack

TRACED_WORKER = "benchmarks.journey.traced_worker"
IDLE_SECONDS = 3.0
FILE_SECONDS = 10.0


async def functions_of_one_invoice(folder: Path) -> list[str]:
    """`module function`, in the order of the first call, without those of an idle worker."""
    file = folder / "functions.txt"
    async with LocalKafka.started(folder / "kafka") as kafka, running_stack(kafka.bootstrap_servers, folder) as stack:
        worker = stack.worker(module=(TRACED_WORKER, str(file)))
        worker.start()
        await worker.ready()
        await one_invoice(stack, worker, 0)  # The first one warms the master data and asks for a token.
        idle = set(await traced(worker, file, asyncio.sleep(IDLE_SECONDS)))
        journey = await traced(worker, file, one_invoice(stack, worker, 1))
        return [each for each in journey if each not in idle]


async def one_invoice(stack: Stack, worker: WorkerProcess, index: int) -> None:
    """A status change, until its outcome is in the log that people read."""
    await stack.publish([event(index)])
    await stack.complete_logs(worker, index + 1)


async def traced(worker: WorkerProcess, file: Path, during: Awaitable[None]) -> list[str]:
    """The functions that the worker enters meanwhile."""
    file.unlink(missing_ok=True)  # noqa: ASYNC240 - as below
    worker.send_signal(signal.SIGUSR1)
    await during
    worker.send_signal(signal.SIGUSR2)
    async with asyncio.timeout(FILE_SECONDS):
        while not file.exists():  # noqa: ASYNC110, ASYNC240 - Another process writes the file, and it is a look of microseconds.
            await asyncio.sleep(0.05)
    return file.read_text(encoding="utf-8").splitlines()  # noqa: ASYNC240 - as above


def modules_of(functions: Iterable[str]) -> dict[str, int]:
    """How many functions of each module were entered, by module, in the order of the first call."""
    counts: dict[str, int] = {}
    for each in functions:
        module = each.split(" ", 1)[0]
        counts[module] = counts.get(module, 0) + 1
    return counts


def show(console: Console, modules: dict[str, int]) -> None:
    """One line a module, and the figure."""
    for place, (module, count) in enumerate(modules.items(), 1):
        console.print(f"{place:4}  {module}  [dim]{count} functions[/dim]", highlight=False)
    rooms = {module.rsplit(".", 1)[0] for module in modules}
    console.print(f"\nOne invoice passes {len(modules)} modules in {len(rooms)} rooms.", highlight=False)


def main() -> None:
    """Run and print."""
    with tempfile.TemporaryDirectory(prefix="shipledger-journey-", ignore_cleanup_errors=True) as name:
        show(Console(), modules_of(asyncio.run(functions_of_one_invoice(Path(name)))))


if __name__ == "__main__":
    main()
