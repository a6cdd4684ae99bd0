"""Which rights are missing: asked of the brokers by requests that change nothing.

Each is refused before anything else is looked at where the right is missing, and for another reason where it is there.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

from streams.topics.asking import Admin, Cluster, ask
from streams.topics.rights import Resource, Right

# Kafka protocol, error codes.
_NO_GROUP, _NO_CLUSTER, _NO_TRANSACTIONAL_ID = 30, 31, 53
# No producer has it: Kafka counts from 0, and -1 stands for none.
_NOBODY = -2


async def missing_rights(admin: Admin, cluster: Cluster, rights: Sequence[Right], partitions: int) -> list[Right]:
    """Those of the rights that this user lacks. `partitions`: each has a transactional id.

    Nothing is said of topics that do not exist, nor where the brokers do not tell (before Kafka 2.3).
    """
    is_missing = await asyncio.gather(*(_is_missing(admin, cluster, right, partitions) for right in rights))
    return [right for right, missing in zip(rights, is_missing, strict=True) if missing]


async def _is_missing(admin: Admin, cluster: Cluster, right: Right, partitions: int) -> bool:
    match right.kind:
        case Resource.TOPIC:
            return _is_missing_on_topic(cluster, right)
        case Resource.GROUP:
            return await _group_is_closed(admin, right.name)
        case Resource.TRANSACTIONAL_ID:
            ids = [f"{right.name}{number}" for number in range(partitions)]
            return any(await asyncio.gather(*(_transactional_id_is_closed(admin, each) for each in ids)))
        case Resource.CLUSTER:
            return await _gets_no_producer_id(admin)


def _is_missing_on_topic(cluster: Cluster, right: Right) -> bool:
    if right.name in cluster.hidden:
        return True
    state = cluster.topics.get(right.name)
    return state is not None and state.operations is not None and not state.operations >> right.operation & 1


async def _group_is_closed(admin: Admin, group: str) -> bool:
    """By a sign of life of a member that is none, which a group does not take."""
    from aiokafka.protocol.group import HeartbeatRequest  # noqa: PLC0415 - loads Kafka's client.

    return await _code(admin, HeartbeatRequest(group, -1, "")) == _NO_GROUP


async def _transactional_id_is_closed(admin: Admin, transactional_id: str) -> bool:
    """By the end of a transaction that nobody can have begun. It fences nobody, as the beginning of one would."""
    from aiokafka.protocol.transaction import EndTxnRequest  # noqa: PLC0415 - as above.

    return await _code(admin, EndTxnRequest(transactional_id, _NOBODY, 0, False)) == _NO_TRANSACTIONAL_ID


async def _gets_no_producer_id(admin: Admin) -> bool:
    """By asking for one, which costs a number."""
    from aiokafka.protocol.transaction import InitProducerIdRequest  # noqa: PLC0415 - as above.

    return await _code(admin, InitProducerIdRequest(None, 1000)) == _NO_CLUSTER


async def _code(admin: Admin, request: Any) -> int:
    code: int = (await ask(admin, request))["error_code"]
    return code
