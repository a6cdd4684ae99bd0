"""The bearer token of a call, and the one token that opens everything (`HTTP__TOKEN`)."""

import hmac

from starlette.types import Scope

from streams.api_token import why_not_a_token


class Token:
    """The one token of the settings. Raises ValueError for one that is no secret: everybody would have it soon."""

    def __init__(self, value: str) -> None:
        if why_not := why_not_a_token(value):
            raise ValueError(f"the API's token {why_not}")
        self._value = value.encode()

    def is_in(self, scope: Scope) -> bool:
        """Whether the call carries the token."""
        given = bearer_in(scope)
        return given is not None and self.equals(given)

    def equals(self, given: bytes) -> bool:
        """Compared in constant time."""
        return hmac.compare_digest(given, self._value)

    def key_for(self, purpose: str) -> bytes:
        """A key for one purpose: every worker that has the token has it, and nobody else."""
        return hmac.digest(self._value, purpose.encode(), "sha256")


def bearer_in(scope: Scope) -> bytes | None:
    """What the call carries as its token. Two headers are none."""
    given = [value for name, value in scope["headers"] if name == b"authorization"]
    if len(given) != 1:
        return None
    scheme, _, value = given[0].partition(b" ")
    return value.strip() if scheme.lower() == b"bearer" else None
