"""What a worker still has in memory of work that has ended: back at its base there is nothing."""

from collections.abc import Iterator

from streams.dispatch.lane import Lane
from streams.dispatch.ownership.partition import Partition
from tests.simulation.world import World
from tests.simulation.world.worker import Worker


def kept(world: World) -> list[str]:
    """Everything of ended work that a running worker still has, in words. Finished rows it may keep, up to a bound."""
    return [
        f"{machine.name} {where}: {count}"
        for machine in world.machines
        if machine.worker is not None
        for where, count in _kept_by(machine.worker)
        if count
    ]


def _kept_by(worker: Worker) -> Iterator[tuple[str, int]]:
    governor, client = worker.governor, worker.client
    yield "calls under way", len(client._threads._running)
    yield "turns granted", len(governor._requests)
    yield "turns waited for", sum(bool(line) for line in governor._lines.values())
    for number, owner in worker.dispatcher._owners.items():
        if owner.partition is not None:
            yield from ((f"partition {number}, {what}", count) for what, count in _kept_by_partition(owner.partition))


def _kept_by_partition(partition: Partition) -> Iterator[tuple[str, int]]:
    ledger, commits = partition._ledger, partition._group_commit
    yield "records to commit", commits.backlog
    yield "bytes to commit", commits.backlog_bytes
    yield "records to store", ledger.unstored
    yield "bytes to store", ledger.unstored_bytes
    yield "steps to store", len(ledger._pending._steps)
    yield "intents", len(ledger.intents)
    for organisation, lane in partition._lanes.items():
        yield from ((f"{organisation[:8]}, {what}", count) for what, count in _kept_by_lane(lane))


def _kept_by_lane(lane: Lane) -> Iterator[tuple[str, int]]:
    queue = lane._ready_queue
    yield "batches", len(lane.running_batches)
    yield "plans", len(queue)
    yield "bytes of plans", queue._bytes()
    yield "second looks", len(lane._planning_loop._second_looks)
    yield "waits for Xero", int(lane._waits.any)
