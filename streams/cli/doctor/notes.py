"""What the doctor says of the notes to people: whether those who are to be told can be reached. Nothing is sent."""

import smtplib
import socket
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import urlsplit

from config.notes import NotesSettings
from mappers.model import Company
from streams.cli.doctor.finding import Finding

_SECONDS: Final = 15.0
_PORTS: Final = {"https": 443, "http": 80}


def notes(settings: NotesSettings, companies: Sequence[Company]) -> Iterator[Finding]:
    """A finding for each channel that is set; none where nobody is to be told."""
    if settings.webhook_url is not None:
        yield _webhook(settings, settings.webhook_url)
    if settings.smtp_host is not None:
        yield _mail(settings, settings.smtp_host)
    yield from _recipients(settings, companies)


def _webhook(settings: NotesSettings, url: str) -> Finding:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    try:
        with socket.create_connection((host, port), timeout=_SECONDS) as connection:
            if parts.scheme == "https":
                settings.tls().wrap_socket(connection, server_hostname=host).close()
    except OSError as failure:
        return Finding("notes by webhook", ok=False, details=f"{host}:{port} cannot be reached: {failure}")
    return Finding("notes by webhook", ok=True, details=f"{host}:{port} can be reached; nothing was sent")


def _mail(settings: NotesSettings, host: str) -> Finding:
    where = f"{host}:{settings.port}"
    try:
        with _connected(settings, host) as server:
            server.ehlo()
            if settings.smtp_username is not None and settings.smtp_password is not None:
                server.login(settings.smtp_username, settings.smtp_password.get_secret_value())
    except smtplib.SMTPAuthenticationError as failure:
        details = f"{where} does not accept SMTP_USERNAME and SMTP_PASSWORD ({failure.smtp_code})"
        return Finding("notes by mail", ok=False, details=details)
    except (smtplib.SMTPException, OSError) as failure:
        # A server's own words may repeat what it was told.
        reason = type(failure).__name__ if isinstance(failure, smtplib.SMTPResponseException) else str(failure)
        return Finding("notes by mail", ok=False, details=f"{where} cannot be used: {reason}")
    return Finding("notes by mail", ok=True, details=f"{where} lets us in; nothing was sent")


def _connected(settings: NotesSettings, host: str) -> smtplib.SMTP:
    if settings.smtp_security == "tls":
        return smtplib.SMTP_SSL(host, settings.port, timeout=_SECONDS, context=settings.tls())
    server = smtplib.SMTP(host, settings.port, timeout=_SECONDS)
    if settings.smtp_security == "starttls":
        try:
            server.starttls(context=settings.tls())
        except BaseException:
            server.close()
            raise
    return server


def _recipients(settings: NotesSettings, companies: Sequence[Company]) -> Iterator[Finding]:
    told = [each.id for each in companies if each.notes_to]
    if told and settings.smtp_host is None:
        details = f"{', '.join(told)} have notes_to in the profile, and SHIPLEDGER_NOTES__SMTP_HOST is not set"
        yield Finding("notes by mail", ok=False, details=details)
    if not told and settings.smtp_host is not None:
        details = "no company has notes_to in the profile, so nobody gets any"
        yield Finding("recipients of notes", ok=False, details=details)
