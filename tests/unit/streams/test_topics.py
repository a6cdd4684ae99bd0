"""Asking for partitions makes no topics, and says which are missing, and which are hidden."""

from typing import Any

import pytest
from aiokafka.errors import NodeNotReadyError

from streams.topics import TopicNames, TopicsHiddenError, TopicsMissingError, partitions_by_topic
from streams.topics.asking import existing_partitions
from tests.unit.streams.topics_described import Described, FakeAdmin


async def test_the_partitions_of_what_exists_are_in_order_and_nothing_is_made() -> None:
    admin = FakeAdmin(requests=3, outcomes=2, others=9)
    found = await partitions_by_topic(admin, ["requests", "ledger", "outcomes"])
    assert found == {"requests": [0, 1, 2], "outcomes": [0, 1]}
    assert list(found) == ["requests", "outcomes"]
    assert "ledger" not in admin.topics


async def test_without_any_of_the_topics_there_are_no_partitions() -> None:
    assert await partitions_by_topic(FakeAdmin(others=9), ["requests"]) == {}


async def test_missing_topics_are_named_with_the_command_that_makes_them() -> None:
    admin = FakeAdmin(requests=3)
    with pytest.raises(TopicsMissingError, match=r"missing: ledger, outcomes\. Run: shipledger topics create"):
        await existing_partitions(admin, ["requests", "outcomes", "ledger"])
    assert await existing_partitions(admin, ["requests"]) == {"requests": [0, 1, 2]}


async def test_a_topic_that_is_hidden_from_us_is_not_called_missing() -> None:
    """Whoever then makes it finds that it is there, and is none the wiser."""
    with pytest.raises(TopicsHiddenError, match="do not show this user the topics ledger"):
        await existing_partitions(FakeAdmin("ledger", requests=3, ledger=3), ["requests", "ledger"])


def test_a_prefix_stands_before_every_name() -> None:
    names = TopicNames.behind("prod.")
    assert names.document_ledger == "prod.accounting.document-ledger.v1"
    assert [spec.name for spec in names.specs] == [f"prod.{name}" for name in TopicNames().all]
    assert TopicNames.behind("") == TopicNames()


class PartlyAway(FakeAdmin):
    """Of its brokers some are gone; the first questions go to those."""

    def __init__(self, away: int, **topics: int) -> None:
        super().__init__(**topics)
        self.away = away

    async def _send_request(self, request: Any) -> Described:
        if self.away:
            self.away -= 1
            raise NodeNotReadyError
        return await super()._send_request(request)


async def test_a_broker_that_is_gone_is_not_asked_alone() -> None:
    assert await partitions_by_topic(PartlyAway(3, requests=2), ["requests"]) == {"requests": [0, 1]}


async def test_where_all_are_gone_it_is_said() -> None:
    with pytest.raises(NodeNotReadyError):
        await partitions_by_topic(PartlyAway(99, requests=2), ["requests"])
