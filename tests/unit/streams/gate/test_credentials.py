"""Faust gets the same security as every other client."""

from pathlib import Path

import pytest
from faust.auth import OAuthCredentials, SASLCredentials, SSLCredentials
from pydantic import SecretStr

from config.kafka import KafkaSettings
from streams.gate.credentials import faust_credentials


def settings(protocol: str, **more: object) -> KafkaSettings:
    """Settings of one security protocol."""
    return KafkaSettings.model_validate({"bootstrap_servers": "kafka:9093", "security_protocol": protocol, **more})


SASL = {"sasl_mechanism": "SCRAM-SHA-512", "sasl_username": "shipledger", "sasl_password": SecretStr("s3cret")}


def test_plain_text_needs_none() -> None:
    assert faust_credentials(settings("PLAINTEXT").client_arguments()) is None


def test_tls_checks_certificates() -> None:
    made = faust_credentials(settings("SSL").client_arguments())
    assert isinstance(made, SSLCredentials)
    assert made.context.check_hostname


@pytest.mark.parametrize(("protocol", "encrypted"), [("SASL_SSL", True), ("SASL_PLAINTEXT", False)])
def test_sasl_carries_name_and_password(protocol: str, *, encrypted: bool) -> None:
    made = faust_credentials(settings(protocol, **SASL).client_arguments())
    assert isinstance(made, SASLCredentials)
    assert (made.username, made.password) == ("shipledger", "s3cret")
    assert made.mechanism is not None
    assert made.mechanism.value == "SCRAM-SHA-512"
    assert (made.ssl_context is not None) is encrypted


def test_an_own_authority_is_used(tmp_path: Path) -> None:
    missing = tmp_path / "ca.pem"
    with pytest.raises(ValueError, match="is not a file"):
        settings("SSL", ssl_cafile=missing)


@pytest.mark.parametrize(("protocol", "encrypted"), [("SASL_SSL", True), ("SASL_PLAINTEXT", False)])
def test_a_token_is_asked_of_the_same_provider(protocol: str, *, encrypted: bool, tmp_path: Path) -> None:
    token = {"sasl_mechanism": "OAUTHBEARER", "sasl_oauth_token_file": tmp_path / "token"}
    arguments = settings(protocol, **token).client_arguments()
    made = faust_credentials(arguments)
    assert isinstance(made, OAuthCredentials)
    assert made.oauth_cb is arguments["sasl_oauth_token_provider"]
    assert made.protocol.value == protocol
    assert (made.ssl_context is not None) is encrypted
