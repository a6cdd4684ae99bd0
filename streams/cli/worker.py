"""`shipledger worker`: the product itself."""

import os
import signal
import sys
from typing import Annotated

import typer

from streams.cli.configuration import load
from streams.cli.errors import CommandFailedError
from streams.exit_codes import ExitCode
from streams.roles import Role


def worker(
    role: Annotated[
        Role,
        typer.Option(help="stream: gate, integration log and API; dispatch: the writes in Xero; all: both."),
    ] = Role.ALL,
) -> None:
    """Read status changes, write documents in Xero, keep the integration log, until SIGTERM or Ctrl-C.

    Any number may run side by side; each needs its own SHIPLEDGER_DATA_DIR and SHIPLEDGER_HTTP__PORT.
    Exit code 0 after a signal, 70 after a fault that a restart may cure, 75 where the orderly end took too long and
    was cut off (harmless: everything that matters is in Kafka), 78 for a faulty configuration.
    """
    # Until the worker listens itself there is nothing that an orderly end would be for.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(ExitCode.OK))
    # As long as nobody would hear it: a reload that is asked for meanwhile is not lost, and does not end the start.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})
    settings, companies = load(os.environ)
    # Faust and the Xero SDK are heavy; other commands stay quick without them.
    from streams.app import run_worker  # noqa: PLC0415
    from streams.ops import DataDirError  # noqa: PLC0415
    from streams.reading import CodecsMissingError  # noqa: PLC0415

    try:
        code = run_worker(settings, companies, role)
    except (CodecsMissingError, DataDirError) as failure:
        raise CommandFailedError(str(failure)) from failure
    sys.stdout.flush()
    sys.stderr.flush()
    # Threads of a client that hangs must not keep a worker alive that has put everything in order.
    os._exit(code)
