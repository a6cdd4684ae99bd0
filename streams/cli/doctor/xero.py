"""What the doctor asks Xero, one function each; each ends in findings, never in an exception."""

import http.client
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from config.attachments import scopes_for
from config.settings import Settings
from config.xero import ConnectionSettings, XeroSettings
from mappers.model import Company
from streams.cli.doctor.finding import Finding
from streams.cli.doctor.machine import folder
from streams.cli.doctor.scopes import attachments
from streams.cli.doctor.taxes import tax_lines
from xero_client.vocabulary import ATTACHMENTS_SCOPE, BROAD_SCOPES, BROAD_SCOPES_ADVICE

_SECONDS = 15.0
# Tokens and conditional requests tolerate a few seconds; half a minute means that the clock is not synchronised.
_CLOCK_TOLERANCE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    body: Any
    date: str | None


def connection(
    settings: Settings, name: str, credentials: ConnectionSettings, companies: Sequence[Company]
) -> Iterator[Finding]:
    """Whether the connection gives tokens, whose clock differs, and which companies it reaches."""
    subject, xero = f"connection {name}", settings.xero
    own = [each for each in companies if each.connection == name]
    if credentials.grant == "authorization_code":
        yield from _consent(settings, name, own)
        return
    try:
        scopes = scopes_for(xero, name, credentials, companies)
        reply = _token(xero, credentials, scopes)
        if _asks_in_vain(reply) and ATTACHMENTS_SCOPE in scopes:
            # As the workers do: documents are written without it, and what it lacks is said below.
            reply = _token(xero, credentials, [each for each in scopes if each != ATTACHMENTS_SCOPE])
        is_broad = _asks_in_vain(reply) and _token(xero, credentials, BROAD_SCOPES).status == http.client.OK
    except OSError as failure:
        yield Finding(subject, ok=False, details=f"{xero.token_url} cannot be reached: {failure}")
        return
    token = reply.body.get("access_token") if isinstance(reply.body, dict) else None
    if _asks_in_vain(reply):
        yield _scopes(subject, scopes, is_broad=is_broad)
        return
    if reply.status != http.client.OK or not token:
        details = (
            f"{xero.token_url} refused the client id and secret ({reply.status}); check both in Xero's developer portal"
        )
        yield Finding(subject, ok=False, details=details)
        return
    yield Finding(subject, ok=True, details="Xero gave a token")
    yield _clock(reply)
    yield from attachments(name, token, own, by_person=False)
    yield from _organisations(xero, token, own)


def _asks_in_vain(reply: _Reply) -> bool:
    return isinstance(reply.body, dict) and reply.body.get("error") == "invalid_scope"


def _scopes(subject: str, asked: Sequence[str], *, is_broad: bool) -> Finding:
    details = f"Xero does not grant the scopes {' '.join(asked)}"
    if is_broad:
        details += f"; the app has the older broad ones: {BROAD_SCOPES_ADVICE}"
    else:
        details += ", nor the older broad ones; add them to the app at developer.xero.com"
    return Finding(subject, ok=False, details=details)


def _consent(settings: Settings, name: str, companies: Sequence[Company]) -> Iterator[Finding]:
    """Whether tokens are kept, and whom they reach. They are not refreshed: that is up to the workers."""
    from xero_client.auth import ConsentStore, NewestSeen  # noqa: PLC0415 - see below.
    from xero_client.errors import XeroError  # noqa: PLC0415 - cryptography is heavy for `--help`.

    subject, key = f"connection {name}", settings.xero.token_key
    yield folder("token folder", settings.consent_file(name).parent)
    if key is None:
        yield Finding(subject, ok=False, details="SHIPLEDGER_XERO__TOKEN_KEY is not set")
        return
    try:
        kept = ConsentStore(settings.consent_file(name), key, name, NewestSeen(settings.consent_seen_file(name))).read()
    except XeroError as failure:
        yield Finding(subject, ok=False, details=failure.message)
        return
    if kept is None:
        details = f"nobody has signed in yet; run: shipledger connect --connection {name}"
        yield Finding(subject, ok=False, details=details)
        return
    yield Finding(
        subject, ok=True, details=f"somebody signed in; tokens last renewed {kept.rotated_at:%Y-%m-%d %H:%MZ}"
    )
    yield from attachments(name, kept.access_token.get_secret_value(), companies, by_person=True)
    if kept.access_expires_at > datetime.now(UTC):
        yield from _organisations(settings.xero, kept.access_token.get_secret_value(), companies)


