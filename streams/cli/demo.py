"""`shipledger demo`: everything on this machine, with sample shipments."""

from typing import Annotated

import typer


def demo(
    once: Annotated[
        bool, typer.Option("--once", help="Check the expected outcome of every sample, then end: exit 0 or 1.")
    ] = False,
) -> None:
    """Start a local Kafka, the simulator and a worker, publish the samples, and show what becomes of them.

    Runs until Ctrl-C and leaves no process behind. Everything lies in a temporary folder.
    """
    from deploy.demo import run  # noqa: PLC0415 - Kafka's clients are heavy; other commands stay quick.

    raise typer.Exit(run(once=once))
