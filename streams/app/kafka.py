"""Whether the brokers let us in, and the topics are there, and such that nothing is lost in them."""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaConnectionError, NodeNotReadyError

from config.kafka import KafkaSettings
from streams.roles import Role
from streams.topics import (
    Cluster,
    Needs,
    Right,
    SettingsHiddenError,
    TopicNames,
    TopicsMissingError,
    addresses_of,
    attempts,
    cluster_of,
    in_words,
    missing_rights,
    needs_of,
    settings_of,
    what_to_do,
    worker_rights,
)

log = structlog.get_logger(__name__)


def group_patience(session_timeout: float) -> float:
    """Seconds that an assignment may take: a member that died holds its group up until its session is over."""
    return 45.0 + 2 * session_timeout


async def check_topics(settings: KafkaSettings, role: Role = Role.ALL) -> None:
    """Raises TopicsMissingError where topics are missing or differ, rights are missing, or the ledger would lose rows;
    aiokafka's errors where no broker answers.
    """
    connection, names = settings.client_arguments(), settings.topics
    admin = AIOKafkaAdminClient(**connection)
    try:
        cluster = await _cluster(admin, connection, names)
        rights = worker_rights(
            names, settings.group, stream=role is not Role.DISPATCH, dispatch=role is not Role.STREAM
        )
        await _check_rights(admin, cluster, rights)
        _check_partitions(cluster)
        await _check_settings(admin, cluster, names)
    finally:
        await admin.close()


async def _cluster(admin: AIOKafkaAdminClient, connection: Mapping[str, Any], names: TopicNames) -> Cluster:
    """aiokafka says that it could not reach any broker, and not why."""
    try:
        await admin.start()
        return await cluster_of(admin, names.all)
    except (KafkaConnectionError, NodeNotReadyError) as error:
        tried = await attempts(connection, addresses_of(connection["bootstrap_servers"]))
        reasons = "; ".join(f"{each.address} {each.why_not}" for each in tried if each.why_not)
        raise KafkaConnectionError(reasons or str(error)) from error


async def _check_rights(admin: AIOKafkaAdminClient, cluster: Cluster, rights: Sequence[Right]) -> None:
    partitions = max((len(each.partitions) for each in cluster.topics.values()), default=0)
    missing = await missing_rights(admin, cluster, rights, partitions)
    if any(each.is_vital for each in missing):
        raise TopicsMissingError(
            f"Kafka does not allow this user: {', '.join(map(str, missing))}. Give it the rights of the table in "
            "docs/deploying.md"
        )


def _check_partitions(cluster: Cluster) -> None:
    if cluster.missing:
        raise TopicsMissingError(f"Topics are missing: {', '.join(cluster.missing)}. Run: shipledger topics create")
    counts = {topic: len(state.partitions) for topic, state in cluster.topics.items()}
    if len(set(counts.values())) != 1:
        raise TopicsMissingError(f"All topics need the same number of partitions, but there are {counts}.")


async def _check_settings(admin: AIOKafkaAdminClient, cluster: Cluster, names: TopicNames) -> None:
    """A ledger that may lose rows or refuse one, and pauses that expire, stop the start; the others are only named."""
    try:
        entries = await settings_of(admin, names.all)
    except SettingsHiddenError as error:
        log.info("topic_settings_not_checked", reason=str(error))
        entries = {}
    needs = needs_of(names.specs, cluster.topics, entries, cluster.size)
    vital = [each for each in needs if each.topic in {names.document_ledger, names.company_pauses}]
    # Whoever catches it says it once, however often the topics are looked at before they are mended.
    if vital:
        raise TopicsMissingError(f"{in_words(vital)}: {what_to_do(vital)}")
    _say(needs)


def _say(needs: Sequence[Needs]) -> None:
    for each in needs:
        log.warning("topic_settings", needs=f"{each}: {what_to_do([each])}")