def _clock(reply: _Reply) -> Finding:
    try:
        difference = time.time() - parsedate_to_datetime(reply.date or "").timestamp()
    except (OverflowError, ValueError):
        return Finding("clock", ok=True, details="not compared: the reply had no date that can be read")
    details = f"{difference:+.0f} s against Xero's"
    return Finding("clock", abs(difference) <= _CLOCK_TOLERANCE_SECONDS, details)


def _organisations(xero: XeroSettings, token: str, companies: Sequence[Company]) -> Iterator[Finding]:
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    try:
        reply = _exchange("GET", f"{xero.base_url}/connections", None, headers)
    except OSError as failure:
        yield Finding("organisations", ok=False, details=f"{xero.base_url} cannot be reached: {failure}")
        return
    if reply.status != http.client.OK:
        details = f"Xero does not accept the token (HTTP {reply.status}); the consent may be withdrawn"
        yield Finding("organisations", ok=False, details=details)
        return
    rows = [each for each in reply.body if isinstance(each, dict)] if isinstance(reply.body, list) else []
    names = {str(each.get("tenantId")).lower(): str(each.get("tenantName") or "") for each in rows}
    for company in companies:
        name = names.get(company.organisation.lower())
        details = (
            f"{name} ({company.organisation})"
            if name is not None
            else (
                f"{company.organisation} is not connected to this app; connect it in Xero, or correct the profile. "
                f"Connected are: {', '.join(f'{tenant} {each}' for tenant, each in names.items()) or 'none'}"
            )
        )
        yield Finding(f"company {company.id}", name is not None, details)
        if name is not None:
            yield from _taxes(xero, headers, company)


def _taxes(xero: XeroSettings, headers: dict[str, str], company: Company) -> Iterator[Finding]:
    """Which tax the organisation's items and the profile's accounts lead to. What leads to none is refused when it is
    shipped; that is no fault of the installation, so that it is said and not failed.
    """

    def read(name: str) -> dict[str, Any] | None:
        own = headers | {"xero-tenant-id": company.organisation}
        try:
            reply = _exchange("GET", f"{xero.base_url}/api.xro/2.0/{name}", None, own)
        except OSError:
            return None
        return reply.body if reply.status == http.client.OK and isinstance(reply.body, dict) else None

    for line, is_known in tax_lines(company, read):
        hint = "" if is_known else "; shipments with these are refused (tax_type_unknown)"
        yield Finding(f"company {company.id} taxes", ok=True, details=line + hint)


def _token(xero: XeroSettings, connection: ConnectionSettings, scopes: Sequence[str]) -> _Reply:
    from xero_client.auth import basic_authorization  # noqa: PLC0415 - as above.

    headers = {
        "Authorization": basic_authorization(connection.client_id, connection.client_secret.get_secret_value()),
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "application/json",
    }
    form = {"grant_type": "client_credentials", "scope": " ".join(scopes)}
    return _exchange("POST", xero.token_url, urlencode(form), headers)


def _exchange(method: str, url: str, body: str | None, headers: dict[str, str]) -> _Reply:
    parts = urlsplit(url)
    make = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = make(parts.hostname or "", parts.port, timeout=_SECONDS)
    try:
        connection.request(method, parts.path or "/", body, headers)
        reply = connection.getresponse()
        content = _content(reply)
        # What repeats the header that was sent must not be printed.
        sent = headers.get("Authorization", "").rpartition(" ")[2].encode()
        content = content.replace(sent, b"[redacted]") if sent else content
        return _Reply(reply.status, _json(content), reply.headers.get("Date"))
    except http.client.HTTPException as failure:
        raise OSError(f"what answers does not speak as Xero does: {failure!r}") from failure
    finally:
        connection.close()


def _content(reply: http.client.HTTPResponse) -> bytes:
    """All of it. Raises OSError where that is more than the workers read, and HTTPException where it was cut off."""
    from xero_client.transport import REPLY_LIMIT  # noqa: PLC0415 - as above.

    content = reply.read(REPLY_LIMIT + 1)
    if len(content) > REPLY_LIMIT:
        raise OSError(f"the reply has more than {REPLY_LIMIT} bytes")
    if reply.length:  # Read up to a limit, what was cut off passes for all there is.
        raise http.client.IncompleteRead(content, reply.length)
    return content


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None
