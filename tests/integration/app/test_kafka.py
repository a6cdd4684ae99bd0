"""Before a worker works it looks whether its topics would lose anything."""

import pytest

from config.kafka import KafkaSettings
from deploy.testbed.topics import fresh_topics, set_topic
from streams.app.kafka import check_topics
from streams.topics import COMPANY_PAUSES, DEAD_LETTERS, DOCUMENT_LEDGER, TopicsMissingError
from tests.brokers.broker import Broker


def settings_of(broker: Broker) -> KafkaSettings:
    return KafkaSettings(bootstrap_servers=broker.bootstrap_servers)


async def test_topics_as_they_are_created_are_in_order(kafka: Broker) -> None:
    await fresh_topics(kafka.bootstrap_servers)
    await check_topics(settings_of(kafka))


@pytest.mark.parametrize(
    ("settings", "needed"),
    [
        ({"cleanup.policy": "delete", "max.message.bytes": "8388608"}, "cleanup.policy=compact"),
        ({"cleanup.policy": "compact", "max.message.bytes": "1048588"}, "max.message.bytes=8388608"),
    ],
)
async def test_a_ledger_that_would_lose_or_refuse_rows_is_not_worked_with(
    kafka: Broker, settings: dict[str, str], needed: str
) -> None:
    await fresh_topics(kafka.bootstrap_servers)
    await set_topic(kafka.bootstrap_servers, DOCUMENT_LEDGER, settings)
    with pytest.raises(TopicsMissingError, match=f"{needed}.*run: shipledger topics create --repair"):
        await check_topics(settings_of(kafka))


async def test_pauses_that_would_expire_are_not_worked_with(kafka: Broker) -> None:
    """What somebody holds back would be sent a week later."""
    await fresh_topics(kafka.bootstrap_servers)
    await set_topic(kafka.bootstrap_servers, COMPANY_PAUSES, {"cleanup.policy": "delete"})
    with pytest.raises(TopicsMissingError, match=f"{COMPANY_PAUSES} needs cleanup.policy=compact"):
        await check_topics(settings_of(kafka))


async def test_what_another_topic_lacks_is_only_said(kafka: Broker) -> None:
    """A dead letter that does not fit goes without its value, so a smaller limit loses nothing of the accounts."""
    await fresh_topics(kafka.bootstrap_servers)
    await set_topic(kafka.bootstrap_servers, DEAD_LETTERS, {"max.message.bytes": "1048588"})
    await check_topics(settings_of(kafka))
