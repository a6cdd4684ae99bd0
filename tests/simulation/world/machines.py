"""The world of one schedule: brokers, Xero, and machines on which workers live, die and are started again."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from deploy.simulator.seed import Seed
from deploy.simulator.state import SimulatorState
from deploy.simulator.wire import SimClock
from mappers.model import Company
from streams.topics import TOPICS
from tests.simulation.broker import Broker
from tests.simulation.faults import Fault, FaultPlan, IdentityLine, Kind, Network, Threads, XeroLine, chance_of
from tests.simulation.machine import PROCESS, START, Process, ProcessState, VirtualLoop
from tests.simulation.world.disk import copy_disk
from tests.simulation.world.worker import Worker

PARTITIONS = 2
LONGEST_REBOOT = 4.0
HARDER = {"quote_number_taken_on_put": "duplicate", "key_scope": "token"}
DISK_LOST = 0.15
"""Of the crashes, how many take the disk with them."""


@dataclass
class Machine:
    """A disk, and the worker that lives there at present."""

    name: str
    folder: Path
    lives: int = 0
    process: Process | None = None
    worker: Worker | None = None
    asked_to_end: Process | None = None
    """The process that was; nobody asks it again."""
    exits: list[str] = field(default_factory=list)
    """Why its workers ended by themselves."""

    @property
    def is_running(self) -> bool:
        """Whether a worker runs on it, and is neither stopped nor about to end."""
        is_alive = self.process is not None and self.process.state is ProcessState.RUNNING
        return is_alive and self.worker is not None and self.asked_to_end is not self.process


class World:
    """`chance` decides everything that the plan does not. Made inside of the simulation's surroundings."""

    def __init__(
        self, loop: VirtualLoop, folder: Path, seed: int, plan: FaultPlan, companies: tuple[Company, ...]
    ) -> None:
        self.loop = loop
        self.plan = plan
        self.companies = companies
        self.retention = 400 * 86400.0
        self.chance = chance_of(seed)
        self.network = Network(loop, chance_of(seed + 1), plan)
        settings = {each.name: (PARTITIONS, dict(each.settings)) for each in TOPICS}
        self.broker = Broker(self.network, settings)
        clock = SimClock(START, monotonic=loop.time)
        self.xero = SimulatorState(Seed.demo(), clock, chance_of(seed + 2))
        # The harder answers to what Xero's pages leave open.
        self.xero.set_switches(self.xero.switches.changed(HARDER))
        self.line = XeroLine(loop, chance_of(seed + 3), plan, self.xero)
        self.threads = Threads(loop, chance_of(seed + 4), plan, self.line)
        self.identity = IdentityLine(loop, chance_of(seed + 5), plan, self.line)
        self.machines: list[Machine] = []
        self._folder = folder
        self._graves: list[object] = []
        plan.in_process = self._strike

    def add_machine(self) -> Machine:
        """Another machine, with an empty disk and no worker."""
        name = chr(ord("a") + len(self.machines))
        machine = Machine(name, self._folder / name / "0")
        machine.folder.mkdir(parents=True)
        self.machines.append(machine)
        return machine

    def boot(self, machine: Machine) -> None:
        """Start a worker on the machine."""
        process = machine.process = Process(machine.name)
        machine.lives += 1
        process.context.run(self._start, machine, process)

    def _start(self, machine: Machine, process: Process) -> None:
        fatal = partial(self._exit, machine, process)
        worker = machine.worker = Worker(
            self.loop, machine.folder, f"machine-{machine.name}", self.companies, self.identity, fatal, self.retention
        )
        worker.start()

    def _exit(self, machine: Machine, process: Process, reason: str) -> None:
        """The worker ends itself, hard; whoever supervises it starts it again."""
        if machine.process is process and process.state is not ProcessState.DEAD:
            machine.exits.append(reason)
            self.kill(machine)

    # -- what happens to processes -----------------------------------------------------------------------------------

    def _strike(self, fault: Fault) -> None:
        process = PROCESS.get()
        machine = next((each for each in self.machines if each.process is process), None)
        if process is None or machine is None or machine.worker is None:
            return
        match fault.kind:
            case Kind.CRASH:
                self.kill(machine, loses_disk=self.chance.random() < DISK_LOST)
            case Kind.PAUSE:
                process.state = ProcessState.STOPPED
                self.network.later(fault.seconds, partial(self._go_on, process))
            case Kind.CANCEL:
                for number in list(machine.worker.dispatcher.progress()):
                    machine.worker.dispatcher.restart(number, "simulated")
            case _:
                self.network.later(0.0, partial(self.stop, machine))

    def _go_on(self, process: Process) -> None:
        if process.state is ProcessState.STOPPED:
            self.loop.resume(process)

    def kill(self, machine: Machine, *, loses_disk: bool = False) -> None:
        """As SIGKILL, and a supervisor that starts the worker again after a while."""
        process, worker = machine.process, machine.worker
        if process is None or process.state is ProcessState.DEAD:
            return
        process.kill()
        self._graves += [process, worker]
        self.network.close_those_of(process)
        following = machine.folder.with_name(str(machine.lives))
        if loses_disk:
            following.mkdir()
        else:
            # What it has written is with the operating system; its files are still open here.
            copy_disk(machine.folder, following)
        machine.folder = following
        machine.worker = None
        self.network.later(self.chance.uniform(0.1, LONGEST_REBOOT), partial(self._reboot, machine, process))

    def _reboot(self, machine: Machine, process: Process) -> None:
        if machine.process is process:
            self.boot(machine)

    def stop(self, machine: Machine) -> None:
        """As SIGTERM, and a supervisor that starts the worker again."""
        process, worker = machine.process, machine.worker
        if process is None or worker is None or not machine.is_running:
            return
        machine.asked_to_end = process
        task = process.context.run(self.loop.create_task, worker.stop())
        task.add_done_callback(lambda _done: self.network.later(0.0, partial(self.kill, machine)))

    def shut_down(self, machines: Iterable[Machine]) -> None:
        """No supervisor starts these again."""
        for machine in machines:
            machine.process = None
            machine.worker = None
