"""How many status changes a second the gate takes, one in six of them forwarded."""

from collections.abc import Iterator
from typing import Any

from benchmarks.environment import Environment
from benchmarks.measures import Spent, Traffic
from benchmarks.options import Options
from benchmarks.organisations import Organisations, event, shipment_id
from benchmarks.report import Report

ONE_IN = 6
GATE_SECONDS = 120.0
OTHER_STATUS = "DOCS ISSUED"
NOTE = (
    "The events are on the topic before the worker starts, in one process with the projection that folds the same "
    "events into its tables. The rate is between the first and the last forwarded request as a consumer sees them. "
    "The gate sends on without waiting, up to 200 events or 8 MB at a time, and acknowledges in the order of offsets."
)


async def run(environment: Environment, options: Options) -> Report:
    """Measure a worker with `--role stream`."""
    async with (
        environment.stack("gate", Organisations(options.organisations)) as stack,
        Traffic.watched(stack.bootstrap_servers) as traffic,
    ):
        await traffic.send_all(_events(options))
        worker = stack.worker(role="stream")
        worker.start()
        await traffic.until(lambda: bool(traffic.requested), GATE_SECONDS, "the first request")
        before = await Spent.by(worker)
        forwarded = frozenset(_forwarded(options))
        await traffic.until(lambda: forwarded <= traffic.requested.keys(), GATE_SECONDS, f"{len(forwarded)} requests")
        spent = (await Spent.by(worker)).since(before)
    moments = sorted(traffic.requested.values())
    return _report(options, len(moments), moments[-1] - moments[0], spent)


def _events(options: Options) -> Iterator[dict[str, Any]]:
    for index in range(options.events):
        number = index % options.organisations + 1
        other = {} if index % ONE_IN == 0 else {"status": OTHER_STATUS, "previous_status": "BOOKED"}
        yield event(number, index, **other)


def _forwarded(options: Options) -> Iterator[str]:
    for index in range(0, options.events, ONE_IN):
        yield shipment_id(index % options.organisations + 1, index)


def _report(options: Options, requests: int, seconds: float, spent: Spent) -> Report:
    # Between the first and the last request lie all events but those of one interval.
    rate = options.events * (requests - 1) / requests / seconds
    cost = spent.milliseconds_an_event
    return Report(
        name="gate",
        title=f"{options.events:,} status changes, one in {ONE_IN} forwarded",
        columns=("events", "forwarded", "seconds", "events per second", "CPU ms an event"),
        rows=((f"{options.events:,}", f"{requests:,}", f"{seconds:.2f}", f"{rate:,.0f}", f"{cost:.2f}"),),
        notes=(NOTE,),
        figures={
            "events": options.events,
            "requests": requests,
            "seconds": seconds,
            "events_per_second": rate,
            "cpu_ms_an_event": cost,
        },
    )
