"""Addresses, names and the API's token: what would be read as something else is refused before it is used."""

import pytest

from config.addresses import address_of
from config.faults import ConfigurationError
from config.settings import Settings
from tests.unit.config.environments import complete

CONSENTED = {"XERO__GRANT": "authorization_code", "XERO__TOKEN_KEY": "A" * 43 + "="}
STRANGE = [
    "https://:hunter2@api.xero.com",
    "https://user@api.xero.com",
    "https://@api.xero.com",
    "https://api.xero.com:0",
    "https://api.xero.com:99999",
    "https://api.xero.com:444",
    "https://api.xero.com:",
    "https://api.xero.com:-1",
    "https://api.xero\n.com",
    "https://api.xero.com\r\nX-Header: 1",
    "https://api.xero.com\t",
    "https://api.xero.com\x1b[31m",
    "https://api.xero.com\x85",
    "https://evil.example\\@api.xero.com",
    "https://evil.example\\.api.xero.com",
    "https://api.xero.com?x",
    "https://api.xero.com#x",
    "https://xn--\u0430pi.xero.com",
    "https://[::1",
    "https://",
]


def places(environ: dict[str, str]) -> set[str]:
    with pytest.raises(ConfigurationError) as caught:
        Settings.load(environ)
    assert "hunter2" not in str(caught.value)
    return {fault.place.removeprefix("SHIPLEDGER_") for fault in caught.value.faults}


@pytest.mark.parametrize("address", STRANGE)
@pytest.mark.parametrize("name", ["XERO__BASE_URL", "XERO__TOKEN_URL"])
def test_a_strange_address_is_refused_and_a_password_in_it_not_shown(name: str, address: str) -> None:
    assert name in places(complete(**{name: address}))


@pytest.mark.parametrize("address", ["http://user@localhost:8765/", "http://localhost:0/", "http://localhost:99999/"])
def test_a_strange_redirect_address_is_refused(address: str) -> None:
    assert places(complete(XERO__REDIRECT_URI=address)) == {"XERO__REDIRECT_URI"}


@pytest.mark.parametrize("address", ["https://login.xero.com:0/x", "https://:pw@login.xero.com/x"])
def test_a_strange_login_page_is_refused(address: str) -> None:
    assert places(complete(**CONSENTED, XERO__AUTHORISE_URL=address)) == {"XERO__AUTHORISE_URL"}


@pytest.mark.parametrize(
    "brokers",
    ["a:0", "a:99999", "a:9092,b:0", "a\x1b:9092", "user:pw@a:9092", "user@a:9092", "http://a:9092"],
)
def test_a_strange_broker_is_refused(brokers: str) -> None:
    assert places(complete(KAFKA__BOOTSTRAP_SERVERS=brokers)) == {"KAFKA__BOOTSTRAP_SERVERS"}


@pytest.mark.parametrize("host", ["a b", "a\nb", "a\x1b", "user@a", "http://a"])
def test_a_strange_host_to_listen_at_is_refused(host: str) -> None:
    assert places(complete(HTTP__HOST=host)) == {"HTTP__HOST"}


@pytest.mark.parametrize(
    "token",
    [" ", " " * 16, "x" * 15, "x" * 15 + " ", "x" * 16 + "\n", "x" * 8 + " " + "x" * 8, "\u00fc" * 16, "\x00" * 16],
)
def test_a_token_that_is_short_or_that_no_header_carries_is_refused_and_not_shown(token: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Settings.load(complete(HTTP__TOKEN=token))
    assert [fault.place for fault in caught.value.faults] == ["SHIPLEDGER_HTTP__TOKEN"]
    assert "xxx" not in str(caught.value)


def test_a_token_of_sixteen_characters_is_enough() -> None:
    assert Settings.load(complete(HTTP__TOKEN="0123456789abcde.")).http.port == 8080


@pytest.mark.parametrize("name", ["../../etc/x", "..", ".hidden", "a/b", "a b", "a\nb", "x" * 61])
def test_a_connection_whose_name_would_be_another_file_is_refused(name: str) -> None:
    """Its consent is kept in a file of that name."""
    names = {f"XERO__CONNECTIONS__{name}__CLIENT_ID": "two", f"XERO__CONNECTIONS__{name}__CLIENT_SECRET": "s"}
    assert places(complete(**names)) == {"XERO__CONNECTIONS"}


def test_usual_addresses_are_read_as_they_are() -> None:
    parts = address_of("http://[::1]:9400/connect/token")
    assert (parts.hostname, parts.port, parts.path) == ("::1", 9400, "/connect/token")
    assert Settings.load(complete(HTTP__HOST="::1")).http.url == "http://[::1]:8080"
