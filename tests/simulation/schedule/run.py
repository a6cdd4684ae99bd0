"""Runs one schedule to its end and says what is wrong."""

import asyncio
import gc
import hashlib
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.simulation.faults import Fault, FaultPlan, chance_of
from tests.simulation.machine import AwaitSites, VirtualLoop, surroundings
from tests.simulation.machine.loop import OverrunError, StandstillError
from tests.simulation.schedule.invariants import done_so_far, secret_places, violations, why_not_quiet
from tests.simulation.schedule.memory import kept
from tests.simulation.schedule.traffic import COMPANIES, begin, traffic
from tests.simulation.world import World

REFUSED_IN = 4
LOOK_EVERY = 1.0
STOP_PATIENCE = 30.0
FORGET_PATIENCE, FORGET_LOOK_EVERY = 90.0, 0.25
"""Virtual seconds until nothing is in memory of what has ended, and from one look to the next."""
STILL = 330.0
"""Virtual seconds in which something happens where anything can: no pause between two calls is longer, and after a
restart master data are read again every 300 s."""
PATIENCE = 900.0
"""In so many virtual seconds all must be quiet: it bounds all that waits by itself."""
ROOMS = (
    "streams/dispatch",
    "streams/pauses",
    "streams/projection/follower.py",
    "streams/projection/consumers.py",
    "streams/gate/handler.py",
    "streams/gate/dead_letters.py",
    "xero_client/accounting",
    "xero_client/auth/access_tokens.py",
    "xero_client/auth/token_endpoint.py",
    "xero_client/auth/token_source.py",
    "xero_client/master_data",
    "xero_client/quota",
    "xero_client/transport",
)
"""Whose waits are seams: what runs in the simulation. Faust, the web and the consents of people do not."""
SITES = AwaitSites(ROOMS)


@dataclass(frozen=True)
class Schedule:
    """All that decides a run."""

    seed: int
    faults: tuple[Fault, ...] = ()
    machines: int = 2

    @property
    def has_refused(self) -> bool:
        """Whether a shipment of it waits for its customer: of one seed in `REFUSED_IN`."""
        return self.seed % REFUSED_IN == 0

    def __str__(self) -> str:
        what = "\n".join(f"    {each}" for each in self.faults) or "    no fault"
        return f"seed {self.seed}, {self.machines} machines:\n{what}"


@dataclass
class Result:
    """What came of it."""

    schedule: Schedule
    violations: list[str]
    seen: Counter[str]
    happened: list[Fault]
    digest: str
    seconds: float
    steps: int
    exits: list[str] = field(default_factory=list)
    fenced: int = 0

    @property
    def is_good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.violations


def run_schedule(schedule: Schedule) -> Result:
    """Deterministic, within one process and, where PYTHONHASHSEED is set, in all."""
    folder = Path(tempfile.mkdtemp(prefix="shipledger-simulation-"))
    loop = VirtualLoop()
    plan = FaultPlan(schedule.faults)
    parts: dict[str, Any] = {}
    try:
        with surroundings(
            loop,
            schedule.seed,
            submit=lambda *args: parts["world"].threads.submit(*args),  # noqa: PLW0108  # It does not exist yet.
            connect_kafka=lambda host, port, **options: parts["world"].network.connect(
                host, port, parts["world"].broker, **options
            ),
            connect_xero=lambda *args, **options: parts["world"].line.connect(*args, **options),  # noqa: PLW0108  # As above.
        ):
            world = parts["world"] = World(loop, folder, schedule.seed, plan, COMPANIES)
            return _run(world, schedule)
    finally:
        parts.clear()
        loop.close()
        gc.collect()
        shutil.rmtree(folder, ignore_errors=True)


def _run(world: World, schedule: Schedule) -> Result:
    loop, plan = world.loop, world.plan
    trace = hashlib.sha256()

    def observe(task: "asyncio.Task[Any]") -> None:
        sites = SITES.of(task)
        if sites:
            trace.update(f"{loop.time():.6f} {sites[-1]}\n".encode())
        for site in sites:
            plan.met(f"await:{site}")

    loop.on_step = observe
    try:
        found = loop.run_until_complete(_life(world, schedule))
    except (StandstillError, OverrunError) as error:
        found = [f"I7: {error!r} at {loop.time():.0f} s: {why_not_quiet(world)}"]
    exits = [reason for each in world.machines for reason in each.exits]
    fenced = world.broker.transactions.fenced
    return Result(
        schedule, found, plan.seen, plan.happened, trace.hexdigest()[:16], loop.time(), loop.steps, exits, fenced
    )


async def _life(world: World, schedule: Schedule) -> list[str]:
    for _ in range(schedule.machines):
        world.boot(world.add_machine())
    sent = traffic(chance_of(schedule.seed), with_refused=schedule.has_refused)
    await asyncio.sleep(begin(world, sent))
    reason = await _quiet(world)
    world.plan.end()
    found = violations(world, sent) + [f"I8: a secret is in {each}" for each in secret_places(world, "demo-secret")]
    if reason:
        return [f"I7: it stands still: {reason}", *found]
    found += [f"memory: {each}" for each in await _kept(world)]
    return found + await _ended(world)


async def _quiet(world: World) -> str:
    """Wait until nothing is under way. What is, where nobody does anything about it any more."""
    seen, since = done_so_far(world), world.loop.time()
    deadline = since + PATIENCE
    while reason := why_not_quiet(world):
        await asyncio.sleep(LOOK_EVERY)
        now = world.loop.time()
        if (done := done_so_far(world)) != seen:
            seen, since = done, now
        if now > deadline or now - since > STILL:
            break
    return reason


async def _kept(world: World) -> list[str]:
    """What is in memory of work that has ended; a call about master data or a commit may be under way at any moment."""
    least = kept(world)
    deadline = world.loop.time() + FORGET_PATIENCE
    while least and world.loop.time() < deadline:
        await asyncio.sleep(FORGET_LOOK_EVERY)
        now = kept(world)
        least = [each for each in least if each in now]
    return least


async def _ended(world: World) -> list[str]:
    """Ask all workers to end: they must, and leave nothing behind."""
    found = []
    for machine in world.machines:
        process, worker = machine.process, machine.worker
        if process is None or worker is None:
            return [f"I7: {machine.name} is down"]
        machine.process = None
        ending = process.context.run(world.loop.create_task, worker.stop())
        await asyncio.wait([ending], timeout=STOP_PATIENCE)
        if not ending.done():
            found.append(f"I7: {machine.name} did not end in {STOP_PATIENCE:.0f} s")
        elif (error := ending.exception()) is not None:
            found.append(f"I7: the end of {machine.name} failed: {error!r}")
        left = [each.get_coro() for each in world.loop.tasks_of(process)]
        found += [f"I7: {machine.name} left {each!r} behind" for each in left if _is_ours(each)]
    return found


def _is_ours(coroutine: Any) -> bool:
    """Not of a client that was cut off while Kafka did not answer: the process ends then, and its tasks with it."""
    return any(f"/{room}/" in coroutine.cr_code.co_filename for room in ("streams", "xero_client"))
