"""What a worker must be allowed to do on the brokers. docs/deploying.md has it as a table; both are held together."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from streams.topics.names import TopicNames


class Operation(IntEnum):
    """Kafka's operations that we need, by their number in its protocol (AclOperation)."""

    READ = 3
    WRITE = 4
    CREATE = 5
    DESCRIBE = 8
    DESCRIBE_CONFIGS = 10
    ALTER_CONFIGS = 11
    IDEMPOTENT_WRITE = 12


class Resource(IntEnum):
    """What operations are allowed on, by its number in the protocol (ResourceType)."""

    TOPIC = 2
    GROUP = 3
    CLUSTER = 4
    TRANSACTIONAL_ID = 5


CLUSTER_NAME = "kafka-cluster"
"""Kafka's own name for the only resource of the kind CLUSTER."""


@dataclass(frozen=True, slots=True)
class Right:
    """An operation on a resource. READ, WRITE and ALTER_CONFIGS bring DESCRIBE (or DESCRIBE_CONFIGS) with them."""

    operation: Operation
    kind: Resource
    name: str
    is_prefix: bool = False
    """Whether it is on everything that is so called or whose name goes on after it."""
    is_vital: bool = True
    """Whether a worker without it cannot do its work; else it only sees or says less."""

    def __str__(self) -> str:
        if self.kind is Resource.CLUSTER:
            return f"{self.operation.name} on the cluster"
        what = self.kind.name.lower().replace("_", " ")
        return f"{self.operation.name} on the {what} {self.name}{'*' if self.is_prefix else ''}"


def worker_rights(names: TopicNames, group: str, *, stream: bool, dispatch: bool) -> tuple[Right, ...]:
    """Of a worker that reads status changes and shows the integration log, writes in Xero, or does both.

    `group` is the prefix of its groups. Each right is named once.
    """
    wanted = (*(_stream(names, group) if stream else ()), *(_dispatch(names, group) if dispatch else ()))
    return tuple(dict.fromkeys((*wanted, *_of_both(names))))


def _stream(names: TopicNames, group: str) -> tuple[Right, ...]:
    return (
        Right(Operation.READ, Resource.TOPIC, names.status_changes),
        # For what is fed over HTTP, which not everybody uses.
        Right(Operation.WRITE, Resource.TOPIC, names.status_changes, is_vital=False),
        Right(Operation.WRITE, Resource.TOPIC, names.sync_requests),
        Right(Operation.READ, Resource.TOPIC, names.sync_outcomes),
        Right(Operation.WRITE, Resource.TOPIC, names.dead_letters),
        Right(Operation.WRITE, Resource.TOPIC, names.company_pauses),
        Right(Operation.READ, Resource.TOPIC, names.attention_notes),
        Right(Operation.WRITE, Resource.TOPIC, names.attention_notes),
        Right(Operation.DESCRIBE, Resource.TOPIC, names.document_ledger),
        Right(Operation.READ, Resource.GROUP, f"{group}-gate"),
    )


def _dispatch(names: TopicNames, group: str) -> tuple[Right, ...]:
    return (
        Right(Operation.DESCRIBE, Resource.TOPIC, names.status_changes),
        Right(Operation.DESCRIBE, Resource.TOPIC, names.attention_notes),
        Right(Operation.READ, Resource.TOPIC, names.sync_requests),
        Right(Operation.WRITE, Resource.TOPIC, names.sync_outcomes),
        Right(Operation.WRITE, Resource.TOPIC, names.dead_letters),
        Right(Operation.READ, Resource.TOPIC, names.document_ledger),
        Right(Operation.WRITE, Resource.TOPIC, names.document_ledger),
        Right(Operation.READ, Resource.GROUP, f"{group}-dispatch"),
        Right(Operation.WRITE, Resource.TRANSACTIONAL_ID, f"{group}-dispatch-", is_prefix=True),
    )


def operator_rights(names: TopicNames) -> tuple[Right, ...]:
    """Of whoever makes and mends the topics, and sends records again."""
    return (
        *(Right(Operation.CREATE, Resource.TOPIC, name) for name in names.all),
        *(Right(Operation.ALTER_CONFIGS, Resource.TOPIC, name) for name in names.all),
        Right(Operation.READ, Resource.TOPIC, names.status_changes),
        Right(Operation.WRITE, Resource.TOPIC, names.status_changes),
        Right(Operation.WRITE, Resource.TOPIC, names.sync_requests),
        Right(Operation.DESCRIBE, Resource.TOPIC, names.sync_outcomes),
        Right(Operation.DESCRIBE, Resource.TOPIC, names.company_pauses),
        Right(Operation.DESCRIBE, Resource.TOPIC, names.attention_notes),
        Right(Operation.READ, Resource.TOPIC, names.dead_letters),
        Right(Operation.READ, Resource.TOPIC, names.document_ledger),
        _IDEMPOTENT,
    )


# Brokers from 2.8 on take WRITE on any topic for it (KIP-679).
_IDEMPOTENT = Right(Operation.IDEMPOTENT_WRITE, Resource.CLUSTER, CLUSTER_NAME)


def _of_both(names: TopicNames) -> Iterator[Right]:
    yield Right(Operation.READ, Resource.TOPIC, names.company_pauses)
    # To say how old the newest dead letter is, and whether a topic would lose something.
    yield Right(Operation.READ, Resource.TOPIC, names.dead_letters, is_vital=False)
    for name in names.all:
        yield Right(Operation.DESCRIBE_CONFIGS, Resource.TOPIC, name, is_vital=False)
    yield _IDEMPOTENT
