"""Secrets are planted wherever they come in, and looked for in everything that goes out: they are nowhere."""

import io
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
import structlog
from prometheus_client import generate_latest
from pydantic import BaseModel, SecretStr
from typer.testing import CliRunner

from config.faults import ConfigurationError
from config.settings import Settings
from deploy.simulator.server import Simulator
from deploy.simulator.wire.clock import SimClock
from mappers.outbound.outcome_json import encode_outcome
from streams.app.worker import _secrets
from streams.cli.main import build
from streams.ops.logs import LogOptions, configure_logs
from streams.projection.ingest import Ingest
from streams.projection.store import ProjectionStore
from tests.builders import COMPANY_ID, OCCURRED_AT, make_company
from tests.fakes.key_value import MemoryKeyValue
from tests.faults.dispatch.altering_proxy import Altered, altering
from tests.faults.dispatch.simulated import SCALE, SimulatedHarness
from tests.unit.config.environments import complete
from tests.unit.streams.dispatch.requests import numbered
from tests.unit.streams.projection.test_ingest import Record

PROFILE = Path(__file__).parents[2] / "deploy/demo/profile.toml"
CLIENT_SECRET = "CANARY/client+secret=&x"
PLANTED = {
    "KAFKA__SASL_PASSWORD": "CANARY-kafka-password",
    "XERO__CLIENT_SECRET": CLIENT_SECRET,
    "XERO__CONNECTIONS__NZ__CLIENT_SECRET": "CANARY-of-another-connection",
    "XERO__WEBHOOK_KEY": "CANARY-key-of-the-webhook",
    "XERO__CONNECTIONS__NZ__WEBHOOK_KEY": "CANARY-key-of-another-webhook",
    "XERO__TOKEN_KEY": "CANARY" + "A" * 37 + "=",
    "HTTP__TOKEN": "CANARY-token-of-the-api",
    "NOTES__WEBHOOK_SECRET": "whsec_CANARY" + "A" * 38,
    "NOTES__WEBHOOK_FORMER_SECRET": "whsec_CANARYformer" + "A" * 32,
    "NOTES__SMTP_PASSWORD": "CANARY-of-the-mail-server",
}
AROUND = {
    "KAFKA__SECURITY_PROTOCOL": "SASL_SSL",
    "KAFKA__SASL_MECHANISM": "PLAIN",
    "KAFKA__SASL_USERNAME": "worker",
    "XERO__CONNECTIONS__NZ__CLIENT_ID": "two",
    "XERO__GRANT": "authorization_code",
    "PROFILE": str(PROFILE),
    "NOTES__WEBHOOK_URL": "https://receiver.example/notes",
    "NOTES__SMTP_HOST": "mail.example",
    "NOTES__SMTP_USERNAME": "worker",
    "NOTES__MAIL_FROM": "ledger@ship.example",
}
SECRET_SETTINGS = {
    "kafka.sasl_password",
    "kafka.sasl_oauth_client_secret",
    "kafka.ssl_key_password",
    "xero.client_secret",
    "xero.connections.client_secret",
    "xero.connections.webhook_key",
    "xero.webhook_key",
    "xero.token_key",
    "http.token",
    "http.proxy_secret",
    "notes.webhook_secret",
    "notes.webhook_former_secret",
    "notes.smtp_password",
}
"""A new one has to be told to the log and to the client: `secret_values` of its section."""


def secrets_in(model: BaseModel) -> Iterator[str]:
    """The values of every secret below."""
    for value in vars(model).values():
        for each in value.values() if isinstance(value, dict) else [value]:
            if isinstance(each, SecretStr):
                yield each.get_secret_value()
            elif isinstance(each, BaseModel):
                yield from secrets_in(each)


def secret_names(model: type[BaseModel], before: str = "") -> Iterator[str]:
    """The names of every setting that is a secret."""
    for name, field in model.model_fields.items():
        kinds = {field.annotation, *getattr(field.annotation, "__args__", ())}
        if SecretStr in kinds:
            yield before + name
        for kind in kinds:
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from secret_names(kind, f"{before}{name}.")


def test_every_secret_of_the_settings_is_known_to_the_log() -> None:
    settings = Settings.load(complete(**AROUND, **PLANTED))
    assert set(secrets_in(settings)) == set(PLANTED.values()) <= set(_secrets(settings))
    assert set(secret_names(Settings)) == SECRET_SETTINGS


