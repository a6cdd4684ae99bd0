"""The doctor tells the truth about a broker with TLS, passwords and access control lists, in each broken case."""

import asyncio
from pathlib import Path

import pytest
from aiokafka.errors import KafkaConnectionError
from typer.testing import CliRunner, Result

from config.kafka import KafkaSettings
from config.settings import Settings
from deploy.testbed.topics import make_topics, set_topic
from streams.app.kafka import check_topics
from streams.cli.doctor import Finding
from streams.cli.doctor.kafka import kafka
from streams.cli.main import build
from streams.roles import Role
from streams.topics import (
    Operation,
    Resource,
    Right,
    TopicNames,
    TopicsMissingError,
    operator_rights,
    worker_rights,
)
from tests.brokers.acls import allow
from tests.brokers.secured import USERS, SecuredKafka, unsigned_token
from tests.loopback import stay_on_loopback
from tests.unit.config.environments import complete

pytestmark = pytest.mark.timeout(180)

NAMES = TopicNames.behind("doctor.")
GROUP = "doctor"
RIGHTS = worker_rights(NAMES, GROUP, stream=True, dispatch=True)
# DESCRIBE comes with what else there is on those topics, and IDEMPOTENT_WRITE with WRITE on any topic (KIP-679).
ALONE = [each for each in RIGHTS if each.operation not in {Operation.DESCRIBE, Operation.IDEMPOTENT_WRITE}]
LACKING = dict(zip(ALONE, USERS, strict=False))
WITH_ALL, WRITELESS, NOBODY, EVERYWHERE, OPERATOR = USERS[-5:]
UNKNOWN = "no-such-host.invalid"  # No resolver ever knows a name of that domain (RFC 6761).


@pytest.fixture(scope="module")
def broker(secured_kafka: SecuredKafka) -> SecuredKafka:
    """The topics are there; of the users one has every right, one may do nothing, and each of the others lacks one."""
    asyncio.run(make_topics(secured_kafka.bootstrap_servers, NAMES.specs))
    rights = {user: [each for each in RIGHTS if each is not lacking] for lacking, user in LACKING.items()}
    rights[WITH_ALL] = list(RIGHTS)
    rights[WRITELESS] = [each for each in RIGHTS if each.operation not in {Operation.WRITE, Operation.IDEMPOTENT_WRITE}]
    on_all = (Operation.READ, Operation.WRITE, Operation.DESCRIBE_CONFIGS)
    rights[EVERYWHERE] = [Right(each, Resource.TOPIC, "*") for each in on_all]
    rights[EVERYWHERE] += [each for each in RIGHTS if each.kind is not Resource.TOPIC]
    rights[OPERATOR] = list(operator_rights(TopicNames.behind("operator.")))
    asyncio.run(allow(secured_kafka.bootstrap_servers, {f"User:{user}": each for user, each in rights.items()}))
    return secured_kafka


def examined(settings: dict[str, str], prefix: str = "doctor.") -> dict[str, Finding]:
    """What it finds of Kafka."""
    return {each.subject: each for each in kafka(loaded(settings, prefix), Role.ALL)}


def loaded(settings: dict[str, str], prefix: str = "doctor.") -> KafkaSettings:
    """As a worker reads them."""
    return Settings.load_kafka(complete(**{"KAFKA__GROUP": GROUP, "KAFKA__TOPIC_PREFIX": prefix} | settings))


