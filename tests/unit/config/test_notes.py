"""Who is told: off until it is set, over TLS but on this machine, and every secret is one."""

import base64
from pathlib import Path

import pytest

from config.faults import ConfigurationError
from config.settings import Settings
from tests.unit.config.environments import complete

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
WEBHOOK = {"NOTES__WEBHOOK_URL": "https://receiver.example/notes", "NOTES__WEBHOOK_SECRET": SECRET}
MAIL = {"NOTES__SMTP_HOST": "mail.example", "NOTES__MAIL_FROM": "ledger@ship.example"}
SIGNED_IN = {**MAIL, "NOTES__SMTP_USERNAME": "worker", "NOTES__SMTP_PASSWORD": "a-password"}


def fault(**changes: str | None) -> str:
    with pytest.raises(ConfigurationError) as caught:
        Settings.load(complete(**changes))
    (found,) = caught.value.faults
    return str(found)


def test_nobody_is_told_until_somebody_is_named() -> None:
    assert not Settings.load(complete()).notes.are_on
    assert Settings.load(complete(**WEBHOOK)).notes.are_on
    assert Settings.load(complete(**MAIL)).notes.are_on


def test_the_interval_is_a_quarter_of_an_hour_at_least() -> None:
    assert Settings.load(complete()).notes.interval_minutes == 15
    assert "NOTES__INTERVAL_MINUTES" in fault(NOTES__INTERVAL_MINUTES="14")


@pytest.mark.parametrize(
    ("url", "is_accepted"),
    [
        ("https://receiver.example/notes/", True),
        ("http://127.0.0.1:9000/notes", True),
        ("http://[::1]:9000", True),
        ("http://localhost:9000", True),
        ("http://receiver.example/notes", False),
        ("http://127.0.0.1.receiver.example/", False),
        ("http://localhost.example/", False),
        ("https://user:password@receiver.example", False),
        ("https://receiver.example\\@elsewhere.example", False),
        ("ftp://receiver.example", False),
        ("receiver.example", False),
    ],
)
def test_an_address_is_https_but_on_this_machine(url: str, is_accepted: bool) -> None:
    for name in ("NOTES__WEBHOOK_URL", "NOTES__PAGE_URL"):
        changes = WEBHOOK | {name: url}
        if is_accepted:
            notes = Settings.load(complete(**changes)).notes
            assert url.rstrip("/") in (notes.webhook_url, notes.page_url)
        else:
            assert name in fault(**changes)


@pytest.mark.parametrize(
    ("secret", "why"),
    [
        ("CANARY", "must begin with whsec_"),
        ("whsec_CANARY!", "is not base64"),
        ("whsec_" + base64.b64encode(b"CANARY").decode(), "has 6 bytes"),
        ("whsec_" + base64.b64encode(b"CANARY" * 11).decode(), "has 66 bytes"),
    ],
)
def test_what_is_no_secret_of_standard_webhooks_is_named_without_being_told(secret: str, why: str) -> None:
    for name in ("NOTES__WEBHOOK_SECRET", "NOTES__WEBHOOK_FORMER_SECRET"):
        told = fault(**{**WEBHOOK, name: secret})
        assert (why in told, secret in told) == (True, False)


@pytest.mark.parametrize("missing", ["NOTES__WEBHOOK_URL", "NOTES__WEBHOOK_SECRET"])
def test_a_webhook_needs_address_and_secret(missing: str) -> None:
    assert "need each other" in fault(**{**WEBHOOK, missing: None})


@pytest.mark.parametrize(
    "missing", ["NOTES__SMTP_HOST", "NOTES__MAIL_FROM", "NOTES__SMTP_USERNAME", "NOTES__SMTP_PASSWORD"]
)
def test_mail_needs_server_and_sender_and_a_user_a_password(missing: str) -> None:
    assert "need each other" in fault(**{**SIGNED_IN, missing: None})


def test_mail_goes_over_tls_but_on_this_machine() -> None:
    plain = {**MAIL, "NOTES__SMTP_SECURITY": "none"}
    assert "another machine" in fault(**plain)
    assert Settings.load(complete(**plain | {"NOTES__SMTP_HOST": "127.0.0.1"})).notes.port == 25
    assert Settings.load(complete(**MAIL)).notes.port == 587
    assert Settings.load(complete(**MAIL, NOTES__SMTP_SECURITY="tls")).notes.port == 465
    assert Settings.load(complete(**MAIL, NOTES__SMTP_PORT="2525")).notes.port == 2525


@pytest.mark.parametrize(
    "address", ["ledger", "a@b@c", "a b@c.example", "a@-b.example", "Ledger <a@b.example>", "a@b."]
)
def test_mail_comes_from_an_address(address: str) -> None:
    assert "is not a mail address" in fault(**{**MAIL, "NOTES__MAIL_FROM": address})


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    environ = complete(
        **{**WEBHOOK, "NOTES__WEBHOOK_SECRET": None}, NOTES__WEBHOOK_SECRET_FILE=str(tmp_path / "secret")
    )
    assert Settings.load(environ).notes.secret_values() == (SECRET,)


def test_an_authority_that_is_none_is_named(tmp_path: Path) -> None:
    assert "cannot be used" in fault(**WEBHOOK, NOTES__SSL_CAFILE=str(tmp_path / "absent.pem"))