def test_no_secret_is_in_what_the_settings_print() -> None:
    settings = Settings.load(complete(**AROUND, **PLANTED))
    everything = f"{settings} {settings!r} {settings.model_dump_json()} {dict(settings.describe())}"
    assert "CANARY" not in everything
    done = CliRunner().invoke(build(), ["check-config"], env=complete(**AROUND, **PLANTED))
    assert done.exit_code == 0
    assert "CANARY" not in done.output


@pytest.mark.parametrize("broken", [{"HTTP__PORT": "x"}, {"XERO__GRANT": "CANARY"}, {"KAFKA__SASL_MECHANISM": None}])
def test_no_secret_is_in_what_a_faulty_configuration_tells(broken: dict[str, str | None]) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Settings.load(complete(**{**AROUND, **PLANTED, **broken}))
    told = str(caught.value).replace("XERO__GRANT: 'CANARY'", "")
    assert not [each for each in PLANTED.values() if each in told]


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The worker's own log, with what it knows to be secret."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    secrets = _secrets(Settings.load(complete(**AROUND, **PLANTED)))
    configure_logs(LogOptions("json", "DEBUG", secrets), stream=stream, monotonic=lambda: 0.0)
    yield stream
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def in_the_message(reply: Altered, said: str) -> None:
    reply.value = {"ErrorNumber": 10, "Type": "ValidationException", "Message": said, "Elements": [_refused(said)]}


def in_a_page(reply: Altered, said: str) -> None:
    reply.value, reply.raw = None, f"<html><body><h1>Bad request</h1><pre>{said}</pre></body></html>".encode()


def in_headers(reply: Altered, said: str) -> None:
    reply.headers |= {"Xero-Correlation-Id": quote(said), "WWW-Authenticate": said}


def _refused(said: str) -> dict[str, object]:
    return {"ValidationErrors": [{"Message": said}], "Warnings": [{"Message": said}]}


@pytest.mark.parametrize(
    ("where", "status"),
    [(in_the_message, 400), (in_a_page, 400), (in_headers, 400), (in_headers, 401), (in_a_page, 503)],
)
async def test_no_secret_that_xero_repeats_reaches_log_outcome_ledger_projection_or_metrics(
    where: Callable[[Altered, str], None], status: int, log: io.StringIO
) -> None:
    """A page of an error may show the header that it did not like: the token in use, and the secret of the app."""
    tokens: set[str] = set()
    answers = [2]

    def alter(reply: Altered) -> None:
        if reply.is_write and answers[0]:
            answers[0] -= 1
            tokens.add(reply.authorization.rpartition(" ")[2])
            reply.status = status
            where(reply, f"not allowed: {reply.authorization} {CLIENT_SECRET}")

    async with (
        Simulator.started(clock=SimClock(scale=SCALE)) as simulator,
        altering(simulator.base_url, alter) as proxy,
    ):
        harness = SimulatedHarness(simulator, make_company())
        secrets = Settings.load(complete(**AROUND, **PLANTED)).xero.secret_values()
        harness._endpoint = replace(harness._endpoint, base_url=proxy.url, secrets=secrets)
        harness.new_process()
        async with harness.owner() as partition:
            harness.give(partition, [numbered(1)])
            await harness.until(lambda: answers[0] < 2 and harness.topic.outcomes)
        for client in harness.clients:
            client.close()
    gone_out = everything_of(harness) + log.getvalue().encode()
    assert tokens
    assert all(len(each) > 20 for each in tokens)
    for secret in (*tokens, CLIENT_SECRET, quote(CLIENT_SECRET, safe="")):
        assert secret.encode() not in gone_out
    assert b"effect_unknown" in gone_out or b"request_answered" in gone_out or b"organisation_rests" in gone_out


def everything_of(harness: SimulatedHarness) -> bytes:
    """The bytes of outcomes, ledger, dead letters, metrics, and of the projection that is made of them."""
    outcomes = [encode_outcome(each) for each in harness.topic.outcomes]
    disk = MemoryKeyValue()
    ingest = Ingest(
        ProjectionStore(disk), {COMPANY_ID: make_company()}, harness.metrics, limit=10**6, clock=lambda: OCCURRED_AT
    )
    ingest.fold([[Record(value, offset=offset) for offset, value in enumerate(outcomes)]])
    ledger = [part for each in harness.topic.ledger.items() for part in each if part is not None]
    letters = [repr(each).encode() for each in harness.topic.dead_letters]
    projection = [part for each in disk.scan(b"") for part in each]
    return b"\n".join([*outcomes, *ledger, *letters, *projection, generate_latest(harness.metrics.registry)])
