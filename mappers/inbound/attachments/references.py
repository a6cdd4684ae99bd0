"""A reference to a file: https:// or file://, in the one form in which it is compared and opened. Pure."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from mappers.model import visible

LONGEST_REFERENCE: Final = 2000
HTTPS_PORT: Final = 443
# What is compared is what is asked for: no escapes of letters that are parts of a path's own form.
_ESCAPED_FORM: Final = re.compile(r"%(?:2e|2f|5c|00)", re.IGNORECASE)
_HOST: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]+\]")
_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")


class UnusableReferenceError(ValueError):
    """Why it cannot be used, to be read after "the reference"."""


@dataclass(frozen=True, slots=True)
class WebPlace:
    """An address of the web: the host in lower case, the path as it is asked for, percent-encoded."""

    host: str
    port: int
    path: str
    query: str = ""

    @property
    def address(self) -> str:
        """What is asked for."""
        return f"{self.shown}?{self.query}" if self.query else self.shown

    @property
    def shown(self) -> str:
        """The same without the query, which may hold a signature."""
        port = "" if self.port == HTTPS_PORT else f":{self.port}"
        return f"https://{self.host}{port}{self.path}"


@dataclass(frozen=True, slots=True)
class FilePlace:
    """A file of the worker's machine: an absolute path without dots, decoded."""

    path: str

    @property
    def shown(self) -> str:
        """The path."""
        return f"file://{visible(self.path, 300)}"


Reference = WebPlace | FilePlace


def reference_in(text: str) -> Reference:
    """The place. Raises UnusableReferenceError."""
    if len(text) > LONGEST_REFERENCE:
        raise UnusableReferenceError(f"has more than {LONGEST_REFERENCE} characters")
    if not text.isascii() or not text.isprintable() or set(text) & {" ", "\\"}:
        raise UnusableReferenceError("holds a blank, a backslash, or a letter that has to be percent-encoded")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise UnusableReferenceError("is not an address") from None
    if parts.scheme not in {"https", "file"}:
        raise UnusableReferenceError("begins neither with https:// nor with file://")
    if "#" in text:
        raise UnusableReferenceError("has a fragment (#)")
    _check_path(parts.path)
    if parts.scheme == "file":
        return _file(parts.netloc, parts.path, parts.query)
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    if "@" in parts.netloc or not _HOST.fullmatch(host) or port == 0:
        raise UnusableReferenceError("has no plain host, such as https://host/file.pdf; no name and password either")
    return WebPlace(host, HTTPS_PORT if port is None else port, parts.path or "/", parts.query)


def place_of(text: str) -> str:
    """The place as it may be shown, whatever the text is."""
    try:
        return reference_in(text).shown
    except UnusableReferenceError:
        return "its reference"


def _file(host: str, path: str, query: str) -> FilePlace:
    if host not in {"", "localhost"} or query or not path.startswith("/"):
        raise UnusableReferenceError("is not of the form file:///folder/file.pdf")
    try:
        return FilePlace(unquote(path, errors="strict"))
    except UnicodeDecodeError:
        raise UnusableReferenceError("is not a path in UTF-8") from None


def _check_path(path: str) -> None:
    if _ESCAPED_FORM.search(path) or _ESCAPE.search(path):
        raise UnusableReferenceError("escapes a point, a slash, a backslash or nothing (%)")
    parts = path.split("/")[1:]
    # Some servers cut a part off at its first semicolon, and take what is left for the way up.
    if any(each.partition(";")[0] in {".", ".."} for each in parts) or "" in parts[:-1]:
        raise UnusableReferenceError("has an empty part, or one of dots, in its path")
