"""An admin client of a broker that makes a topic, with a default of its own, where its metadata is asked for so."""

from typing import Any

from streams.topics.wire import DescribeTopics


class Described:
    """The broker's answer to a question about topics."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self._answer = answer

    def to_object(self) -> dict[str, Any]:
        return self._answer


class FakeAdmin:
    """Numbers of partitions by topic; those of `hidden` are not shown to this user."""

    def __init__(self, *hidden: str, **topics: int) -> None:
        self.topics = topics
        self._hidden = hidden

    async def _send_request(self, request: Any) -> Described:
        wire = request.prepare({DescribeTopics.API_KEY: (0, 13)})
        if wire.allow_auto_topic_creation:
            for name in wire.topics:
                self.topics.setdefault(name, 1)
        topics = [self._topic(name) for name in wire.topics]
        return Described({"brokers": [{"node_id": 1, "host": "kafka", "port": 9092}], "topics": topics})

    def _topic(self, name: str) -> dict[str, Any]:
        number = self.topics.get(name, 0)
        code = 29 if name in self._hidden else 0 if number else 3
        partitions = [
            {"error_code": 0, "partition": each, "leader": 1, "replicas": [1], "isr": [1]} for each in range(number)
        ]
        partitions = [] if code else partitions[::-1]
        return {"error_code": code, "topic": name, "partitions": partitions, "operations": -(2**31)}
