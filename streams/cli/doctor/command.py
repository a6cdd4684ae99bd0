"""`shipledger doctor`, and what it looks at in which order."""

import os
from collections.abc import Iterator, Sequence
from typing import Annotated, Final

import typer

from config.settings import Settings
from mappers.model import Company
from streams.cli.configuration import load
from streams.cli.doctor.finding import Finding
from streams.cli.doctor.kafka import kafka
from streams.cli.doctor.machine import codecs, folder
from streams.cli.doctor.notes import notes
from streams.cli.doctor.xero import connection
from streams.cli.output import Output, OutputOption, say_rows
from streams.cli.terminal import say
from streams.exit_codes import ExitCode
from streams.roles import Role

COLUMNS: Final = ("subject", "state", "details")


def doctor(
    role: Annotated[Role, typer.Option(help="Of the worker whose rights on the brokers are looked at.")] = Role.ALL,
    output: OutputOption = Output.TEXT,
) -> None:
    """Check the brokers, rights, topics, the token, the organisations, the clock, the data folder and who gets notes.

    Nothing is changed. Exit code 1 where something is wrong, 78 where the configuration has a fault.
    """
    settings, companies = load(os.environ)
    findings = list(examine(settings, companies, role))
    if output is Output.TEXT:
        for finding in findings:
            say(_line(finding))
    else:
        say_rows(output, COLUMNS, ((each.subject, "ok" if each.ok else "fail", each.details) for each in findings))
    if not all(finding.ok for finding in findings):
        raise typer.Exit(ExitCode.FAILED)


def examine(settings: Settings, companies: Sequence[Company], role: Role = Role.ALL) -> Iterator[Finding]:
    """Findings about everything outside the process that the worker needs; nothing of it ends in an exception."""
    yield folder("data folder", settings.data_dir)
    yield codecs()
    yield from kafka(settings.kafka, role)
    for name, credentials in settings.xero.credentials().items():
        yield from connection(settings, name, credentials, companies)
    yield from notes(settings.notes, companies)


def _line(finding: Finding) -> str:
    return f"{'ok  ' if finding.ok else 'FAIL'}  {finding.subject}: {finding.details}"
