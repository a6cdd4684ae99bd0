"""Secrets that come back: an error page may repeat the header it did not like, and whoever keeps Xero's words keeps it.

Every reply of the API passes here before anybody reads it, so that no secret reaches a message, an outcome, the ledger,
the integration log or a line of ours. Replies of the identity server do hold tokens; of those nothing is quoted.
"""

import html
from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from urllib.parse import quote

REDACTED: Final = "[redacted]"
SHORTEST_SECRET: Final = 8
"""A shorter one might be an ordinary word; Xero's have 40 characters and more."""


class Echoes:
    """Blanks secrets out of replies: those of the process, and the token of the call."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._known = tuple(_spelled(secrets))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self._known)} spellings)"

    def without(self, body: bytes, headers: Mapping[str, str], sent: Mapping[str, str]) -> tuple[bytes, dict[str, str]]:
        """Body and headers of a reply without what is secret; `sent` are the headers of the request."""
        spelled = (*self._known, *_spelled(_credentials(sent)))
        clean = {name: _text_without(value, spelled) for name, value in headers.items()}
        return _bytes_without(body, spelled), clean


def _credentials(sent: Mapping[str, str]) -> Iterator[str]:
    """What follows `Bearer` in the request's own header."""
    for name, value in sent.items():
        if name.lower() == "authorization":
            yield value.rpartition(" ")[2]


def _spelled(secrets: Iterable[str]) -> Iterator[str]:
    """Each secret as it may stand in JSON, HTML or an address, the longest first."""
    spellings = {each for secret in secrets if len(secret) >= SHORTEST_SECRET for each in _spellings(secret)}
    return iter(sorted(spellings, key=len, reverse=True))


def _spellings(secret: str) -> tuple[str, ...]:
    # .NET, which Xero is written in, escapes these in JSON; others escape the slash.
    dotnet = secret.replace("+", "\\u002B").replace("=", "\\u003D").replace("&", "\\u0026")
    return (
        secret,
        dotnet,
        dotnet.replace("\\u002B", "\\u002b").replace("\\u003D", "\\u003d"),
        secret.replace("/", "\\/"),
        html.escape(secret),
        secret.replace("+", "&#x2B;").replace("=", "&#x3D;").replace("/", "&#x2F;"),
        quote(secret, safe=""),
    )


def _text_without(text: str, spelled: Iterable[str]) -> str:
    for each in spelled:
        text = text.replace(each, REDACTED)
    return text


def _bytes_without(body: bytes, spelled: Iterable[str]) -> bytes:
    for each in spelled:
        body = body.replace(each.encode(), REDACTED.encode())
    return body
