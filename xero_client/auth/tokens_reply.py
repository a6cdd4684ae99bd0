"""What the token endpoint answers, read without trusting it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr

USUAL_LIFE = 1_800.0
"""Xero's access tokens live 30 minutes; a reply that does not say so must not be taken as valid for ever."""
LONGEST_LIFE = 86_400.0
ERROR_CODE = re.compile(r"[a-z_]{1,40}")


@dataclass(frozen=True, slots=True)
class TokenReply:
    """A token, how many seconds it lives, and the next refresh token where the grant has one."""

    access_token: SecretStr
    expires_in: float
    refresh_token: SecretStr | None = None


def read_token(fields: Mapping[str, Any]) -> TokenReply | None:
    """The token of a good reply; null where it has none."""
    token, refresh, life = (fields.get(name) for name in ("access_token", "refresh_token", "expires_in"))
    if not isinstance(token, str) or not token:
        return None
    seconds = float(life) if isinstance(life, int | float) and not isinstance(life, bool) else USUAL_LIFE
    return TokenReply(
        SecretStr(token),
        min(max(seconds, 0.0), LONGEST_LIFE),
        SecretStr(refresh) if isinstance(refresh, str) and refresh else None,
    )


def refusal_code(fields: Mapping[str, Any]) -> str:
    """The error code of RFC 6749, section 5.2; empty for anything else, so that no reply can speak in our messages."""
    code = fields.get("error")
    return code if isinstance(code, str) and ERROR_CODE.fullmatch(code) else ""


def refusal_of(connection: str, status: int, fields: Mapping[str, Any]) -> str:
    """What was refused, and who does what about it."""
    code = refusal_code(fields)
    words = {
        "invalid_client": "does not accept the client id and secret; an administrator compares them with the app's "
        "page at developer.xero.com",
        "invalid_grant": "no longer accepts the consent (withdrawn, or unused for 60 days); an administrator runs "
        "`shipledger connect` again",
        "unauthorized_client": "does not allow this kind of sign-in to the app; an administrator makes the app a "
        "custom connection, or signs in by `shipledger connect`",
        "invalid_scope": "does not grant the scopes; an administrator adds them to the app at developer.xero.com",
    }
    told = words.get(code, "refuses the sign-in; an administrator checks the app at developer.xero.com")
    return f"Xero {told} (connection {connection}, {code or f'HTTP {status}'})"
