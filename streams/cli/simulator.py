"""`shipledger simulator`: a Xero to try things with."""

from pathlib import Path
from typing import Annotated

import typer

from streams.cli.errors import CommandFailedError


def simulator(
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen at; 0 chooses a free one.")] = 9400,
    seed: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="TOML file of organisations; else the demo's.")
    ] = None,
    facts: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="File of what Xero does, as `rehearse` writes it; sets switches."
        ),
    ] = None,
    journal: Annotated[Path | None, typer.Option(help="Append every request to this file, one JSON a line.")] = None,
) -> None:
    """Run a stateful simulator of Xero's API until Ctrl-C. Its control interface is under /_sim/."""
    from deploy.simulator import serve  # noqa: PLC0415 - aiohttp's server is heavy; other commands stay quick.

    try:
        serve(host, port, seed, journal, facts)
    except (OSError, ValueError) as failure:
        raise CommandFailedError(f"The simulator cannot run: {failure}") from failure
