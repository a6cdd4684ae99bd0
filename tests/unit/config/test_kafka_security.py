"""Certificates and tokens: what goes together, and what is wrong is named by its variable."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from config.kafka import KafkaSettings
from tests.brokers.certificates import Authority

OAUTH = {"security_protocol": "SASL_PLAINTEXT", "sasl_mechanism": "OAUTHBEARER"}
CLIENT = {"sasl_oauth_client_id": "id", "sasl_oauth_client_secret": "secret"}
URL = {"sasl_oauth_token_url": "https://identity.example/token"}


def settings(**values: Any) -> KafkaSettings:
    return KafkaSettings.model_validate({"bootstrap_servers": "kafka:9093", **values})


def faults(**values: Any) -> dict[str, str]:
    """The faults, by setting."""
    with pytest.raises(ValidationError) as failure:
        settings(**values)
    return {str(each["loc"][0]): each["msg"] for each in failure.value.errors()}


@pytest.mark.parametrize(
    ("values", "setting", "told"),
    [
        (OAUTH, "sasl_oauth_token_url", "needs either SASL_OAUTH_TOKEN_FILE or SASL_OAUTH_TOKEN_URL"),
        (OAUTH | URL | CLIENT | {"sasl_oauth_token_file": "token"}, "sasl_oauth_token_url", "needs either"),
        (OAUTH | URL, "sasl_oauth_client_id", "is missing: SASL_OAUTH_TOKEN_URL needs it"),
        (OAUTH | URL, "sasl_oauth_client_secret", "is missing: SASL_OAUTH_TOKEN_URL needs it"),
        (OAUTH | CLIENT | {"sasl_oauth_token_file": "t"}, "sasl_oauth_client_id", "goes with SASL_OAUTH_TOKEN_URL"),
        (OAUTH | CLIENT | {"sasl_oauth_token_url": "http://identity.example"}, "sasl_oauth_token_url", "not https"),
        (OAUTH | URL | CLIENT | {"sasl_password": "x"}, "sasl_password", "SASL_MECHANISM is OAUTHBEARER"),
        (URL, "sasl_oauth_token_url", "SASL_MECHANISM is not OAUTHBEARER"),
        ({"security_protocol": "SASL_SSL", "sasl_mechanism": "PLAIN"}, "sasl_username", "is missing"),
        ({"topic_prefix": "a b"}, "topic_prefix", "should match"),
    ],
)
def test_what_does_not_go_together_is_named(values: dict[str, Any], setting: str, told: str) -> None:
    assert told in faults(**values)[setting]


def test_a_token_is_given_by_a_file_or_by_an_identity_server() -> None:
    for given in ({"sasl_oauth_token_file": "token"}, URL | CLIENT):
        arguments = settings(**OAUTH, **given, sasl_oauth_extensions="logicalCluster=a,pool=b").client_arguments()
        assert arguments["sasl_oauth_token_provider"].extensions() == {"logicalCluster": "a", "pool": "b"}
        assert "sasl_plain_username" not in arguments


def test_secrets_are_kept_out_of_the_log() -> None:
    assert settings(**OAUTH, **URL, **CLIENT).secret_values() == ("secret",)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority.made(tmp_path / "authority")


def test_a_certificate_is_used_with_its_key(authority: Authority) -> None:
    certificate, key = authority.issue("worker", password="open")  # Of this test alone.
    made = settings(
        security_protocol="SSL", ssl_certfile=certificate, ssl_keyfile=key, ssl_key_password="open"
    )  # As above.
    assert made.client_arguments()["ssl_context"].check_hostname
    assert made.secret_values() == ("open",)
    both = authority.issue_in_one("other")
    assert settings(security_protocol="SSL", ssl_certfile=both).client_arguments()["ssl_context"]


@pytest.mark.parametrize("password", [None, "wrong"])
def test_a_key_that_the_password_does_not_open_is_named_and_nobody_is_asked(
    authority: Authority, password: str | None
) -> None:
    """OpenSSL would ask for it at the terminal, and a worker would stand still."""
    certificate, key = authority.issue("worker", password="open")  # Of this test alone.
    found = faults(security_protocol="SSL", ssl_certfile=certificate, ssl_keyfile=key, ssl_key_password=password)
    assert "see whether the password is right" in found["ssl_key_password"]


def test_a_key_of_another_certificate_is_named(authority: Authority) -> None:
    certificate, _ = authority.issue("one")
    _, key = authority.issue("another")
    assert "ssl_key_password" in faults(security_protocol="SSL", ssl_certfile=certificate, ssl_keyfile=key)


def test_files_that_are_none_or_go_with_no_tls_are_named(authority: Authority, tmp_path: Path) -> None:
    certificate, key = authority.issue("worker")
    assert "neither SSL nor SASL_SSL" in faults(ssl_certfile=certificate)["ssl_certfile"]
    assert "SSL_CERTFILE is not" in faults(security_protocol="SSL", ssl_keyfile=key)["ssl_keyfile"]
    assert "is not a file" in faults(security_protocol="SSL", ssl_cafile=tmp_path / "none")["ssl_cafile"]
    assert "holds no certificate" in faults(security_protocol="SSL", ssl_cafile=key)["ssl_cafile"]
