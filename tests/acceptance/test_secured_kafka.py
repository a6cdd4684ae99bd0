"""Workers go through an invoice on a broker that lets them do just what docs/deploying.md lists."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from deploy.simulator import Simulator
from deploy.testbed.events import event
from deploy.testbed.stack import Stack, terminal_entries
from deploy.testbed.topics import make_topics
from streams.topics import TopicNames, worker_rights
from tests.brokers.acls import allow
from tests.brokers.secured import USERS, SecuredKafka, unsigned_token

pytestmark = pytest.mark.timeout(240)

# By how they sign in: the users of the two roles. Those with passwords must be the broker's own.
WHO = {
    "password": (USERS[30], USERS[31]),
    "certificate": ("stream-worker", "dispatch-worker"),
    "token": ("stream-by-token", "dispatch-by-token"),
}


def signed_in(broker: SecuredKafka, how: str, user: str, folder: Path) -> dict[str, str]:
    """The settings of a worker that signs in so."""
    if how == "password":
        return broker.scram(user)
    if how == "certificate":
        return broker.certified(user)
    file = folder / f"{user}.token"
    file.write_text(unsigned_token(user) + "\n")
    return broker.with_token(file)


@asynccontextmanager
async def stack_behind(broker: SecuredKafka, names: TopicNames, folder: Path) -> AsyncIterator[Stack]:
    """The topics of these names, a simulator, and workers that end with the block."""
    await make_topics(broker.bootstrap_servers, names.specs)
    async with Simulator.started() as simulator:
        stack = Stack(folder, broker.bootstrap_servers, simulator, topics=names)
        try:
            yield stack
        finally:
            for worker in stack.workers:
                worker.end()


@pytest.mark.parametrize("how", WHO)
async def test_both_roles_work_with_just_the_rights_that_are_listed(
    secured_kafka: SecuredKafka, tmp_path: Path, how: str
) -> None:
    names, users = TopicNames.behind(f"{how}."), dict(zip(("stream", "dispatch"), WHO[how], strict=True))
    rights = {
        f"User:{user}": worker_rights(names, how, stream=role == "stream", dispatch=role == "dispatch")
        for role, user in users.items()
    }
    await allow(secured_kafka.bootstrap_servers, rights)
    behind = {"KAFKA__TOPIC_PREFIX": f"{how}.", "KAFKA__GROUP": how}
    async with stack_behind(secured_kafka, names, tmp_path) as stack:
        for role, user in users.items():
            environment = signed_in(secured_kafka, how, user, tmp_path) | behind
            stack.worker(role, role=role, environment=environment).start()
        await asyncio.gather(*(worker.ready(90) for worker in stack.workers))
        await stack.publish([event(0)])
        (log,) = await stack.complete_logs(stack.workers[0], 1, seconds=60)
        assert [entry["status"] for entry in terminal_entries(log)] == ["PROCESSED"], stack.log_tails()
        assert stack.written().total() == 1
        logs = stack.log_tails()
        assert "uthorization" not in logs
        assert "topic_settings" not in logs
