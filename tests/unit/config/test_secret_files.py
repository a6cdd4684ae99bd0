"""Secrets from files: `…_FILE` variables and a folder of secrets."""

from pathlib import Path

import pytest

from config.faults import ConfigurationError
from config.settings import Settings
from tests.unit.config.environments import complete


def secret(environ: dict[str, str]) -> str:
    """The client secret that a worker with `environ` uses."""
    settings = Settings.load(environ)
    assert settings.xero.client_secret is not None
    return settings.xero.client_secret.get_secret_value()


def test_a_variable_may_name_a_file_whose_last_line_end_does_not_count(tmp_path: Path) -> None:
    file = tmp_path / "xero"
    file.write_text(" kept as it is \n")
    assert secret(complete(XERO__CLIENT_SECRET=None, XERO__CLIENT_SECRET_FILE=str(file))) == " kept as it is "


def test_a_variable_and_its_file_together_are_a_fault(tmp_path: Path) -> None:
    file = tmp_path / "xero"
    file.write_text("other")
    with pytest.raises(ConfigurationError) as caught:
        Settings.load(complete(XERO__CLIENT_SECRET_FILE=str(file)))
    assert [(each.code, each.place) for each in caught.value.faults] == [
        ("setting_twice", "SHIPLEDGER_XERO__CLIENT_SECRET")
    ]


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    with pytest.raises(ConfigurationError) as caught:
        Settings.load(complete(HTTP__TOKEN=None, HTTP__TOKEN_FILE=str(missing)))
    assert "secret_unreadable" in {each.code for each in caught.value.faults}
    assert str(missing) in str(caught.value)


def test_a_file_variable_of_nothing_is_unknown() -> None:
    with pytest.raises(ConfigurationError, match="SHIPLEDGER_XERO__SECRET_FILE: is not a setting"):
        Settings.load(complete(XERO__SECRET_FILE="/run/secrets/x"))


def test_a_folder_of_secrets_gives_what_the_environment_leaves_open(tmp_path: Path) -> None:
    (tmp_path / "shipledger_xero__client_secret").write_text("from the folder\n")
    (tmp_path / "SHIPLEDGER_HTTP__TOKEN").write_text("token-from-the-folder")
    (tmp_path / "..data").mkdir()
    (tmp_path / "unrelated").write_text("x")
    environ = complete(SECRETS_DIR=str(tmp_path), XERO__CLIENT_SECRET=None)
    assert secret(environ) == "from the folder"
    assert Settings.load(environ).http.token.get_secret_value() == "token-of-enough-characters"


def test_a_missing_folder_of_secrets_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="SHIPLEDGER_SECRETS_DIR"):
        Settings.load(complete(SECRETS_DIR=str(tmp_path / "missing")))
