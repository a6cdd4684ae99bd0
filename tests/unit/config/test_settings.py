"""The settings: read from a mapping, frozen, every fault named at once with its variable."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from config.faults import ConfigurationError, Fault
from config.settings import Settings
from tests.unit.config.environments import complete


def faults(environ: dict[str, str]) -> dict[str, Fault]:
    """The faults of `environ` by the variable's name without the prefix."""
    with pytest.raises(ConfigurationError) as caught:
        Settings.load(environ)
    assert len({fault.place for fault in caught.value.faults}) == len(caught.value.faults)
    return {fault.place.removeprefix("SHIPLEDGER_"): fault for fault in caught.value.faults}


def test_the_five_needed_variables_are_enough_and_the_defaults_are_xeros_own() -> None:
    settings = Settings.load(complete())
    assert settings.xero.base_url == "https://api.xero.com"
    assert settings.xero.token_url == "https://identity.xero.com/connect/token"
    assert (settings.xero.calls_per_minute, settings.xero.concurrency, settings.xero.batch_size) == (60, 5, 50)
    assert (settings.kafka.session_timeout_seconds, settings.kafka.heartbeat_seconds) == (10.0, 3.0)
    assert settings.kafka.security_protocol == "PLAINTEXT"
    assert settings.http.url == "http://127.0.0.1:8080"


def test_the_process_environment_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIPLEDGER_HTTP__PORT", "9999")
    assert Settings.load(complete()).http.port == 8080


def test_settings_are_frozen() -> None:
    settings = Settings.load(complete())
    with pytest.raises(ValidationError, match="frozen"):
        settings.http.port = 1  # type: ignore[misc]  # That this is refused is what is tested.


def test_everything_missing_is_named_at_once() -> None:
    found = faults({})
    assert set(found) == {"KAFKA__BOOTSTRAP_SERVERS", "XERO__CLIENT_ID", "PROFILE", "HTTP__TOKEN"}
    assert {fault.code for fault in found.values()} == {"setting_missing", "setting_invalid"}


def test_faults_of_different_sections_are_named_together() -> None:
    found = faults(complete(HTTP__PORT="http", LOG__LEVEL="LOUD", XERO__CONCURRENCY="6", KAFKA__SASL_USERNAME="me"))
    assert set(found) == {"HTTP__PORT", "LOG__LEVEL", "XERO__CONCURRENCY", "KAFKA__SASL_USERNAME"}


def test_an_unknown_variable_is_a_fault_that_suggests_the_nearest() -> None:
    found = faults(complete(XERO__CLIENT_SECRT="x"))
    assert found["XERO__CLIENT_SECRT"].code == "setting_unknown"
    assert "did you mean SHIPLEDGER_XERO__CLIENT_SECRET?" in found["XERO__CLIENT_SECRT"].message


@pytest.mark.parametrize("name", ["SHIPLEDGER_CACHE", "SHIPLEDGER_TEST_KAFKA", "PATH"])
def test_variables_of_others_are_left_alone(name: str) -> None:
    Settings.load({**complete(), name: "anything"})


def test_an_empty_variable_counts_as_unset() -> None:
    assert Settings.load(complete(KAFKA__SASL_PASSWORD="", HTTP__PORT="")).http.port == 8080
    assert "HTTP__TOKEN" in faults(complete(HTTP__TOKEN=""))


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"XERO__BASE_URL": "https://api.xero.com.evil.example"}, {"XERO__BASE_URL"}),
        ({"XERO__BASE_URL": "http://127.0.0.1:9400"}, {"XERO__BASE_URL"}),
        ({"XERO__TOKEN_URL": "http://127.0.0.1:9400/connect/token"}, {"XERO__TOKEN_URL"}),
        ({"XERO__BASE_URL": "http://api.xero.com"}, {"XERO__BASE_URL"}),
        ({"XERO__TOKEN_URL": "http://identity.xero.com/connect/token"}, {"XERO__TOKEN_URL"}),
        ({"XERO__BASE_URL": "https://api.xero.com/api.xro/2.0"}, {"XERO__BASE_URL"}),
        ({"XERO__BASE_URL": "https://user:word@api.xero.com"}, {"XERO__BASE_URL"}),
        ({"XERO__BASE_URL": "api.xero.com"}, {"XERO__BASE_URL"}),
        ({"XERO__ALLOW_TEST_HOST": "true", "XERO__BASE_URL": "http://127.0.0.1:9400"}, {"XERO__TOKEN_URL"}),
        ({"XERO__ALLOW_TEST_HOST": "true", "XERO__TOKEN_URL": "http://127.0.0.1:9400/t"}, {"XERO__TOKEN_URL"}),
    ],
)
def test_addresses_that_are_not_xeros_or_not_secure_are_refused(changes: dict[str, str], wrong: set[str]) -> None:
    assert set(faults(complete(**changes))) == wrong


def test_a_simulator_is_accepted_where_test_hosts_are_allowed() -> None:
    settings = Settings.load(
        complete(
            XERO__ALLOW_TEST_HOST="true",
            XERO__BASE_URL="http://127.0.0.1:9400/",
            XERO__TOKEN_URL="http://127.0.0.1:9400/connect/token",
        )
    )
    assert settings.xero.base_url == "http://127.0.0.1:9400"