def look_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the unknown host be looked up, and nothing else beyond this machine."""
    monkeypatch.undo()
    stay_on_loopback(monkeypatch, [UNKNOWN])


def test_in_order_it_says_so(broker: SecuredKafka) -> None:
    found = examined(broker.scram(WITH_ALL))
    assert all(each.ok for each in found.values()), found
    assert found["kafka"].details == f"1 broker(s) answer: {broker.sasl}"
    assert found["rights"].details == "everything that the worker does is allowed"
    assert found["topics"].details == "7 topics of 4 partitions"


@pytest.mark.parametrize(
    ("user", "changes"),
    [(WITH_ALL, {"SASL_PASSWORD": "wrong"}), ("unknown", {})],
    ids=["wrong password", "unknown user"],
)
def test_who_is_not_let_in_is_told_so(broker: SecuredKafka, user: str, changes: dict[str, str]) -> None:
    (found,) = examined(broker.scram(user, **changes)).values()
    assert not found.ok
    assert f"{broker.sasl} refuses the user {user} or its password (SCRAM-SHA-512)" in found.details
    assert "No broker answers" not in found.details


def test_without_the_authority_its_setting_is_named(broker: SecuredKafka) -> None:
    (found,) = examined(broker.scram(WITH_ALL, SSL_CAFILE="")).values()
    assert not found.ok
    assert "no authority that is known here vouches for its certificate" in found.details
    assert "SHIPLEDGER_KAFKA__SSL_CAFILE" in found.details


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"SASL_MECHANISM": "SCRAM-SHA-256"}, "does not offer SHIPLEDGER_KAFKA__SASL_MECHANISM=SCRAM-SHA-256"),
        ({"SECURITY_PROTOCOL": "SASL_PLAINTEXT"}, "wants another SHIPLEDGER_KAFKA__SECURITY_PROTOCOL"),
        ({"BOOTSTRAP_SERVERS": "127.0.0.1:1"}, "127.0.0.1:1 does not answer: nothing listens there"),
        ({"BOOTSTRAP_SERVERS": f"{UNKNOWN}:9093"}, "is a name that is not known here"),
    ],
)
def test_another_way_in_is_told_by_what_is_wrong_with_it(
    broker: SecuredKafka, monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], told: str
) -> None:
    look_up(monkeypatch)
    (found,) = examined(broker.scram(WITH_ALL, **changes)).values()
    assert not found.ok
    assert told in found.details


def test_without_a_client_certificate_it_is_asked_for(broker: SecuredKafka) -> None:
    settings = {"BOOTSTRAP_SERVERS": broker.mutual, "SECURITY_PROTOCOL": "SSL", "SSL_CAFILE": broker.authority.file}
    (found,) = examined({f"KAFKA__{name}": str(value) for name, value in settings.items()}).values()
    assert not found.ok
    assert "wants a client certificate" in found.details


def test_an_unknown_host_beside_one_that_answers_is_said_and_no_fault(
    broker: SecuredKafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_up(monkeypatch)
    servers = f"{UNKNOWN}:9093,{broker.sasl}"
    found = examined(broker.scram(WITH_ALL, BOOTSTRAP_SERVERS=servers))
    assert found["kafka"].ok
    assert f"{UNKNOWN}:9093 is a name that is not known here" in found["kafka"].details


@pytest.mark.parametrize("lacking", ALONE, ids=str)
def test_each_right_that_is_missing_is_named(broker: SecuredKafka, lacking: Right) -> None:
    found = examined(broker.scram(LACKING[lacking]))
    assert (found["rights"].ok, found["rights"].details) == (False, f"Kafka does not allow: {lacking}")
    also = {"topic settings"} if lacking.operation is Operation.DESCRIBE_CONFIGS else set()
    assert {subject for subject, each in found.items() if not each.ok} == {"rights", *also}


def test_without_any_right_to_write_the_idempotent_one_is_named_too(broker: SecuredKafka) -> None:
    details = examined(broker.scram(WRITELESS))["rights"].details
    assert "IDEMPOTENT_WRITE on the cluster" in details
    assert "WRITE on the transactional id doctor-dispatch-*" in details


def test_who_may_do_nothing_is_not_told_that_topics_are_missing(broker: SecuredKafka) -> None:
    found = examined(broker.scram(NOBODY))
    assert "READ on the topic doctor.shipment.status-changes.v1" in found["rights"].details
    assert "hidden from this user" in found["topics"].details
    assert "missing" not in found["topics"].details


def test_missing_topics_and_the_right_to_make_them(broker: SecuredKafka) -> None:
    found = examined(broker.scram(EVERYWHERE), prefix="none.")["topics"]
    assert not found.ok
    assert "missing: none.shipment.status-changes.v1" in found.details
    assert "run: shipledger topics create, as a user who may" in found.details
    assert "CREATE on the topic none.shipment.status-changes.v1" in found.details


def test_to_make_topics_without_the_right_names_it(broker: SecuredKafka) -> None:
    done = run(broker, EVERYWHERE, "none.", "topics create")
    assert done.exit_code == 1
    assert "could not be created: CREATE on the topic none." in str(done.exception)
    assert "missing" in examined(broker.scram(EVERYWHERE), prefix="none.")["topics"].details


def run(broker: SecuredKafka, user: str, prefix: str, command: str) -> Result:
    """A command of the user's."""
    settings = broker.scram(user, TOPIC_PREFIX=prefix)
    environ = {f"SHIPLEDGER_{name}": value for name, value in settings.items()}
    return CliRunner(env=environ).invoke(build(), command.split())


