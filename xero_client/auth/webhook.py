"""What Xero posts to a webhook: whether it is Xero's, and which invoices it is about.

Source: developer.xero.com, "Webhooks", "Configuring your server". The signature is the HMAC-SHA256 of the body with the
app's webhook key, in base64. A body without events asks whether anybody is there who knows the key ("intent to
receive").
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

SIGNATURE_HEADER: Final = "x-xero-signature"


class UnreadableNoticeError(Exception):
    """The body is signed and is not what Xero describes; the message says in what."""


class InvoiceEvent(NamedTuple):
    """Something happened to an invoice. `at` is None where that cannot be read."""

    organisation: str
    xero_id: str
    at: datetime | None


def signature(key: str, body: bytes) -> str:
    """How Xero signs the body."""
    return base64.b64encode(hmac.digest(key.encode(), body, hashlib.sha256)).decode()


def signers(keys: Mapping[str, str], body: bytes, given: str) -> frozenset[str]:
    """The names of the keys with which the body is signed as `given` says. Each is compared, in constant time."""
    # compare_digest takes text of ASCII only, and a header may have anything.
    claimed = given.encode("utf-8", errors="surrogateescape")
    fits = {name: hmac.compare_digest(signature(key, body).encode(), claimed) for name, key in keys.items()}
    return frozenset(name for name, is_signer in fits.items() if is_signer)


def invoice_events(body: bytes, organisations: Collection[str]) -> list[InvoiceEvent]:
    """Those about invoices of the organisations, in the order given. Raises UnreadableNoticeError."""
    return [event for event in _events(body) if event.organisation in organisations]


def _events(body: bytes) -> Iterator[InvoiceEvent]:
    try:
        read = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UnreadableNoticeError("it is not JSON") from error
    rows = read.get("events") if isinstance(read, dict) else None
    if rows is None and isinstance(read, dict):
        return  # Intent to receive: the list is empty, or null.
    if not isinstance(rows, list):
        raise UnreadableNoticeError("it has no list of events")
    for row in rows:
        event = _event(row) if isinstance(row, dict) else None
        if event is not None:
            yield event


def _event(row: Mapping[str, Any]) -> InvoiceEvent | None:
    if row.get("eventCategory") != "INVOICE":
        return None
    organisation, xero_id = _guid(row.get("tenantId")), _guid(row.get("resourceId"))
    if organisation is None or xero_id is None:
        return None
    return InvoiceEvent(organisation, xero_id, _time(row.get("eventDateUtc")))


def _guid(value: Any) -> str | None:
    try:
        return str(UUID(value)) if isinstance(value, str) else None
    except ValueError:
        return None


def _time(value: Any) -> datetime | None:
    """UTC, as its name says; it is written without a zone."""
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at
