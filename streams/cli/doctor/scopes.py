"""Whether the consent of a connection covers what the profile asks of it, as its access token says."""

import base64
import binascii
import json
from collections.abc import Iterable, Sequence
from typing import Any

from mappers.model import Company
from streams.cli.doctor.finding import Finding
from xero_client.vocabulary import ATTACHMENTS_SCOPE


def attachments(name: str, token: str, companies: Sequence[Company], *, by_person: bool) -> Iterable[Finding]:
    """A finding where the profile allows files: whether they can be attached. Documents are written either way."""
    wanting = [each.id for each in companies if each.attachments_from]
    granted = _scopes_in(token)
    if not wanting or granted is None:
        return
    if ATTACHMENTS_SCOPE in granted:
        yield Finding(f"connection {name} attachments", ok=True, details=f"the consent covers {ATTACHMENTS_SCOPE}")
        return
    how = (
        f"run: shipledger connect --connection {name}"
        if by_person
        else "add it to the custom connection at developer.xero.com, and authorise it again"
    )
    details = f"the consent lacks {ATTACHMENTS_SCOPE}, which attachments_from of {', '.join(wanting)} needs; {how}"
    yield Finding(f"connection {name} attachments", ok=False, details=details)


def _scopes_in(token: str) -> frozenset[str] | None:
    """What the claims of Xero's token say; None where it is not readable. Nothing is trusted that it says of itself."""
    try:
        claims: Any = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    except (IndexError, ValueError, binascii.Error):
        return None
    scope = claims.get("scope") if isinstance(claims, dict) else None
    if isinstance(scope, str):
        return frozenset(scope.split())
    return frozenset(map(str, scope)) if isinstance(scope, list) else None
