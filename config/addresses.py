"""Addresses that settings hold: what they may be, so that nobody reads another host in them than the client does."""

import ipaddress
import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

HIGHEST_PORT: Final = 65_535

# RFC 5321 and 5322 allow more than any mail provider gives out: no quotes, no comments, no addresses of machines.
_MAIL_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@"
    r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*"
)
_LONGEST_MAIL_ADDRESS: Final = 254


def address_of(text: str) -> SplitResult:
    """The parts of an address such as `https://host:port/path`. Raises ValueError with what is wrong with it."""
    if "@" in text:
        # Not shown: it may hold a password.
        raise ValueError("carries a user name or password (@); an address has none here")
    if not is_plain(text):
        raise ValueError(f"{text!r} holds a blank, a control character, a backslash or a letter beyond ASCII")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError(f"{text!r} has no port from 1 to {HIGHEST_PORT}, or no host") from None
    if port == 0 or parts.netloc.endswith(":"):
        raise ValueError(f"{text!r} has no port from 1 to {HIGHEST_PORT}")
    if parts.scheme not in {"http", "https"} or not parts.hostname or "?" in text or "#" in text:
        raise ValueError(f"{text!r} is not an address like https://host or https://host/path")
    return parts


def is_plain(text: str) -> bool:
    """Whether every character is a visible one of ASCII, and no backslash, which some readers take for a slash."""
    return text.isascii() and text.isprintable() and not set(text) & {" ", "\\"}


def is_port(text: str) -> bool:
    """Whether the digits are a port that something can listen at."""
    return text.isdecimal() and 1 <= int(text) <= HIGHEST_PORT


def is_mail_address(text: str) -> bool:
    """Whether mail can be sent there, by its form."""
    return len(text) <= _LONGEST_MAIL_ADDRESS and _MAIL_ADDRESS.fullmatch(text) is not None


def is_loopback(host: str) -> bool:
    """Whether the host is this machine, without asking anybody."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
