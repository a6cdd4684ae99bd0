"""The command `shipledger`. Each command has its own file and imports what is heavy only when it runs."""

import os
import sys
import traceback
from importlib import metadata
from typing import Annotated

import typer

from config.faults import ConfigurationError
from streams.cli.check_config import check_config
from streams.cli.demo import demo
from streams.cli.doctor import doctor
from streams.cli.errors import CommandFailedError
from streams.cli.http import attention, companies, explain, health, log, pause, resume, send_to_accounting
from streams.cli.kafka import dead_letters, rates, replay, topics
from streams.cli.paragraphs import in_paragraphs
from streams.cli.simulator import simulator
from streams.cli.terminal import say, say_lines
from streams.cli.worker import worker
from streams.cli.xero import connect, rehearse
from streams.exit_codes import ExitCode

OWNER_ONLY = 0o077

_HELP = """Shipment status changes become invoices and quotes in Xero, once each.

Settings come from environment variables SHIPLEDGER_… (docs/configuration.md).

Exit codes: 0 done, 1 failed, 2 wrong usage, 65 refused, 69 nobody answers, 78 a fault in the configuration, 130 after
Ctrl-C (docs/commands.md).
"""


def build() -> typer.Typer:
    """The command with all its subcommands."""
    app = typer.Typer(
        name="shipledger", help=in_paragraphs(_HELP), no_args_is_help=True, pretty_exceptions_enable=False
    )
    app.callback()(_before_every_command)
    for command in (
        demo,
        worker,
        simulator,
        rehearse,
        doctor,
        connect,
        health,
        log,
        attention,
        explain,
        companies,
        pause,
        resume,
        replay,
    ):
        app.command(help=in_paragraphs(command.__doc__))(command)
    app.command("check-config", help=in_paragraphs(check_config.__doc__))(check_config)
    app.command("send-to-accounting", help=in_paragraphs(send_to_accounting.__doc__))(send_to_accounting)
    app.add_typer(topics())
    app.add_typer(dead_letters())
    app.add_typer(rates())
    return app


def _show_version(asked: bool) -> None:
    if asked:
        say(f"shipledger {metadata.version('shipledger')}")
        raise typer.Exit


def _before_every_command(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """The options that stand before a command."""


def main() -> None:
    """Run the command of `sys.argv` and exit."""
    # Before anything is created: RocksDB's files and log, tokens, journals are for their owner alone.
    os.umask(OWNER_ONLY)
    try:
        build()()
    except ConfigurationError as error:
        say(f"{len(error.faults)} fault(s) in the configuration:", err=True)
        for fault in error.faults:
            say(str(fault), err=True)
        sys.exit(ExitCode.CONFIGURATION)
    except CommandFailedError as failure:
        say(str(failure), err=True)
        sys.exit(failure.exit_code)
    except Exception:  # noqa: BLE001  # Whatever else it is, its text may quote a topic or Xero too.
        say_lines(traceback.format_exc(), err=True)
        sys.exit(ExitCode.FAILED)


if __name__ == "__main__":
    main()
