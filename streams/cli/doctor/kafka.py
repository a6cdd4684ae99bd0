"""What the doctor asks the brokers: who answers, what this user may do there, and what the topics are like."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from config.kafka import KafkaSettings
from streams.cli.doctor.finding import Finding
from streams.cli.errors import CommandFailedError
from streams.cli.kafka import administration, may_create
from streams.roles import Role
from streams.topics import (
    Attempt,
    Cluster,
    PartitionState,
    Right,
    SettingsHiddenError,
    TopicNames,
    TopicState,
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

_COPIES = "min.insync.replicas"


def kafka(settings: KafkaSettings, role: Role) -> list[Finding]:
    """Findings about the brokers, the rights and the topics."""
    try:
        return asyncio.run(_kafka(settings, role))
    except CommandFailedError as failure:
        return [Finding("kafka", ok=False, details=str(failure))]


async def _kafka(settings: KafkaSettings, role: Role) -> list[Finding]:
    connection = settings.client_arguments()
    tried = await attempts(connection, addresses_of(settings.bootstrap_servers))
    if all(each.why_not for each in tried):
        return [_kafka_is_closed(each) for each in tried]
    async with administration(settings) as admin:
        cluster = await cluster_of(admin, settings.topics.all)
        reached = await attempts(connection, cluster.brokers.values())
        if all(each.why_not for each in reached):
            return [_brokers(tried, reached, cluster)]
        rights = worker_rights(
            settings.topics, settings.group, stream=role is not Role.DISPATCH, dispatch=role is not Role.STREAM
        )
        partitions = max((len(each.partitions) for each in cluster.topics.values()), default=1)
        missing = await missing_rights(admin, cluster, rights, partitions)
        return [
            _brokers(tried, reached, cluster),
            _rights(missing, cluster),
            *await _topics(admin, settings.topics, cluster),
        ]


def _kafka_is_closed(tried: Attempt) -> Finding:
    return Finding("kafka", ok=False, details=f"{tried.address} {tried.why_not}")


def _brokers(tried: Sequence[Attempt], reached: Sequence[Attempt], cluster: Cluster) -> Finding:
    """A broker that is away is said, and no fault: the others have its copies, or the topics' findings tell.

    One that refuses us is a fault, and so is it where none can be reached at the address that it gives itself.
    """
    away = [f"{each.address} {each.why_not}" for each in tried if each.why_not]
    closed = [f"a broker says that it is at {each.address}, which {each.why_not}" for each in reached if each.why_not]
    absent = [f"broker {number} has copies of the topics and does not run" for number in sorted(cluster.absent)]
    details = [f"{len(cluster.brokers)} broker(s) answer: {', '.join(cluster.brokers.values())}"]
    ok = not all(each.why_not for each in reached) and not any(each.is_refusal for each in reached)
    return Finding("kafka", ok, "; ".join((*details, *away, *absent, *closed)))


def _rights(missing: Sequence[Right], cluster: Cluster) -> Finding:
    if missing:
        return Finding("rights", ok=False, details=f"Kafka does not allow: {', '.join(map(str, missing))}")
    note = f"; not known of topics that are missing: {', '.join(cluster.missing)}" if cluster.missing else ""
    return Finding("rights", ok=True, details=f"everything that the worker does is allowed{note}")


async def _topics(admin: Any, names: TopicNames, cluster: Cluster) -> list[Finding]:
    if cluster.missing:
        return [Finding("topics", ok=False, details=await _how_to_make(admin, names, cluster))]
    if cluster.hidden:
        return [Finding("topics", ok=False, details=f"hidden from this user: {', '.join(cluster.hidden)}")]
    try:
        entries = await settings_of(admin, names.all)
    except SettingsHiddenError as error:
        hidden = Finding("topic settings", ok=False, details=f"not known: {error}; give this user DESCRIBE_CONFIGS")
        return [_partitions(cluster.topics), _state(cluster.topics, {}), hidden]
    return [_partitions(cluster.topics), _state(cluster.topics, entries), _settings(names, cluster, entries)]


async def _how_to_make(admin: Any, names: TopicNames, cluster: Cluster) -> str:
    refused = await may_create(admin, [each for each in names.specs if each.name in cluster.missing], cluster)
    note = f", as a user who may: this one is not allowed to ({'; '.join(refused)})" if refused else ""
    return f"missing: {', '.join(cluster.missing)}; run: shipledger topics create{note}"


def _partitions(topics: Mapping[str, TopicState]) -> Finding:
    counts = {name: len(state.partitions) for name, state in topics.items()}
    if len(set(counts.values())) > 1:
        listed = ", ".join(f"{name} {number}" for name, number in sorted(counts.items()))
        return Finding("topics", ok=False, details=f"unequal partitions: {listed}")
    return Finding("topics", ok=True, details=f"{len(counts)} topics of {next(iter(counts.values()))} partitions")


def _state(topics: Mapping[str, TopicState], entries: Mapping[str, Sequence[Any]]) -> Finding:
    """Whether each partition can be read and written now, and whether its copies keep up."""
    leaderless = Counter(_where(topics, lambda _, each: each.leader < 0))
    closed = Counter(_where(topics, lambda name, each: len(each.in_sync) < _wanted_copies(entries.get(name, ()))))
    behind = Counter(_where(topics, lambda _, each: bool(each.copies - each.in_sync)))
    if leaderless:
        return Finding("partitions", ok=False, details=f"no broker leads them: {_listed(leaderless)}")
    if closed:
        details = f"fewer copies keep up than {_COPIES} wants, so nothing can be written: {_listed(closed)}"
        return Finding("partitions", ok=False, details=details)
    if behind:
        return Finding("partitions", ok=True, details=f"copies are missing or behind: {_listed(behind)}")
    return Finding("partitions", ok=True, details="all copies keep up")


def _where(topics: Mapping[str, TopicState], test: Callable[[str, PartitionState], bool]) -> Iterator[str]:
    return (state.name for state in topics.values() for each in state.partitions if test(state.name, each))


def _wanted_copies(entries: Sequence[Any]) -> int:
    return next((int(entry[1]) for entry in entries if entry[0] == _COPIES), 0)


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number} of {name}" for name, number in counts.items())


def _settings(names: TopicNames, cluster: Cluster, entries: Mapping[str, Sequence[Any]]) -> Finding:
    needs = needs_of(names.specs, cluster.topics, entries, cluster.size)
    if needs:
        return Finding("topic settings", ok=False, details=f"{in_words(needs)}; {what_to_do(needs)}")
    return Finding("topic settings", ok=True, details="nothing is lost, and every record fits")
