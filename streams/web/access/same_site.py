"""Whether a form was sent from one of our own pages, and not from somebody else's (CSRF)."""

from typing import Final
from urllib.parse import urlsplit

from starlette.types import Scope

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def is_from_elsewhere(scope: Scope) -> bool:
    """Whether a call that changes something came from another site, or does not say where from.

    Fetch Metadata says it where the browser sends it (to TLS and to this machine); else RFC 6454's Origin does. A
    sibling under the same domain is another site too.
    """
    if scope["method"] in _SAFE:
        return False
    headers = {name: value for name, value in scope["headers"]}  # noqa: C416  # Pairs may be lists.
    fetched = headers.get(b"sec-fetch-site")
    if fetched is not None:
        return bool(fetched != b"same-origin")
    origin = urlsplit(headers.get(b"origin", b"").decode("latin-1"))
    return not origin.netloc or origin.netloc != headers.get(b"host", b"").decode("latin-1")
