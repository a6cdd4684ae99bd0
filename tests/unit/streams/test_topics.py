"""Asking for partitions makes no topics, and says which are missing."""

from typing import Any

import pytest

from streams.topics import TopicsMissingError, existing_partitions, partitions_by_topic


class Cluster:
    """An admin client of a broker that makes a topic, with a default of its own, when its metadata is asked for."""

    def __init__(self, **topics: int) -> None:
        self.topics = topics

    async def list_topics(self) -> list[str]:
        return list(self.topics)

    async def describe_topics(self, topics: list[str]) -> list[Any]:
        numbers = {name: self.topics.setdefault(name, 1) for name in topics}
        return [
            {"topic": name, "partitions": [{"partition": each} for each in reversed(range(number))]}
            for name, number in numbers.items()
        ]


async def test_the_partitions_of_what_exists_are_in_order_and_nothing_is_made() -> None:
    cluster = Cluster(requests=3, outcomes=2, others=9)
    found = await partitions_by_topic(cluster, ["requests", "ledger", "outcomes"])
    assert found == {"requests": [0, 1, 2], "outcomes": [0, 1]}
    assert list(found) == ["requests", "outcomes"]
    assert "ledger" not in cluster.topics


async def test_without_any_of_the_topics_there_are_no_partitions() -> None:
    assert await partitions_by_topic(Cluster(others=9), ["requests"]) == {}


async def test_missing_topics_are_named_with_the_command_that_makes_them() -> None:
    cluster = Cluster(requests=3)
    with pytest.raises(TopicsMissingError, match=r"missing: ledger, outcomes\. Run: shipledger topics create"):
        await existing_partitions(cluster, ["requests", "outcomes", "ledger"])
    assert await existing_partitions(cluster, ["requests"]) == {"requests": [0, 1, 2]}
