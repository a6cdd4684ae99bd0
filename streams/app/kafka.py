"""Whether the topics are there."""

from aiokafka.admin import AIOKafkaAdminClient

from config.kafka import KafkaSettings
from streams.topics import TOPICS, TopicsMissingError, existing_partitions


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
