"""A proxy in front that knows its users: whom to believe, and what it says."""

import hmac
from dataclasses import dataclass
from typing import Final

from starlette.types import Scope

SECRET_HEADER: Final = b"x-shipledger-proxy-secret"
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "::ffff:127.0.0.1"})


@dataclass(frozen=True, slots=True)
class TrustedProxy:
    """Whose `header` names the user: who calls from this machine, or where there is a secret, who sends it."""

    header: str
    secret: str = ""

    def user(self, scope: Scope) -> str | None:
        """Who the proxy says it is; None where no proxy that is believed says anything. Two headers are none."""
        if not self._is_believed(scope):
            return None
        name = self.header.lower().encode()
        given = [value for each, value in scope["headers"] if each == name]
        return given[0].decode("utf-8", "replace").strip() or None if len(given) == 1 else None

    def _is_believed(self, scope: Scope) -> bool:
        """With a secret only the secret counts: then others on this machine may call us as well."""
        if not self.secret:
            return scope.get("client") is not None and scope["client"][0] in _LOOPBACK
        given = [value for name, value in scope["headers"] if name == SECRET_HEADER]
        return len(given) == 1 and hmac.compare_digest(given[0], self.secret.encode())


def is_https(scope: Scope) -> bool:
    """Whether the browser's own connection is encrypted. Who says so falsely only makes its own cookie useless."""
    said = [value for name, value in scope["headers"] if name == b"x-forwarded-proto"]
    return scope.get("scheme") == "https" or (len(said) == 1 and said[0].split(b",")[0].strip().lower() == b"https")
