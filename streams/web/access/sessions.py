"""The sessions of the pages: a signed cookie that says whose token was given, for eight hours."""

from collections.abc import Callable
from typing import Final

from itsdangerous import BadData, URLSafeTimedSerializer
from itsdangerous.timed import TimestampSigner

from streams.web.access.bearer import Token
from streams.web.access.people import People, Person

SESSION_SECONDS: Final = 8 * 60 * 60
_NAME: Final = "shipledger-session"


def cookie_name(*, https: bool) -> str:
    """RFC 6265bis §4.1.3.2: a browser takes `__Host-` only over TLS, from this very host, for all its paths."""
    return f"__Host-{_NAME}" if https else _NAME


class Sessions:
    """Nothing is stored: every worker that has the token reads what another has signed.

    A session ends with its time, with the person's entry in the access file, or with a new token in the settings.
    """

    def __init__(self, token: Token, people: People, now: Callable[[], float]) -> None:
        """`now` is in seconds since 1970."""

        class Signer(TimestampSigner):
            """Asks our clock."""

            def get_timestamp(self) -> int:
                """itsdangerous'."""
                return int(now())

        self._people = people
        self._serializer = URLSafeTimedSerializer(token.key_for("sessions of the pages"), signer=Signer)

    def begin(self, person: Person) -> str:
        """The cookie's value."""
        return self._serializer.dumps(person.token_hash)

    def person(self, cookie: str) -> Person | None:
        """Whose session it is, None where it has ended or is none of ours."""
        try:
            token_hash = self._serializer.loads(cookie, max_age=SESSION_SECONDS)
        except BadData:
            return None
        return self._people.by_hash(token_hash) if isinstance(token_hash, str) else None
