"""What a company that floods the topic does to the others: unknown codes, large shipments, poison and so on."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from aiokafka import AIOKafkaProducer

from benchmarks.environment import Environment
from benchmarks.measures import SPREAD_COLUMNS, Spent, Spread, Traffic
from benchmarks.options import Options
from benchmarks.organisations import Organisations, company, event, shipment, shipment_id
from benchmarks.report import Report, Target
from benchmarks.scenarios.latency import HALF_LOAD_PER_MINUTE
from benchmarks.warm_up import warm_up
from deploy.testbed import encode, make_line
from streams.topics import STATUS_CHANGES

NOISY = 1
MOST_SLOWER = 1.5
LARGE_SHARE = 50
STORMED = 20
WARM_SECONDS, OUTCOME_SECONDS = 120.0, 200.0
COLUMNS = ("the others, beside", "flood", *SPREAD_COLUMNS, "CPU ms an event")
NOTE = (
    "Times are whole: of each a call to Xero takes `--flood-call` seconds. The flood comes evenly over the same time "
    "as the others' events, which are spread over all of it, at half load: above it the pace of calls is what their "
    "slowest wait for. Each run has fresh topics, a worker and a simulator of its own; the quiet one is measured first "
    "and last, and the target takes its slower p95, so that a machine that gets busier is not taken for a flood."
)

Sent = TypeVar("Sent")
Message = tuple[bytes, bytes]
"""Key and value."""


def unknown_code(index: int) -> Message:
    """A shipment whose customer Xero does not know, each another one."""
    return _sent(event(NOISY, index, shipment={**shipment(NOISY, index), "buyer_code": f"NOBODY-{index}"}))


def other_status(index: int) -> Message:
    """A status change that triggers nothing."""
    return _sent(event(NOISY, index, status="DRAFT"))


def poison(index: int) -> Message:
    """No event at all; a dead letter."""
    return f"{company(NOISY)}/{shipment_id(NOISY, index)}".encode(), b'{"event_id": ' + str(index).encode()


def sync_now(index: int) -> Message:
    """A person who presses Sync Now again and again, for a few shipments."""
    of = index % STORMED
    return _sent(event(NOISY, of, event_id=f"storm-{index}", revision=index, sync_now=True))


def large(index: int) -> Message:
    """A shipment near the limit of what is taken."""
    lines = [make_line(line_number=number + 1, description="x" * 750) for number in range(900)]
    return _sent(event(NOISY, index, shipment={**shipment(NOISY, index), "lines": lines}))


FLOODS: dict[str, Callable[[int], Message]] = {
    "unknown codes": unknown_code,
    "other statuses": other_status,
    "poison": poison,
    "Sync Now": sync_now,
    "large shipments": large,
}


@dataclass(frozen=True, slots=True)
class Run:
    """One run: the others' delays in seconds."""

    name: str
    flood: int
    delays: tuple[float, ...]
    cpu_ms_an_event: float

    @property
    def p95(self) -> float:
        """Of the others, in seconds."""
        return Spread.of(self.delays).at(0.95)

    def cells(self) -> tuple[str, ...]:
        """As the table has them."""
        return (self.name, f"{self.flood:,}", *Spread.of(self.delays).cells(), f"{self.cpu_ms_an_event:.1f}")


async def run(environment: Environment, options: Options) -> Report:
    """The others alone, beside each flood, and alone again."""
    quiet = [await _measure(environment, options, "nothing", ())]
    floods = [await _measure(environment, options, name, _flood(options, name)) for name in FLOODS]
    quiet.append(await _measure(environment, options, "nothing again", ()))
    alone = max(each.p95 for each in quiet)
    return Report(
        name="floods",
        title=f"{options.organisations - 1} organisations with {_each(options)} shipments each, beside one that floods",
        columns=COLUMNS,
        rows=tuple(each.cells() for each in (quiet[0], *floods, quiet[1])),
        targets=tuple(
            Target(
                f"{each.name}: p95 at most {MOST_SLOWER:g} times as long",
                f"{each.p95 / alone:.2f} times",
                each.p95 / alone <= MOST_SLOWER,
            )
            for each in floods
        ),
        notes=(NOTE,),
        figures={each.name: {**Spread.of(each.delays).as_json(), "flood": each.flood} for each in (*quiet, *floods)},
    )


def _each(options: Options) -> int:
    """Shipments of every other organisation: half of what its quota allows, were each a call of its own."""
    return max(1, round(options.flood_seconds * HALF_LOAD_PER_MINUTE / 60))


def _flood(options: Options, name: str) -> Sequence[Message]:
    count = options.flood // LARGE_SHARE if name == "large shipments" else options.flood
    return [FLOODS[name](index) for index in range(1, count + 1)]


async def _measure(environment: Environment, options: Options, name: str, flood: Sequence[Message]) -> Run:
    others = [event(number, index) for number in _others(options) for index in range(1, _each(options) + 1)]
    random.Random(options.seed).shuffle(others)  # noqa: S311  # The same order in every run, and nothing secret.
    async with (
        environment.stack(f"floods-{name.replace(' ', '-')}", Organisations(options.organisations)) as stack,
        Traffic.watched(stack.bootstrap_servers) as traffic,
    ):
        worker = stack.worker()
        worker.start()
        await worker.ready(WARM_SECONDS)
        await warm_up(traffic, options.organisations, WARM_SECONDS)
        state = stack.simulator.state
        state.set_switches(state.switches.changed({"latency_seconds": options.flood_call}))
        spent = await Spent.by(worker)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_publish(stack.bootstrap_servers, flood, options.flood_seconds))
            tasks.create_task(_send(traffic, others, options.flood_seconds))
        shipments = [each["shipment_id"] for each in others]
        await traffic.until_answered(shipments, OUTCOME_SECONDS)
        cost = (await Spent.by(worker)).since(spent).milliseconds_an_event
        return Run(name, len(flood), tuple(traffic.delays(shipments)), cost)


def _others(options: Options) -> range:
    return range(NOISY + 1, options.organisations + 1)


async def _send(traffic: Traffic, events: Sequence[dict[str, Any]], seconds: float) -> None:
    async for each in _paced(events, seconds):
        await traffic.send(each)


async def _publish(bootstrap_servers: str, messages: Sequence[Message], seconds: float) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap_servers, acks="all")
    await producer.start()
    try:
        async for key, value in _paced(messages, seconds):
            await producer.send(STATUS_CHANGES, key=key, value=value)
        await producer.flush()
    finally:
        await producer.stop()


async def _paced(each: Sequence[Sent], seconds: float) -> AsyncIterator[Sent]:
    """Evenly over so many seconds; late ones at once."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    for number, one in enumerate(each):
        await asyncio.sleep(max(0.0, began + seconds * number / len(each) - loop.time()))
        yield one


def _sent(each: dict[str, Any]) -> Message:
    return f"{each['company_id']}/{each['shipment_id']}".encode(), encode(each)