def test_connections_are_read_by_their_names() -> None:
    names = {"XERO__CONNECTIONS__TASMAN_NZ__CLIENT_ID": "two", "XERO__CONNECTIONS__TASMAN_NZ__CLIENT_SECRET": "s"}
    credentials = Settings.load(complete(**names)).xero.credentials()
    assert {name: each.client_id for name, each in credentials.items()} == {"default": "client", "tasman_nz": "two"}


def test_the_default_connection_may_be_absent_where_there_is_another() -> None:
    names = {"XERO__CONNECTIONS__NZ__CLIENT_ID": "two", "XERO__CONNECTIONS__NZ__CLIENT_SECRET": "s"}
    settings = Settings.load(complete(XERO__CLIENT_ID=None, XERO__CLIENT_SECRET=None, **names))
    assert set(settings.xero.credentials()) == {"nz"}


def test_half_a_connection_is_a_fault() -> None:
    assert set(faults(complete(XERO__CLIENT_SECRET=None))) == {"XERO__CLIENT_SECRET"}
    assert set(faults(complete(XERO__CONNECTIONS__NZ__CLIENT_ID="two"))) == {"XERO__CONNECTIONS__NZ__CLIENT_SECRET"}


def test_sasl_needs_all_three_parts() -> None:
    found = faults(complete(KAFKA__SECURITY_PROTOCOL="SASL_SSL", KAFKA__SASL_USERNAME="me"))
    # Their defaults stand in for them, so each is checked against the protocol.
    assert set(found) == {"KAFKA__SASL_MECHANISM", "KAFKA__SASL_PASSWORD"}


def test_client_arguments_carry_the_security(tmp_path: Path) -> None:
    del tmp_path
    settings = Settings.load_kafka(
        complete(
            KAFKA__SECURITY_PROTOCOL="SASL_SSL",
            KAFKA__SASL_MECHANISM="SCRAM-SHA-512",
            KAFKA__SASL_USERNAME="me",
            KAFKA__SASL_PASSWORD="word",
        )
    )
    arguments = settings.client_arguments()
    assert arguments.pop("ssl_context").verify_mode.name == "CERT_REQUIRED"
    assert arguments == {
        "bootstrap_servers": "broker-1:9092,broker-2:9092",
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "me",
        "sasl_plain_password": "word",
    }


def test_a_missing_authority_file_is_named(tmp_path: Path) -> None:
    found = faults(complete(KAFKA__SECURITY_PROTOCOL="SSL", KAFKA__SSL_CAFILE=str(tmp_path / "ca.pem")))
    assert "is not a file" in found["KAFKA__SSL_CAFILE"].message


def test_a_heartbeat_of_more_than_a_third_of_the_session_is_refused() -> None:
    assert set(faults(complete(KAFKA__HEARTBEAT_SECONDS="4"))) == {"KAFKA__HEARTBEAT_SECONDS"}


def test_parts_can_be_loaded_alone() -> None:
    assert Settings.load_kafka({"SHIPLEDGER_KAFKA__BOOTSTRAP_SERVERS": "a:1"}).bootstrap_servers == "a:1"
    assert Settings.load_http({"SHIPLEDGER_HTTP__TOKEN": "x" * 16}).port == 8080


@pytest.mark.parametrize(("metrics_port", "asked"), [({}, 8080), ({"SHIPLEDGER_HTTP__METRICS_PORT": "8081"}, 8081)])
def test_health_is_asked_at_the_port_of_its_own_where_there_is_one(metrics_port: dict[str, str], asked: int) -> None:
    http = Settings.load_http({"SHIPLEDGER_HTTP__TOKEN": "x" * 16} | metrics_port)
    assert http.health_url == f"http://127.0.0.1:{asked}"
    assert http.url == "http://127.0.0.1:8080"
    with pytest.raises(ConfigurationError, match="SHIPLEDGER_KAFKA__BOOTSTRAP_SERVERS: is missing"):
        Settings.load_kafka({})


def test_no_secret_is_shown_anywhere() -> None:
    settings = Settings.load(
        complete(XERO__CONNECTIONS__NZ__CLIENT_ID="two", XERO__CONNECTIONS__NZ__CLIENT_SECRET="s3")
    )
    shown = dict(settings.describe())
    assert shown["SHIPLEDGER_XERO__CLIENT_SECRET"] == shown["SHIPLEDGER_HTTP__TOKEN"] == "********"
    assert shown["SHIPLEDGER_XERO__CONNECTIONS__NZ__CLIENT_SECRET"] == "********"
    assert shown["SHIPLEDGER_HTTP__PORT"] == "8080"
    everything = f"{shown} {settings!r}"
    assert not [secret for secret in ("client-secret-value", "token-of-enough", "'s3'") if secret in everything]


def test_a_fault_does_not_show_the_secret_it_is_about() -> None:
    with pytest.raises(ConfigurationError) as caught:
        Settings.load(complete(XERO__TOKEN_KEY="tiny-secret"))
    assert "tiny-secret" not in str(caught.value)


