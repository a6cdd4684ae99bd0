"""Many organisations with a backlog each on one worker, one of them with a great deal more."""

import asyncio
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from benchmarks.environment import Environment
from benchmarks.measures import Spent, Traffic
from benchmarks.options import Options
from benchmarks.organisations import Organisations, event, tenant
from benchmarks.requests import new_requests, put_requests
from benchmarks.warm_up import warm_up
from deploy.testbed import Stack, WorkerProcess

NOISY = 1
WARM_SECONDS, NOISE_SECONDS, OUTCOME_SECONDS = 60.0, 120.0, 200.0


@dataclass(frozen=True, slots=True)
class ManyOrganisationsRun:
    """One run: the delays of all but the noisy organisation in seconds, and what the simulator saw meanwhile.

    `started_within`: seconds until each of them had its first write. `cpu` is what the worker spent on an event, which
    includes the noisy one's share.
    """

    delays: tuple[float, ...]
    refused: int
    started_within: float
    noise_written: int
    cpu_ms_an_event: float


async def measure(environment: Environment, options: Options, name: str, noise: int) -> ManyOrganisationsRun:
    """A worker, `noise` requests waiting for the first organisation, then the events of the others all at once."""
    async with (
        environment.stack(name, Organisations(options.organisations)) as stack,
        Traffic.watched(stack.bootstrap_servers) as traffic,
    ):
        worker = stack.worker()
        worker.start()
        await worker.ready()
        await warm_up(traffic, options.organisations, WARM_SECONDS)
        await _make_noise(stack, worker, noise)
        spent, began, written = await Spent.by(worker), stack.simulator.state.clock.now(), _written(stack)
        shipments = await _write_others(traffic, options)
        await traffic.until_answered(shipments, OUTCOME_SECONDS)
        starts = list(_first_writes(stack, options, began))
        entries = stack.simulator.state.request_log.entries
        return ManyOrganisationsRun(
            delays=tuple(traffic.delays(shipments)),
            refused=sum(each.status == HTTPStatus.TOO_MANY_REQUESTS for each in entries),
            started_within=(max(starts) - began).total_seconds(),
            noise_written=_written(stack) - written,
            cpu_ms_an_event=(await Spent.by(worker)).since(spent).milliseconds_an_event,
        )


async def _make_noise(stack: Stack, worker: WorkerProcess, count: int) -> None:
    """Let so many requests of the noisy organisation wait in the ledger, as if the gate had forwarded them."""
    if not count:
        return
    await put_requests(stack.bootstrap_servers, new_requests(NOISY, range(1, count + 1)))
    async with asyncio.timeout(NOISE_SECONDS):
        while await _open(worker) + _written(stack) < count:  # noqa: ASYNC110  # The worker has no event for us.
            await asyncio.sleep(0.1)


async def _open(worker: WorkerProcess) -> int:
    """Requests of the noisy organisation without an answer, as the worker's metrics have it (a second old at most)."""
    ours = f'shipledger_lane_depth{{organisation="{tenant(NOISY)}"'
    lines = (await worker.metrics()).splitlines()
    return sum(int(float(line.rpartition(" ")[2])) for line in lines if line.startswith(ours))


async def _write_others(traffic: Traffic, options: Options) -> list[str]:
    events = [event(number, index) for number in _others(options) for index in range(1, options.each + 1)]
    # The same order in both runs, and nothing secret.
    random.Random(options.seed).shuffle(events)  # noqa: S311
    await traffic.send_all(events)
    return [each["shipment_id"] for each in events]


def _others(options: Options) -> range:
    return range(NOISY + 1, options.organisations + 1)


def _first_writes(stack: Stack, options: Options, since: datetime) -> Iterator[datetime]:
    """When every organisation but the noisy one had its first write."""
    entries = [each for each in stack.simulator.state.request_log.entries if each.at >= since]
    writes = [each for each in entries if each.request.operation == "PUT Invoices"]
    for number in _others(options):
        yield next(each.at for each in writes if each.request.tenant == tenant(number))


def _written(stack: Stack) -> int:
    """Documents of the noisy organisation."""
    book = stack.simulator.state.organisations[tenant(NOISY)].invoices
    return sum(each.number.startswith("BENCH-") for each in book)
