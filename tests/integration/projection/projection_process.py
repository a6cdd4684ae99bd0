"""A projection in a process of its own, for tests that kill it (`python -m` runs this module)."""

import asyncio
import sys
import time
from pathlib import Path

from prometheus_client import CollectorRegistry

from streams.app.clocks import utc_now
from streams.ops.metrics import Metrics
from streams.projection.consumers import KafkaSource
from streams.projection.follower import Follower
from streams.projection.ingest import Ingest
from streams.projection.rocksdb import RocksKeyValue
from streams.projection.service import ProjectionService
from streams.projection.store import ProjectionStore
from tests.builders import COMPANY_ID, make_company

LIMIT = 1_000_000


def make_follower(bootstrap_servers: str, store: ProjectionStore) -> Follower:
    """The follower as the composition root makes it."""
    metrics = Metrics(CollectorRegistry())
    return Follower(
        store,
        Ingest(store, {COMPANY_ID: make_company()}, metrics, limit=LIMIT, clock=utc_now),
        KafkaSource({"bootstrap_servers": bootstrap_servers}),
        metrics,
        monotonic=time.monotonic,
    )


async def main(bootstrap_servers: str, folder: str) -> None:
    """Print the number of folded records whenever it has grown, and `ready` once everything is folded."""
    store = ProjectionStore(RocksKeyValue(Path(folder)))
    follower = make_follower(bootstrap_servers, store)
    await ProjectionService(follower, store).start()
    said: str | int = ""
    ready = False
    while True:
        done = follower.folded
        if done != said:
            sys.stdout.write(f"{done}\n")
            sys.stdout.flush()
            said = done
        if not ready and not follower.why_not_ready():
            sys.stdout.write("ready\n")
            sys.stdout.flush()
            ready = True
        await asyncio.sleep(0.001)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
