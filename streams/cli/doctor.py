"""`shipledger doctor`: whether everything the worker needs is there and in order."""

import os

import typer

from streams.cli.configuration import load
from streams.cli.doctor_checks import Finding, examine
from streams.cli.terminal import say
from streams.exit_codes import ExitCode


def doctor() -> None:
    """Check the brokers, the topics, the token, the organisations, the clock and the data folder. Nothing is changed.

    Exit code 1 where something is wrong, 78 where the configuration has a fault.
    """
    settings, companies = load(os.environ)
    findings = list(examine(settings, companies))
    for finding in findings:
        say(_line(finding))
    if not all(finding.ok for finding in findings):
        raise typer.Exit(ExitCode.FAILED)


def _line(finding: Finding) -> str:
    return f"{'ok  ' if finding.ok else 'FAIL'}  {finding.subject}: {finding.details}"
