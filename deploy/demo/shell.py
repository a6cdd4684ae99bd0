"""The demo's addresses for a shell, so that commands can be tried on it without typing them in."""

import shlex
from pathlib import Path
from urllib.parse import urlsplit

from deploy.demo.web import Addresses

NAME = "addresses.sh"


def write(where: Addresses, folder: Path) -> Path:
    """Write the file that a shell reads with `.`; the folder is its owner's alone, for a token is in it."""
    file = folder / NAME
    file.write_text("".join(f"export {name}={shlex.quote(value)}\n" for name, value in _variables(where)), "utf-8")
    return file


def _variables(where: Addresses) -> tuple[tuple[str, str], ...]:
    return (
        ("SHIPLEDGER_HTTP__TOKEN", where.token),
        ("SHIPLEDGER_HTTP__PORT", str(urlsplit(where.worker).port)),
        ("SHIPLEDGER_KAFKA__BOOTSTRAP_SERVERS", where.kafka),
        ("SIMULATOR", where.simulator),
        ("PROMETHEUS", where.prometheus or ""),
    )
