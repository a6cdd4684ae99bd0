"""The bodies that Xero posts. Source: developer.xero.com, "Webhooks", "Configuring your server"."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable
from typing import Any

from deploy.simulator.books import Document, Organisation

Event = dict[str, Any]
_MILLISECONDS = -3


def event_of(organisation: Organisation, document: Document, *, is_new: bool) -> Event:
    """What happened to an invoice: that something did, and when. Not what."""
    return {
        "resourceUrl": f"https://api.xero.com/api.xro/2.0/Invoices/{document.document_id}",
        "resourceId": document.document_id,
        "eventDateUtc": document.updated_at.replace(tzinfo=None).isoformat(timespec="microseconds")[:_MILLISECONDS],
        "eventType": "CREATE" if is_new else "UPDATE",
        "eventCategory": "INVOICE",
        "tenantId": organisation.tenant_id,
        "tenantType": "ORGANISATION",
    }


def posted(events: Iterable[Event], first: int, entropy: str) -> bytes:
    """The body; the first event has this number in the app's sequence."""
    listed = list(events)
    last = first + max(0, len(listed) - 1)
    numbers = {"firstEventSequence": first, "lastEventSequence": last} if listed else _NO_NUMBERS
    return json.dumps({"events": listed, **numbers, "entropy": entropy}).encode()


def signed(key: str, body: bytes) -> str:
    """The value of `x-xero-signature`."""
    return base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest()).decode()


_NO_NUMBERS = {"firstEventSequence": 0, "lastEventSequence": 0}
