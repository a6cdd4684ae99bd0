"""Asking a person for consent: the address to open, and what comes back (RFC 6749 section 4.1, PKCE: RFC 7636)."""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode

from pydantic import SecretStr

from xero_client.auth.access_tokens import SCOPES
from xero_client.auth.refresh import consent_of
from xero_client.auth.token_endpoint import ClientCredentials, TokenEndpoint
from xero_client.auth.token_store import StoredConsent
from xero_client.collaborators import UtcClock
from xero_client.errors import DisconnectedError

AUTHORISE_URL = "https://login.xero.com/identity/connect/authorize"
CONSENT_SCOPES = (*SCOPES, "offline_access")
SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class ConsentRequest:
    """One question to one person. `state` ties the answer to it, `verifier` the code to whoever asked."""

    redirect_uri: str
    state: str
    verifier: SecretStr

    @classmethod
    def new(cls, redirect_uri: str, random_bytes: Callable[[int], bytes]) -> Self:
        """A question that nobody can guess; `random_bytes` such as `secrets.token_bytes`."""
        return cls(redirect_uri, _text(random_bytes(SECRET_BYTES)), SecretStr(_text(random_bytes(SECRET_BYTES))))

    def address(self, client_id: str, authorise_url: str = AUTHORISE_URL) -> str:
        """What the person opens in a browser."""
        query = {
            "response_type": "code",
            "client_id": client_id,
            "redirect_uri": self.redirect_uri,
            "scope": " ".join(CONSENT_SCOPES),
            "state": self.state,
            "code_challenge": challenge_of(self.verifier.get_secret_value()),
            "code_challenge_method": "S256",
        }
        return f"{authorise_url}?{urlencode(query)}"

    def is_answered_by(self, query: Mapping[str, str]) -> bool:
        """Whether a redirect's query belongs to this question."""
        return hmac.compare_digest(query.get("state", "").encode(), self.state.encode())

    def code_in(self, query: Mapping[str, str]) -> SecretStr:
        """The authorisation code of the answer. Raises DisconnectedError where the person, or Xero, said no."""
        code = query.get("code", "")
        if not code or query.get("error"):
            reason = query.get("error", "")
            shown = reason if re.fullmatch(r"[a-z_]{1,40}", reason) else "no code"
            raise DisconnectedError(f"Xero gave no consent ({shown}); run `shipledger connect` again")
        return SecretStr(code)


async def redeemed(
    request: ConsentRequest, code: SecretStr, client: ClientCredentials, endpoint: TokenEndpoint, utc: UtcClock
) -> StoredConsent:
    """The tokens for a code, which lives five minutes and works once. Raises as `TokenEndpoint.ask`."""
    form = {
        "grant_type": "authorization_code",
        "code": code.get_secret_value(),
        "redirect_uri": request.redirect_uri,
        "code_verifier": request.verifier.get_secret_value(),
    }
    return consent_of(await endpoint.ask(client, form), utc(), None)


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a verifier."""
    return _text(hashlib.sha256(verifier.encode("ascii")).digest())


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
