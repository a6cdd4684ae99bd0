"""A setting that names the authority by which servers prove who they are."""

import ssl
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator


def _usable(value: Path | None) -> Path | None:
    if value is not None:
        try:
            ssl.create_default_context(cafile=str(value))
        except OSError as error:
            raise ValueError(f"{value} cannot be used: {error.strerror or error}") from None
    return value


AuthorityFile = Annotated[Path | None, AfterValidator(_usable)]
"""A PEM file that can be read; None: the system's authorities."""


def trusting(authority: Path | None) -> ssl.SSLContext:
    """What a client believes servers by: that authority alone, or the system's."""
    return ssl.create_default_context(cafile=None if authority is None else str(authority))