def test_an_operator_needs_just_the_rights_that_are_listed(broker: SecuredKafka) -> None:
    made = run(broker, OPERATOR, "operator.", "topics create --partitions 2")
    assert made.exit_code == 0, made.exception
    assert made.output.count("2 partitions, created") == 7
    ledger = TopicNames.behind("operator.").document_ledger
    asyncio.run(set_topic(broker.bootstrap_servers, ledger, {"cleanup.policy": "delete"}))
    assert "mended" in run(broker, OPERATOR, "operator.", "topics create --repair").output
    for command in ("replay --yes", "dead-letters list", "dead-letters redrive --yes", "rates show"):
        done = run(broker, OPERATOR, "operator.", command)
        assert done.exit_code == 0, (command, done.exception)


async def test_a_worker_that_lacks_a_right_waits_and_says_which(broker: SecuredKafka) -> None:
    lacking = next(each for each in ALONE if each.name == NAMES.sync_outcomes and each.operation is Operation.WRITE)
    with pytest.raises(TopicsMissingError, match=f"does not allow this user: {lacking}. Give it"):
        await check_topics(loaded(broker.scram(LACKING[lacking])))
    await check_topics(loaded(broker.scram(LACKING[lacking])), Role.STREAM)


async def test_a_worker_that_is_not_let_in_says_why(broker: SecuredKafka) -> None:
    with pytest.raises(KafkaConnectionError, match=f"refuses the user {WITH_ALL} or its password"):
        await check_topics(loaded(broker.scram(WITH_ALL, SASL_PASSWORD="wrong")))  # It is to be wrong.


def test_one_missing_topic_is_named_alone(broker: SecuredKafka) -> None:
    names = TopicNames.behind("four.")
    asyncio.run(make_topics(broker.bootstrap_servers, names.specs[:-1]))
    assert f"missing: {names.document_ledger};" in examined(broker.scram(EVERYWHERE), prefix="four.")["topics"].details


def test_unequal_partitions_are_named(broker: SecuredKafka) -> None:
    names = TopicNames.behind("unequal.")
    asyncio.run(make_topics(broker.bootstrap_servers, names.specs[:1], partitions=2))
    asyncio.run(make_topics(broker.bootstrap_servers, names.specs[1:], partitions=3))
    found = examined(broker.scram(EVERYWHERE), prefix="unequal.")["topics"]
    assert not found.ok
    assert "unequal.shipment.status-changes.v1 2" in found.details


def test_settings_that_lose_data_are_named(broker: SecuredKafka) -> None:
    names = TopicNames.behind("lossy.")
    asyncio.run(make_topics(broker.bootstrap_servers, names.specs))
    asyncio.run(set_topic(broker.bootstrap_servers, names.document_ledger, {"cleanup.policy": "delete"}))
    found = examined(broker.scram(EVERYWHERE), prefix="lossy.")["topic settings"]
    assert not found.ok
    assert f"{names.document_ledger} needs cleanup.policy=compact" in found.details


def test_a_client_certificate_lets_in(broker: SecuredKafka) -> None:
    found = examined(broker.certified(WITH_ALL))
    assert all(each.ok for each in found.values()), found


def test_a_token_file_that_is_missing_is_named(broker: SecuredKafka, tmp_path: Path) -> None:
    (found,) = examined(broker.with_token(tmp_path / "token")).values()
    assert not found.ok
    assert f"the token file {tmp_path / 'token'} cannot be read" in found.details


def test_a_token_lets_in_and_one_that_is_over_is_named(broker: SecuredKafka, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(unsigned_token(WITH_ALL))
    found = examined(broker.with_token(file))
    assert all(each.ok for each in found.values()), found
    file.write_text(unsigned_token(WITH_ALL, seconds=-3600))
    (refused,) = examined(broker.with_token(file)).values()
    assert not refused.ok
    assert "does not take the token" in refused.details
