"""Who may call what, and see which company: tokens, people, sessions of the pages, and who is behind a proxy."""

from streams.web.access.access_file import AccessFile, AccessFileError
from streams.web.access.attempts import Allowance, SignInAttempts
from streams.web.access.bearer import Token
from streams.web.access.doors import (
    HEALTH_PATHS,
    METRICS_PATH,
    Access,
    CallsUnderWay,
    caller_of,
    not_allowed,
    with_caller,
)
from streams.web.access.people import People, Person, Role
from streams.web.access.proxy import TrustedProxy, is_https
from streams.web.access.same_site import is_from_elsewhere
from streams.web.access.sessions import SESSION_SECONDS, Sessions, cookie_name

__all__ = [
    "HEALTH_PATHS",
    "METRICS_PATH",
    "SESSION_SECONDS",
    "Access",
    "AccessFile",
    "AccessFileError",
    "Allowance",
    "CallsUnderWay",
    "People",
    "Person",
    "Role",
    "Sessions",
    "SignInAttempts",
    "Token",
    "TrustedProxy",
    "caller_of",
    "cookie_name",
    "is_from_elsewhere",
    "is_https",
    "not_allowed",
    "with_caller",
]