KEY = "A" * 43 + "="
NZ = {"XERO__CONNECTIONS__NZ__CLIENT_ID": "two", "XERO__CONNECTIONS__NZ__CLIENT_SECRET": "s"}


def test_connections_sign_in_by_themselves_unless_told_otherwise() -> None:
    credentials = Settings.load(complete(**NZ)).xero.credentials()
    assert {each.grant for each in credentials.values()} == {"client_credentials"}


@pytest.mark.parametrize("variable", ["XERO__GRANT", "XERO__CONNECTIONS__NZ__GRANT"])
def test_a_consent_of_any_connection_needs_a_key(variable: str) -> None:
    found = faults(complete(**NZ, **{variable: "authorization_code"}))
    assert {name: "connect --new-key" in fault.message for name, fault in found.items()} == {"XERO__TOKEN_KEY": True}


def test_each_connection_has_a_grant_of_its_own() -> None:
    environ = complete(**NZ, XERO__CONNECTIONS__NZ__GRANT="authorization_code", XERO__TOKEN_KEY=KEY)
    credentials = Settings.load(environ).xero.credentials()
    assert {name: each.grant for name, each in credentials.items()} == {
        "default": "client_credentials",
        "nz": "authorization_code",
    }


def test_an_unknown_grant_is_a_fault() -> None:
    assert set(faults(complete(XERO__GRANT="password"))) == {"XERO__GRANT"}


@pytest.mark.parametrize("key", ["short", "A" * 43, "B" * 64, "\u00fc" * 44])
def test_a_key_of_the_wrong_form_is_a_fault_that_does_not_show_it(key: str) -> None:
    found = faults(complete(XERO__GRANT="authorization_code", XERO__TOKEN_KEY=key))
    assert set(found) == {"XERO__TOKEN_KEY"}
    assert key not in str(found)


def test_the_key_may_come_from_a_file_and_is_masked(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"{KEY}\n")
    settings = Settings.load(complete(XERO__GRANT="authorization_code", XERO__TOKEN_KEY_FILE=str(file)))
    assert settings.xero.token_key is not None
    assert settings.xero.token_key.get_secret_value() == KEY
    assert dict(settings.describe())["SHIPLEDGER_XERO__TOKEN_KEY"] == "********"


def test_tokens_are_kept_in_the_data_folder_unless_workers_share_another() -> None:
    assert Settings.load(complete(DATA_DIR="/d")).consent_file("default") == Path("/d/tokens/default.consent")
    shared = Settings.load(complete(DATA_DIR="/d", XERO__TOKEN_DIR="/shared"))
    assert shared.consent_file("nz") == Path("/shared/nz.consent")


@pytest.mark.parametrize(
    "address",
    [
        "https://login.xero.com.evil.example/identity/connect/authorize",
        "http://login.xero.com/identity/connect/authorize",
        "http://127.0.0.1:9400/identity/connect/authorize",
    ],
)
def test_a_foreign_host_is_not_asked_for_consent(address: str) -> None:
    consented = {"XERO__GRANT": "authorization_code", "XERO__TOKEN_KEY": KEY}
    assert set(faults(complete(**consented, XERO__AUTHORISE_URL=address))) == {"XERO__AUTHORISE_URL"}


@pytest.mark.parametrize(("grant", "wrong"), [("authorization_code", {"XERO__AUTHORISE_URL"}), (None, None)])
def test_xeros_own_login_page_is_no_match_for_a_simulator(grant: str | None, wrong: set[str] | None) -> None:
    """Where no consent is asked for, the address of the consent page does not matter."""
    simulator = {
        "XERO__ALLOW_TEST_HOST": "true",
        "XERO__BASE_URL": "http://127.0.0.1:9400",
        "XERO__TOKEN_URL": "http://127.0.0.1:9400/connect/token",
    }
    environ = complete(**simulator, XERO__GRANT=grant, XERO__TOKEN_KEY=KEY)
    if wrong is None:
        Settings.load(environ)
    else:
        assert set(faults(environ)) == wrong


@pytest.mark.parametrize(
    "address",
    ["http://example.com:8765/callback", "https://localhost:8765/x", "http://localhost/x", "http://localhost:x/"],
)
def test_an_answer_is_heard_on_this_machine_only(address: str) -> None:
    assert set(faults(complete(XERO__REDIRECT_URI=address))) == {"XERO__REDIRECT_URI"}


@pytest.mark.parametrize("token", [" ", " " * 20, "x" * 15, "x" * 16 + " ", "ä" * 20, "two words of many letters"])
def test_a_token_that_is_no_secret_is_refused(token: str) -> None:
    assert "HTTP__TOKEN" in faults(complete(HTTP__TOKEN=token))


def test_metrics_have_a_port_of_their_own_or_none() -> None:
    assert Settings.load(complete()).http.metrics_port is None
    assert Settings.load(complete(HTTP__METRICS_PORT="9090")).http.metrics_port == 9090
    assert faults(complete(HTTP__METRICS_PORT="8080"))
    assert "HTTP__METRICS_PORT" in faults(complete(HTTP__METRICS_PORT="0"))
