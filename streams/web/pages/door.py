"""Who is at the door of the pages: by a session's cookie, or by what a trusted proxy says."""

from dataclasses import dataclass

from fastapi import Request
from starlette.types import Scope

from streams.web.access import (
    CallsUnderWay,
    People,
    Person,
    Role,
    Sessions,
    SignInAttempts,
    TrustedProxy,
    cookie_name,
    is_https,
    not_allowed,
)


class NotSignedInError(Exception):
    """Nobody is signed in: the answer is the way to the sign-in page."""


@dataclass(frozen=True, slots=True)
class Doors:
    """What decides who somebody is."""

    people: People
    sessions: Sessions
    proxy: TrustedProxy | None
    calls: CallsUnderWay
    attempts: SignInAttempts

    def person(self, request: Request) -> Person | None:
        """Who is there. A proxy that names its user is the only way in where it does."""
        user = None if self.proxy is None else self.proxy.user(request.scope)
        if user is not None:
            return self.people.by_name(user)
        cookie = request.cookies.get(cookie_name(https=is_https(request.scope)))
        return None if cookie is None else self.sessions.person(cookie)

    def signed_in(self, request: Request) -> Person:
        """Who is there. Raises NotSignedInError, or ApiError 403 where the file does not name the proxy's user."""
        person = self.person(request)
        if person is not None:
            return person
        if self.named_by_proxy(request.scope):
            raise not_allowed(Role.VIEWER, "Your proxy knows you, and the access file of Shipledger has no such name.")
        raise NotSignedInError

    def named_by_proxy(self, scope: Scope) -> bool:
        """Whether a proxy says who it is: then there is nothing to sign in to, or out of."""
        return self.proxy is not None and self.proxy.user(scope) is not None
