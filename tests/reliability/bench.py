"""One organisation's whole world: topics of their own, a simulator, a consent, workers, and what came of it."""

import dataclasses
import random
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiokafka import AIOKafkaProducer

from deploy.simulator import Seed, SimClock, Simulator
from deploy.testbed.builders import COMPANY_ID, encode
from deploy.testbed.events import STATUS_PROFILE
from deploy.testbed.stack import Stack
from deploy.testbed.topics import make_topics
from deploy.testbed.worker import WorkerProcess
from streams.topics import TOPICS, TopicNames
from tests.processes.admin import CLIENT_ID, consented
from tests.reliability.armed import MODULE, Orders
from tests.reliability.consent import sign_in
from tests.reliability.expected import Sent, Verdict, judge
from tests.reliability.follower import Shown, following
from tests.reliability.preloaded import Nursery, PreloadedWorker
from tests.unit.config.environments import complete
from xero_client.auth.token_store import new_key

PARTITIONS = 2
ANSWERED_SECONDS = 120.0


@dataclass
class Bench:
    """Sends, waits, judges. `random` is seeded by whoever made it."""

    name: str
    stack: Stack
    shown: Shown
    producer: AIOKafkaProducer
    clock: SimClock
    variables: dict[str, str]
    random: random.Random
    nursery: Nursery | None = None
    sent: Sent = field(default_factory=Sent)

    def worker(self, name: str = "worker", **variables: str) -> WorkerProcess:
        """A worker that is not started yet and hears orders; see `orders`."""
        folder = self.stack.folder / name / "orders"
        folder.mkdir(parents=True, exist_ok=True)
        module, environment = (MODULE, str(folder), "worker"), self.variables | variables
        if self.nursery is None:
            return self.stack.worker(name, module=module, environment=environment)
        stack = self.stack
        made = PreloadedWorker(
            stack.folder / name,
            stack.bootstrap_servers,
            stack.simulator,
            stack.folder / "profile.toml",
            module=module,
            environment=environment,
        )
        made.nursery = self.nursery
        stack.workers.append(made)
        return made

    @staticmethod
    def orders(worker: WorkerProcess) -> Orders:
        """Where it looks for orders."""
        return Orders(worker.folder / "orders")

    async def send(self, count: int, *, corrections: int = 0, poison: int = 0, repeats: int = 0) -> None:
        """So many new shipments, corrections of earlier ones, things that are no events, and events sent before."""
        known = range(len(self.sent.revisions))
        again = self.random.sample(sorted(self.sent.events), min(repeats, len(self.sent.events)))
        made = [self.sent.events[name] for name in again] + self.sent.new(count)
        made += [self.sent.corrected(index) for index in self.random.sample(known, min(corrections, len(known)))]
        records = [(f"{COMPANY_ID}/{each['shipment_id']}".encode(), encode(each)) for each in made]
        records += [(b"poison", self.sent.poisonous()) for _ in range(poison)]
        for key, value in records:
            await self.producer.send(self.stack.topics.status_changes, key=key, value=value)
        await self.producer.flush()

    def expire_tokens(self) -> None:
        """Xero takes none of the access tokens any more."""
        self.stack.simulator.state.tokens.expire(CLIENT_ID)

    async def answered(self, seconds: float = ANSWERED_SECONDS) -> float:
        """Wait until every event has its answer; returns the seconds that took. Raises TimeoutError."""
        began = time.monotonic()
        try:
            await self.stack.until(lambda: not self.sent.unanswered(self.shown), seconds, "every answer")
        except TimeoutError as error:
            left = sorted(self.sent.unanswered(self.shown))
            raise TimeoutError(f"{self.name}: {len(left)} without an answer: {left[:5]}\n{error}") from None
        return time.monotonic() - began

    def judged(self) -> Verdict:
        """How everything that was sent ended."""
        return judge(self.sent, self.shown, self.stack)

    def lose_data(self, worker: WorkerProcess) -> None:
        """The worker's folder is gone, with its store, its identity and its lock."""
        shutil.rmtree(worker.folder / "data", ignore_errors=True)


@asynccontextmanager
async def bench_on(
    bootstrap_servers: str, folder: Path, name: str, seed: int, nursery: Nursery | None = None
) -> AsyncIterator[Bench]:
    """Topics behind the prefix `name.`, and a simulator that allows a day of any length."""
    topics = TopicNames.behind(f"{name}.")
    specs = [dataclasses.replace(spec, name=f"{name}.{spec.name}") for spec in TOPICS]
    await make_topics(bootstrap_servers, specs, PARTITIONS)
    clock = SimClock()
    plenty = dataclasses.replace(Seed.demo(), limits=Seed.demo().limits.changed({"per_day": 10_000_000}))
    chance = random.Random(seed)  # noqa: S311  # It chooses moments, it keeps no secrets.
    async with (
        Simulator.started(plenty, clock=clock, source=random.Random(seed)) as simulator,  # noqa: S311  # As above.
        following(bootstrap_servers, topics) as shown,
    ):
        stack = Stack(folder, bootstrap_servers, simulator, STATUS_PROFILE, topics=topics)
        producer = AIOKafkaProducer(bootstrap_servers=bootstrap_servers, acks="all", enable_idempotence=True)
        await producer.start()
        try:
            variables = await _consented(stack, folder, name)
            yield Bench(name, stack, shown, producer, clock, variables, chance, nursery)
        finally:
            for worker in stack.workers:
                worker.end()
            await producer.stop()


async def _consented(stack: Stack, folder: Path, name: str) -> dict[str, str]:
    """What every worker of the bench is set to, after a person has signed in to Xero."""
    profile = _written_profile(stack, folder)
    key = new_key()
    variables = consented(stack.simulator, key) | {"XERO__TOKEN_DIR": str(folder / "tokens")}
    own = {"PROFILE": str(profile), "DATA_DIR": str(folder / "admin")}
    await sign_in(stack.simulator, complete(**variables, **own), key)
    return variables | {
        "KAFKA__TOPIC_PREFIX": f"{name}.",
        "KAFKA__GROUP": name,
        "DISPATCH__SETTLE_SECONDS": "0.5",
    }


def _written_profile(stack: Stack, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "profile.toml"
    path.write_text(stack.profile)
    return path
