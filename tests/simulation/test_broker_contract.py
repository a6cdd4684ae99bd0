"""The broker in memory does what Kafka does: one suite, run on both."""

from contextlib import AbstractContextManager
from typing import Any

import pytest

from deploy.testbed.topics import make_topics
from streams.topics import TopicSpec
from tests.brokers.broker import Broker as RunningBroker
from tests.simulation.broker import Broker
from tests.simulation.broker_cases import CASES, PARTITIONS, Case
from tests.simulation.faults import FaultPlan, Network, chance_of
from tests.simulation.machine import VirtualLoop, surroundings


def name_of(case: Case) -> str:
    return getattr(case, "__name__", "case")


def in_memory(loop: VirtualLoop, topic: str) -> AbstractContextManager[None]:
    """Surroundings in which there is such a broker, with the topic."""
    network = Network(loop, chance_of(1), FaultPlan())
    broker = Broker(network, {topic: (PARTITIONS, {})})

    async def connect(host: str, port: int, **options: Any) -> Any:
        return await network.connect(host, port, broker, **options)

    def nothing(*_: Any, **__: Any) -> Any:
        raise AssertionError("neither threads nor Xero are needed here")

    return surroundings(loop, 1, submit=nothing, connect_kafka=connect, connect_xero=nothing)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_the_broker_in_memory(case: Case) -> None:
    loop = VirtualLoop()
    topic = f"contract.{name_of(case)}"
    with in_memory(loop, topic):
        loop.run_until_complete(case("127.0.0.1:9092", topic))
    loop.close()


@pytest.mark.parametrize("case", CASES, ids=name_of)
async def test_kafka(kafka: RunningBroker, case: Case) -> None:
    topic = f"contract.{name_of(case)}"
    await make_topics(kafka.bootstrap_servers, [TopicSpec(topic)], PARTITIONS)
    await case(kafka.bootstrap_servers, topic)
