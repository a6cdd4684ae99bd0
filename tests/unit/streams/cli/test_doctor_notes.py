"""The doctor finds out whether people can be told, without telling them anything."""

import asyncio
import base64
import ssl
from pathlib import Path

from config.notes import NotesSettings
from mappers.model.company import Company
from streams.cli.doctor import Finding
from streams.cli.doctor.notes import notes
from tests.brokers.certificates import Authority
from tests.builders import make_company
from tests.fakes.raw_http import raw_server, reply
from tests.fakes.smtp import PASSWORD, USERNAME, mail_server

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
TOLD = make_company(notes_to=("anna@beef.example",))


async def found(settings: dict[str, object], *companies: Company) -> list[Finding]:
    """In a thread: it waits for servers that run in the test's loop."""
    made = NotesSettings.model_validate(settings)
    return await asyncio.to_thread(lambda: list(notes(made, companies)))


def served(authority: Authority) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*authority.issue("mail"))
    return context


async def test_where_nobody_is_to_be_told_there_is_nothing_to_say() -> None:
    assert await found({}, make_company()) == []


async def test_a_receiver_is_reached_over_tls_and_gets_nothing(tmp_path: Path) -> None:
    ours, theirs = Authority.made(tmp_path / "ours"), Authority.made(tmp_path / "theirs")
    async with raw_server(reply(200), tls=served(ours)) as server:
        settings = {"webhook_url": server.url, "webhook_secret": SECRET}
        (good,) = await found({**settings, "ssl_cafile": ours.file})
        (bad,) = await found({**settings, "ssl_cafile": theirs.file})
    assert (good.ok, bad.ok, server.requests) == (True, False, [])
    (gone,) = await found({**settings, "ssl_cafile": ours.file})
    assert (gone.ok, "cannot be reached" in gone.details) == (False, True)


async def test_a_mail_server_lets_us_in_or_not(tmp_path: Path) -> None:
    authority = Authority.made(tmp_path)
    async with mail_server(starttls=served(authority), sign_in=True) as mailbox:
        settings = {
            "smtp_host": "127.0.0.1",
            "smtp_port": mailbox.port,
            "mail_from": "ledger@ship.example",
            "smtp_username": USERNAME,
            "smtp_password": PASSWORD,
            "ssl_cafile": authority.file,
        }
        (good,) = await found(settings, TOLD)
        (refused,) = await found({**settings, "smtp_password": "CANARY-wrong"}, TOLD)
        (unproved,) = await found({**settings, "ssl_cafile": None}, TOLD)
    assert (good.ok, refused.ok, unproved.ok, mailbox.messages) == (True, False, False, [])
    assert "does not accept SMTP_USERNAME" in refused.details
    assert "CANARY" not in refused.details
    (gone,) = await found(settings, TOLD)
    assert not gone.ok


async def test_recipients_without_a_server_and_a_server_without_recipients_are_faults() -> None:
    (without,) = await found({}, TOLD, make_company(id="other"))
    assert (without.ok, TOLD.id in without.details, "SMTP_HOST is not set" in without.details) == (False, True, True)
    async with mail_server() as mailbox:
        settings = {
            "smtp_host": "127.0.0.1",
            "smtp_port": mailbox.port,
            "smtp_security": "none",
            "mail_from": "ledger@ship.example",
        }
        reached, nobody = await found(settings, make_company())
    assert (reached.ok, nobody.ok) == (True, False)
