"""`shipledger health`: the health check of a container, and of a person at the worker's machine."""

import http.client
import os
from typing import Annotated

import typer

from config.settings import Settings
from streams.cli.errors import CommandFailedError
from streams.cli.http.api import UrlOption, exchange, parts_of
from streams.cli.terminal import say_lines

_SECONDS = 5.0


def health(
    url: UrlOption = None,
    *,
    ready: Annotated[
        bool,
        typer.Option("--ready", help="Ask whether it takes work (/readyz), not whether it makes progress (/livez)."),
    ] = False,
) -> None:
    """Ask a running worker how it is: exit 0 where it is well, 1 where it is not or does not answer."""
    address = url or Settings.load_http(os.environ).health_url
    path = "/readyz" if ready else "/livez"
    status, words = _ask(address, path)
    say_lines(words)
    if status != http.client.OK:
        raise CommandFailedError(f"The worker at {address} is not well: {path} answered {status}.")


def _ask(address: str, path: str) -> tuple[int, str]:
    parts = parts_of(address)
    try:
        status, content = exchange(parts, "GET", path, seconds=_SECONDS)
    except (OSError, http.client.HTTPException) as failure:
        # No code of its own: Docker documents 0 and 1 for a health check, and no other.
        raise CommandFailedError(f"No worker answers at {address}: {failure}") from failure
    return status, content.decode(errors="replace").strip()
