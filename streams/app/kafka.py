"""Whether the topics are there."""

from aiokafka.admin import AIOKafkaAdminClient

from config.kafka import KafkaSettings
from streams.topics import TOPICS, TopicsMissingError, existing_partitions


def group_patience(session_timeout: float) -> float:
    """Seconds that an assignment may take: a member that died holds its group up until its session is over."""
    return 45.0 + 2 * session_timeout


async def check_topics(settings: KafkaSettings) -> None:
    """Raises TopicsMissingError where topics are missing or differ, aiokafka's errors where no broker answers."""
    admin = AIOKafkaAdminClient(**settings.client_arguments())
    await admin.start()
    try:
        partitions = await existing_partitions(admin, [topic.name for topic in TOPICS])
    finally:
        await admin.close()
    counts = {topic: len(numbers) for topic, numbers in partitions.items()}
    if len(set(counts.values())) != 1:
        raise TopicsMissingError(f"All topics need the same number of partitions, but there are {counts}.")
