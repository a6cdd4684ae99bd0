"""Three brokers on this machine that are one cluster: each topic of it is on all three, and two have to agree."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import islice
from pathlib import Path
from typing import Self

from deploy.kafka import LOOPBACK, LocalKafka, free_ports
from deploy.kafka.local_kafka import VOTERS, new_cluster_id
from deploy.kafka.properties import Ports

NODES = 3
REPLICATED = {
    "default.replication.factor": "3",
    "min.insync.replicas": "2",
    "offsets.topic.replication.factor": "3",
    "transaction.state.log.replication.factor": "3",
    "transaction.state.log.min.isr": "2",
}


class LocalCluster:
    """Its brokers, each with `kill()`, `stop()` and `start()`. Each is a controller too: two make the quorum."""

    def __init__(self, folder: Path) -> None:
        free = list(islice(free_ports(random.SystemRandom()), 2 * NODES))
        ports = {node: Ports(free[2 * node - 2], free[2 * node - 1]) for node in range(1, NODES + 1)}
        voters = ",".join(f"{node}@{LOOPBACK}:{each.controller}" for node, each in ports.items())
        cluster_id = new_cluster_id()
        self.brokers = [
            LocalKafka(
                folder / str(node),
                ports=each,
                settings={**REPLICATED, "node.id": str(node), VOTERS: voters},
                cluster_id=cluster_id,
                start_seconds=120,
            )
            for node, each in ports.items()
        ]

    @property
    def bootstrap_servers(self) -> str:
        """All three, as Kafka clients want them."""
        return ",".join(each.bootstrap_servers for each in self.brokers)

    @classmethod
    @asynccontextmanager
    async def started(cls, folder: Path) -> AsyncIterator[Self]:
        """Run the cluster for the time of a `with` block."""
        cluster = cls(folder)
        try:
            await cluster.start()
            yield cluster
        finally:
            await asyncio.gather(*(each.stop() for each in cluster.brokers))

    async def start(self) -> None:
        """Start those that do not run; returns when all answer. One alone would wait for the others."""
        await asyncio.gather(*(each.start() for each in self.brokers))
