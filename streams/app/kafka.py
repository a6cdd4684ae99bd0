"""Whether the topics are there, and such that nothing is lost in them."""

import structlog
from aiokafka.admin import AIOKafkaAdminClient

from config.kafka import KafkaSettings
from streams.topics import (
    COMPANY_PAUSES,
    DOCUMENT_LEDGER,
    TOPICS,
    SettingsHiddenError,
    TopicsMissingError,
    existing_partitions,
    in_words,
    settings_of,
    shortfalls,
)

log = structlog.get_logger(__name__)


def group_patience(session_timeout: float) -> float:
    """Seconds that an assignment may take: a member that died holds its group up until its session is over."""
    return 45.0 + 2 * session_timeout


async def check_topics(settings: KafkaSettings) -> None:
    """Raises TopicsMissingError where topics are missing, differ or the ledger would lose rows; aiokafka's errors
    where no broker answers.
    """
    admin = AIOKafkaAdminClient(**settings.client_arguments())
    await admin.start()
    try:
        partitions = await existing_partitions(admin, [topic.name for topic in TOPICS])
        await _check_settings(admin)
    finally:
        await admin.close()
    counts = {topic: len(numbers) for topic, numbers in partitions.items()}
    if len(set(counts.values())) != 1:
        raise TopicsMissingError(f"All topics need the same number of partitions, but there are {counts}.")


async def _check_settings(admin: AIOKafkaAdminClient) -> None:
    """A ledger or pauses that expire by time must not be worked with; the other topics are only named."""
    try:
        wanted = shortfalls(await settings_of(admin, [topic.name for topic in TOPICS]))
    except SettingsHiddenError as error:
        log.info("topic_settings_not_checked", reason=str(error))
        return
    words = dict(zip(wanted, in_words(wanted), strict=True))
    # Whoever catches it says it once, however often the topics are looked at before they are mended.
    for name in {DOCUMENT_LEDGER, COMPANY_PAUSES} & set(words):
        raise TopicsMissingError(f"{words[name]}. Run: shipledger topics create --repair")
    for each in words.values():
        log.warning("topic_settings", needs=each)
