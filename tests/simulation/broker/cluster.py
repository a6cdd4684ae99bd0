"""What a broker says of the cluster: its brokers, topics and their settings."""

from collections.abc import Mapping
from typing import Any

from aiokafka.protocol import admin, coordination
from aiokafka.protocol import metadata as protocol

from streams.topics.wire import DescribeTopics
from tests.simulation.broker.codes import Code

NODE, HOST, PORT = 1, "127.0.0.1", 9092
CLUSTER = "simulated-cluster"
_TOPIC_CONFIG = 5


class Cluster:
    """One broker, and topics with their number of partitions and their settings."""

    def __init__(self, topics: Mapping[str, tuple[int, Mapping[str, str]]]) -> None:
        self._topics = topics

    def metadata(self, request: Any) -> Any:
        """Which topics there are, where their partitions are."""
        names = sorted(self._topics) if request.topics is None else request.topics
        brokers = [(NODE, HOST, PORT, None)]
        is_described = request.API_VERSION >= 8
        topics = [self._topic(name, is_described=is_described) for name in names]
        if is_described:
            return DescribeTopics([]).prepare({3: (8, 8)}).RESPONSE_TYPE(0, brokers, CLUSTER, NODE, topics, 0)
        return protocol.MetadataResponse_v5(0, brokers, CLUSTER, NODE, topics)

    def _topic(self, name: str, *, is_described: bool) -> tuple[Any, ...]:
        if name not in self._topics:
            nothing: tuple[Any, ...] = (int(Code.UNKNOWN_TOPIC_OR_PARTITION), name, False, [])
            return (*nothing, 0) if is_described else nothing
        copies: tuple[list[int], ...] = ([NODE], [NODE], [])
        epoch = (0,) if is_described else ()
        rows = [(0, number, NODE, *epoch, *copies) for number in range(self._topics[name][0])]
        return (0, name, False, rows, -(2**31)) if is_described else (0, name, False, rows)

    def find_coordinator(self, request: Any) -> Any:
        """Who looks after a group or a transactional id."""
        del request
        return coordination.FindCoordinatorResponse_v1(0, 0, "", NODE, HOST, PORT)

    def versions(self, request: Any) -> Any:
        """Which requests are understood."""
        return request.RESPONSE_TYPE(0, [])

    def describe_settings(self, request: Any) -> Any:
        """How topics are set."""
        rows = []
        for kind, name, names in request.resources:
            settings = self._topics[name][1] if name in self._topics else {}
            entries: list[Any] = [
                (each, value, False, _TOPIC_CONFIG, False, [])
                for each, value in settings.items()
                if names is None or each in names
            ]
            rows.append((0, None, kind, name, entries))
        return admin.DescribeConfigsResponse_v2(0, rows)
